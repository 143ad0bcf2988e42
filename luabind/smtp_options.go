package luabind

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"time"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// connectOptions are the options of smtp.connect and its relatives.
type connectOptions struct {
	URL               string `lua:"url" doc:"smtp://, smtps://, lmtp:// or lmtp+unix:// with user, password, host and port; options as query" secret:"true"`
	Host              string `lua:"host" doc:"the server; a path is a unix socket" default:"localhost"`
	Port              *int   `lua:"port" min:"1" max:"65535" doc:"TCP port; 465 with tls=\"implicit\", 24 with LMTP" default:"25"`
	Socket            string `lua:"socket" doc:"path of a unix socket"`
	Protocol          string `lua:"protocol" enum:"smtp,lmtp" doc:"which protocol to speak" default:"smtp"`
	TLS               string `lua:"tls" enum:"auto,none,opportunistic,starttls,implicit" doc:"auto: implicit on 465, else STARTTLS when offered and required when a user is given" default:"auto"`
	tlsOptions        `lua:",embed"`
	User              string         `lua:"user" doc:"user name to log in with"`
	Password          string         `lua:"password" secret:"true" doc:"password to log in with"`
	Token             lua.LValue     `lua:"token" type:"string|fun(): string" secret:"true" doc:"OAuth2 access token, or a function that gives one: asked for each login, and again when the server refuses what it gave"`
	Auth              []string       `lua:"auth" one:"true" doc:"the mechanisms to use, in this order, such as SCRAM-SHA-256 or XOAUTH2; else all that we know, the safest first"`
	AllowInsecureAuth bool           `lua:"allow_insecure_auth" doc:"send a password over clear text to a host that isn't loopback"`
	LocalHostname     string         `lua:"local_hostname" doc:"the name given in EHLO"`
	SourceAddress     string         `lua:"source_address" doc:"local address to connect from"`
	Proxy             string         `lua:"proxy" secret:"true" doc:"go through socks5://user:password@host:port or an http://… proxy (CONNECT), which looks the host up; no host counts as loopback then"`
	XClient           *xclientAttrs  `lua:"xclient" doc:"whom we speak for, sent by smtp.connect to servers that trust us with XCLIENT"`
	Timeout           *time.Duration `lua:"timeout" min:"1ms" doc:"longest wait of every operation, seconds or \"30s\"" default:"as timeouts says"`
	Timeouts          timeoutOptions `lua:"timeouts" doc:"longest wait by phase, in place of timeout"`
	Pipelining        lua.LValue     `lua:"pipelining" doc:"\"auto\", true or false: send command groups (RFC 2920)" default:"auto"`
	Chunking          lua.LValue     `lua:"chunking" doc:"\"auto\", true or false: send content as octets by BDAT (RFC 3030); auto: where it has to be, as for BODY=BINARYMIME and in_flight" default:"auto"`
	InFlight          int            `lua:"in_flight" min:"1" max:"512" doc:"of a relay: messages whose content is on the way before a reply is awaited, on each connection; more than 1 is for servers of your own" default:"1"`
	Disable           []string       `lua:"disable" one:"true" doc:"extensions to ignore, for broken servers"`
	Debug             lua.LValue     `lua:"debug" doc:"1: transcript on stderr; 2: with times; a function(direction, line)"`
	DebugSecrets      bool           `lua:"debug_secrets" doc:"show credentials in the transcript"`
}

// timeoutOptions are the deadlines by phase.
type timeoutOptions struct {
	Connect  *time.Duration `lua:"connect" min:"1ms" default:"30s" doc:"establishing the connection"`
	Greeting *time.Duration `lua:"greeting" min:"1ms" default:"5m" doc:"the server's greeting"`
	Hello    *time.Duration `lua:"hello" min:"1ms" default:"5m" doc:"EHLO, HELO, LHLO"`
	StartTLS *time.Duration `lua:"starttls" min:"1ms" default:"5m" doc:"STARTTLS and the handshake"`
	Auth     *time.Duration `lua:"auth" min:"1ms" default:"3m" doc:"each step of AUTH"`
	Mail     *time.Duration `lua:"mail" min:"1ms" default:"5m" doc:"MAIL"`
	Rcpt     *time.Duration `lua:"rcpt" min:"1ms" default:"5m" doc:"RCPT"`
	Data     *time.Duration `lua:"data" min:"1ms" default:"2m" doc:"DATA until 354"`
	Body     *time.Duration `lua:"body" min:"1ms" default:"3m" doc:"each block of the content"`
	Final    *time.Duration `lua:"final" min:"1ms" default:"10m" doc:"the reply to the final dot; short here means duplicates"`
	Quit     *time.Duration `lua:"quit" min:"1ms" default:"5s" doc:"QUIT"`
}

