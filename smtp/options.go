package smtp

import (
	"context"
	"net"
	"strconv"
	"strings"
	"time"
)

// Protocol is the language spoken on the connection.
type Protocol uint8

// SMTP is RFC 5321, LMTP is RFC 2033.
const (
	SMTP Protocol = iota
	LMTP
)

// String returns "smtp" or "lmtp".
func (p Protocol) String() string {
	if p == LMTP {
		return "lmtp"
	}
	return "smtp"
}

// Tristate is a switch with a default.
type Tristate uint8

// Auto follows what the server offers; On insists on it; Off never uses it.
const (
	Auto Tristate = iota
	On
	Off
)

// Timeouts bounds the wait for the server in each phase. A zero field means
// Options.Timeout, or where that is zero too the stage's default. DataBlock is
// for each block of content, DataDone for the reply to the final dot.
type Timeouts struct {
	Dial, Greeting, Hello, TLS, Auth, Mail, Rcpt, DataInit, DataBlock, DataDone, Reset, Quit time.Duration
}

// Dialer opens connections. *net.Dialer is one.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Options says where a Client connects and how it behaves.
type Options struct {
	Host     string // name or IP address, "host:port", or a socket's path
	Port     int    // 0: 25, 465 with TLSImplicit, 24 with LMTP
	Socket   string // path of a unix socket, instead of Host
	Network  string // "tcp4" or "tcp6" limit the family; "": either
	Protocol Protocol
	TLS      TLSMode

	TLSOptions        TLSOptions
	Credentials       Credentials
	AllowInsecureAuth bool // send a password in clear text to hosts beyond this machine

	LocalName string // for EHLO; "": this host's full name, else its address literal
	LocalAddr string // source address for *net.Dialer and the default dialer
	Dialer    Dialer // nil: one that tries all addresses of the host
	Proxy     *Proxy // nil: none; else Dialer and LocalAddr are for the way to the proxy
	Proxied   bool   // the dialer goes through a proxy, as Proxy implies: no peer counts as loopback

	// Allow is asked before each connection, with what net.Dial would get, and
	// with "dns" and a name before a relay looks the name up; nil allows all.
	Allow func(network, address string) error

	XClient   *XClient // whom we speak for; sent by Dial after EHLO and TLS, before AUTH
	Rehearsal bool     // the peer stands in for the real one: what it lacks of SendOptions' demands is left out

	Timeout  time.Duration // for each wait on the server; 0: the stage's default
	Timeouts Timeouts

	Pipelining Tristate
	Chunking   Tristate // On: content goes by BDAT; Auto: only where it has to
	Disable    []string // extensions to ignore although the server offers them

	Trace        Tracer
	TraceSecrets bool // do not mask AUTH
	TraceData    bool // do not shorten content

	Redirect string           // if set, the only recipient that ever reaches the wire
	Mono     func() time.Time // clock for deadlines and durations; nil: the system's
}

// Ports that the protocols have by default.
const (
	portSMTP        = 25  // RFC 5321 §4.5.4.2
	portSubmissions = 465 // RFC 8314 §3.3
	portLMTP        = 24
)

// complete fills in defaults and refuses what cannot work.
func (o *Options) complete() error {
	if o.Socket == "" && strings.HasPrefix(o.Host, "/") {
		o.Socket, o.Host = o.Host, ""
	}
	if err := o.completePlace(); err != nil {
		return err
	}
	if err := o.completeLocalName(); err != nil {
		return err
	}
	if err := o.checkTimeouts(); err != nil {
		return err
	}
	if err := o.completeWay(); err != nil {
		return err
	}
	if o.Mono == nil {
		o.Mono = systemClock
	}
	if err := o.Credentials.check(); err != nil {
		return err
	}
	return o.checkLocalAddr()
}

func (o *Options) completePlace() error {
	if o.Socket != "" {
		if o.Host != "" || o.Port != 0 {
			return argumentError("a socket has neither host nor port", o.Socket)
		}
		return checkText("socket", o.Socket)
	}
	host, port, err := ParseHostPort(o.Host)
	if err != nil {
		return err
	}
	if port != 0 && o.Port != 0 && port != o.Port {
		return argumentError("host and port name different ports", o.Host)
	}
	if host, err = asciiHost(host); err != nil {
		return err
	}
	o.Host, o.Port = host, max(port, o.Port)
	if o.Port < 0 || o.Port > 65535 {
		return argumentError("a port is a number from 1 to 65535", strconv.Itoa(o.Port))
	}
	if o.Port == 0 {
		o.Port = o.defaultPort()
	}
	if o.Protocol == LMTP && o.Port == portSMTP {
		return argumentError("LMTP must not use port 25", o.Host) // RFC 2033 §5
	}
	return nil
}

func (o *Options) defaultPort() int {
	switch {
	case o.Protocol == LMTP:
		return portLMTP
	case o.TLS == TLSImplicit:
		return portSubmissions
	default:
		return portSMTP
	}
}

func (o *Options) checkTimeouts() error {
	t := o.Timeouts
	for _, d := range []time.Duration{o.Timeout, t.Dial, t.Greeting, t.Hello, t.TLS, t.Auth, t.Mail, t.Rcpt, t.DataInit, t.DataBlock, t.DataDone, t.Reset, t.Quit} {
		if d < 0 {
			return argumentError("a timeout is positive", d.String())
		}
	}
	return nil
}

func (o *Options) checkLocalAddr() error {
	if o.LocalAddr == "" {
		return nil
	}
	_, err := o.localTCPAddr()
	return err
}

// localTCPAddr reads the source address, an IP address with or without a port.
func (o *Options) localTCPAddr() (*net.TCPAddr, error) {
	host, port, err := ParseHostPort(o.LocalAddr)
	if err != nil {
		return nil, err
	}
	ip := net.ParseIP(host)
	if ip == nil {
		return nil, argumentError("the local address is not an IP address", o.LocalAddr)
	}
	return &net.TCPAddr{IP: ip, Port: port}, nil
}

// address returns the network and address to dial.
func (o *Options) address() (network, address string) {
	if o.Socket != "" {
		return "unix", o.Socket
	}
	network = o.Network
	if network == "" {
		network = "tcp"
	}
	return network, net.JoinHostPort(o.Host, strconv.Itoa(o.Port))
}

// timeout returns how long to wait for the server in a stage.
func (o *Options) timeout(s Stage) time.Duration {
	own := o.Timeouts.of(s)
	switch {
	case own > 0:
		return own
	case s == StageQuit && o.Timeout > 0:
		return min(o.Timeout, s.Timeout()) // nobody waits long to say goodbye
	case o.Timeout > 0:
		return o.Timeout
	default:
		return s.Timeout()
	}
}

// of returns the field for a stage, 0 for stages that have none.
func (t *Timeouts) of(s Stage) time.Duration {
	switch s {
	case StageConnect:
		return t.Dial
	case StageGreeting:
		return t.Greeting
	case StageHello:
		return t.Hello
	case StageTLS:
		return t.TLS
	case StageAuth:
		return t.Auth
	case StageMail:
		return t.Mail
	case StageRcpt:
		return t.Rcpt
	case StageData:
		return t.DataInit
	case StageBody:
		return t.DataBlock
	case StageFinal:
		return t.DataDone
	case StageReset:
		return t.Reset
	case StageQuit:
		return t.Quit
	default:
		return 0
	}
}
