package smtptest

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
)

// ProxyConfig says what a proxy is like.
type ProxyConfig struct {
	Scheme         string            // "socks5" or "http"
	User, Password string            // wanted from the client, if given
	Names          map[string]string // "host:port" as asked for, to the address to dial; others are refused
	Refuse         byte              // SOCKS reply code for every request, 0: none
	Answer         string            // instead of the HTTP answer, sent as it is
}

// Proxy is a SOCKS5 or HTTP CONNECT proxy on loopback. Its transcript has a line
// "C: host:port" for each connection asked for.
type Proxy struct {
	*listener
	config ProxyConfig
}

// NewProxy starts a proxy that ends with the test.
func NewProxy(t testing.TB, c ProxyConfig) *Proxy {
	t.Helper()
	p := &Proxy{listener: listen(t, false), config: c}
	p.start(t, p.serve)
	return p
}

// URL is what a client calls the proxy, without credentials.
func (p *Proxy) URL() string { return p.config.Scheme + "://" + p.Addr() }

var errProxyRefused = errors.New("refused")

func (p *Proxy) serve(conn net.Conn) {
	in := bufio.NewReader(conn)
	ask, confirm := p.socks, "\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x19" // RFC 1928 §6
	if p.config.Scheme == "http" {
		ask, confirm = p.http, "HTTP/1.1 200 Connection established\r\nVia: smtptest\r\n\r\n"
	}
	target, err := ask(in, conn)
	if err != nil {
		return
	}
	server, err := net.Dial("tcp", target) //nolint:noctx // loopback, ended by the test
	if err != nil {
		return
	}
	p.mu.Lock()
	p.conns = append(p.conns, server)
	p.mu.Unlock()
	defer func() { _ = server.Close() }()
	if p.relayGreeting(conn, server, confirm) != nil {
		return
	}
	go func() {
		_, _ = io.Copy(server, in)
		_ = server.Close()
	}()
	_, _ = io.Copy(conn, server)
}

// relayGreeting sends the answer and the server's first octets in one write, as a
// quick proxy may.
func (p *Proxy) relayGreeting(conn, server net.Conn, confirm string) error {
	first := make([]byte, 512)
	n, err := server.Read(first)
	if err != nil {
		return err
	}
	_, err = conn.Write(append([]byte(confirm), first[:n]...))
	return err
}

// resolve gives the address behind the name that was asked for.
func (p *Proxy) resolve(target string) (string, bool) {
	p.record("C: " + target)
	address, ok := p.config.Names[target]
	return address, ok
}

func (p *Proxy) http(in *bufio.Reader, conn net.Conn) (string, error) {
	var target, login string
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
			return p.answerHTTP(conn, target, login)
		case words[0] == "CONNECT":
			target = words[1]
		case words[0] == "Proxy-Authorization:":
			login = words[2]
		}
	}
}

func (p *Proxy) answerHTTP(conn net.Conn, target, login string) (string, error) {
	address, known := p.resolve(target)
	answer := p.config.Answer
	wanted := base64.StdEncoding.EncodeToString([]byte(p.config.User + ":" + p.config.Password))
	switch {
	case answer != "":
	case p.config.User != "" && login != wanted:
		answer = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n"
	case !known:
		answer = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\nno\r\n"
	default:
		return address, nil
	}
	_, _ = io.WriteString(conn, answer)
	return "", errProxyRefused
}

func (p *Proxy) socks(in *bufio.Reader, conn net.Conn) (string, error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(in, head); err != nil {
		return "", err
	}
	if _, err := in.Discard(int(head[1])); err != nil {
		return "", err
	}
	if err := p.socksLogin(in, conn, head[1]); err != nil {
		return "", err
	}
	target, err := socksTarget(in)
	if err != nil {
		return "", err
	}
	address, known := p.resolve(target)
	if known && p.config.Refuse == 0 {
		return address, nil
	}
	const hostUnreachable = 4 // RFC 1928 §6
	code := p.config.Refuse
	if code == 0 {
		code = hostUnreachable
	}
	_, _ = conn.Write([]byte{5, code, 0, 1, 0, 0, 0, 0, 0, 0})
	return "", errProxyRefused
}

// socksLogin answers the list of methods, of which a client with credentials
// offers two.
func (p *Proxy) socksLogin(in *bufio.Reader, conn net.Conn, methods byte) error {
	if p.config.User == "" {
		_, err := conn.Write([]byte{5, 0})
		return err
	}
	if methods < 2 {
		_, _ = conn.Write([]byte{5, 0xff})
		return errProxyRefused
	}
	if _, err := conn.Write([]byte{5, 2}); err != nil {
		return err
	}
	if _, err := in.Discard(1); err != nil {
		return err
	}
	user, err := socksString(in)
	if err != nil {
		return err
	}
	password, err := socksString(in)
	if err != nil {
		return err
	}
	if user != p.config.User || password != p.config.Password {
		_, _ = conn.Write([]byte{1, 1}) // RFC 1929 §2
		return errProxyRefused
	}
	_, err = conn.Write([]byte{1, 0})
	return err
}

func socksString(in *bufio.Reader) (string, error) {
	n, err := in.ReadByte()
	if err != nil {
		return "", err
	}
	text := make([]byte, n)
	_, err = io.ReadFull(in, text)
	return string(text), err
}

// socksTarget reads a request: address and port.
func socksTarget(in *bufio.Reader) (string, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(in, head); err != nil {
		return "", err
	}
	var host string
	var err error
	switch head[3] {
	case 3:
		host, err = socksString(in)
	case 1, 4:
		ip := make(net.IP, map[byte]int{1: net.IPv4len, 4: net.IPv6len}[head[3]])
		_, err = io.ReadFull(in, ip)
		host = ip.String()
	default:
		err = fmt.Errorf("address type %d", head[3])
	}
	if err != nil {
		return "", err
	}
	port := make([]byte, 2)
	_, err = io.ReadFull(in, port)
	return net.JoinHostPort(host, strconv.Itoa(int(port[0])<<8|int(port[1]))), err
}