// engine turns the options into the engine's.
func (o *connectOptions) engine(h *Host, call string) (smtp.Options, error) {
	mode := smtp.TLSAuto
	if o.TLS != "" {
		var err error
		if mode, err = smtp.ParseTLSMode(o.TLS); err != nil {
			return smtp.Options{}, err
		}
	}
	out := smtp.Options{
		Host: o.Host, Socket: o.Socket, TLS: mode,
		Credentials:       smtp.Credentials{User: o.User, Password: o.Password, Mechanisms: o.Auth},
		AllowInsecureAuth: o.AllowInsecureAuth, LocalName: o.LocalHostname, LocalAddr: o.SourceAddress,
		Timeouts: o.Timeouts.engine(), Disable: o.Disable, TraceSecrets: o.DebugSecrets,
	}
	if o.Port != nil {
		out.Port = *o.Port
	}
	if o.Protocol == "lmtp" {
		out.Protocol = smtp.LMTP
	}
	if o.Timeout != nil {
		out.Timeout = *o.Timeout
	}
	var err error
	if out.Pipelining, err = tristate(call, "pipelining", o.Pipelining); err != nil {
		return out, err
	}
	if out.Chunking, err = tristate(call, "chunking", o.Chunking); err != nil {
		return out, err
	}
	if _, err := tokenOf(call, o.Token, &out.Credentials); err != nil {
		return out, err
	}
	if err := o.way(call, &out); err != nil {
		return out, err
	}
	return out, o.tlsOptions.engine(h, &out.TLSOptions)
}

// tristate reads an option that is "auto", true or false.
func tristate(call, name string, v lua.LValue) (smtp.Tristate, error) {
	switch v := v.(type) {
	case nil, *lua.LNilType:
		return smtp.Auto, nil
	case lua.LBool:
		if bool(v) {
			return smtp.On, nil
		}
		return smtp.Off, nil
	case lua.LString:
		if v == "auto" {
			return smtp.Auto, nil
		}
	}
	return smtp.Auto, &argumentError{text: fmt.Sprintf("%s: option %q must be \"auto\", true or false, got %s", call, name, describe(v))}
}

func (t *timeoutOptions) engine() smtp.Timeouts {
	value := func(d *time.Duration) time.Duration {
		if d == nil {
			return 0
		}
		return *d
	}
	return smtp.Timeouts{
		Dial: value(t.Connect), Greeting: value(t.Greeting), Hello: value(t.Hello), TLS: value(t.StartTLS), Auth: value(t.Auth),
		Mail: value(t.Mail), Rcpt: value(t.Rcpt), DataInit: value(t.Data), DataBlock: value(t.Body), DataDone: value(t.Final), Quit: value(t.Quit),
	}
}

// connectTable brings the call styles of smtp.connect into one options
// table: a table, a URL, a host with an optional port.
func connectTable(L *lua.LState, call string, first int) (*lua.LTable, error) {
	switch v := L.Get(first).(type) {
	case *lua.LTable:
		return withURL(L, v)
	case lua.LString:
		if strings.Contains(string(v), "://") {
			if port := L.Get(first + 1); port.Type() == lua.LTNumber || port.Type() == lua.LTString {
				return nil, &argumentError{text: call + ": a URL has its port within it", hint: "as in smtp://mail.example.org:587"}
			}
			t := L.NewTable()
			t.RawSetString("url", v)
			return withURL(L, t)
		}
		return hostTable(L, string(v), L.Get(first+1))
	}
	return nil, &argumentError{text: fmt.Sprintf("%s: options table, URL or host expected, got %s", call, describe(L.Get(first)))}
}

func hostTable(L *lua.LState, address string, port lua.LValue) (*lua.LTable, error) {
	t := L.NewTable()
	if strings.HasPrefix(address, "/") {
		t.RawSetString("socket", lua.LString(address))
		return t, nil
	}
	host, fromAddress, err := smtp.ParseHostPort(address)
	if err != nil {
		return nil, err
	}
	t.RawSetString("host", lua.LString(host))
	switch {
	case port != lua.LNil:
		t.RawSetString("port", port)
	case fromAddress != 0:
		t.RawSetString("port", lua.LNumber(fromAddress))
	}
	return t, nil
}

// withURL lays the table's own options over what its url says.
func withURL(L *lua.LState, t *lua.LTable) (*lua.LTable, error) {
	raw, ok := t.RawGetString("url").(lua.LString)
	if !ok {
		return t, nil
	}
	target, err := smtp.ParseURL(string(raw))
	if err != nil {
		return nil, err
	}
	merged := L.NewTable()
	fillTarget(merged, target)
	queryOptions(merged, target.Query)
	t.ForEach(func(k, v lua.LValue) {
		if k != lua.LString("url") {
			merged.RawSet(k, v)
		}
	})
	return merged, nil
}

// queryOptions adds the query's options: a URL has strings only, so the
// schema says which of them are numbers and booleans.
func queryOptions(t *lua.LTable, query url.Values) {
	for key, values := range query {
		t.RawSetString(key, optionFromText(reflect.TypeFor[relayOptions](), key, values[len(values)-1]))
	}
}

// fillTarget writes what the URL's authority says into the table.
func fillTarget(t *lua.LTable, target smtp.Target) {
	set := func(key, value string) {
		if value != "" {
			t.RawSetString(key, lua.LString(value))
		}
	}
	set("host", target.Host)
	set("socket", target.Socket)
	set("user", target.User)
	set("password", target.Password)
	if target.Port != 0 {
		t.RawSetString("port", lua.LNumber(target.Port))
	}
	if target.Protocol == smtp.LMTP {
		set("protocol", "lmtp")
	}
	if target.TLS == smtp.TLSImplicit {
		set("tls", "implicit")
	}
}
