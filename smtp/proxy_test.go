package smtp_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

func parseProxy(t *testing.T, url string) *smtp.Proxy {
	t.Helper()
	p, err := smtp.ParseProxy(url)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// withLogin puts credentials into a proxy's URL.
func withLogin(url, login string) string { return strings.Replace(url, "://", "://"+login+"@", 1) }

func TestProxy(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	_, port, _ := net.SplitHostPort(s.Addr())
	for _, scheme := range []string{"socks5", "http"} {
		for _, login := range []string{"", "me:s3cret%3A"} {
			t.Run(scheme+" "+login, func(t *testing.T) {
				config := smtptest.ProxyConfig{Scheme: scheme, Names: map[string]string{"mail.invalid:2525": s.Addr(), "[2001:db8::1]:25": s.Addr(), "xn--bcher-kva.invalid:25": s.Addr(), s.Addr(): s.Addr()}}
				if login != "" {
					config.User, config.Password = "me", "s3cret:"
				}
				p := smtptest.NewProxy(t, config)
				url := p.URL()
				if login != "" {
					url = withLogin(url, login)
				}
				for _, host := range []string{"mail.invalid:2525", "[2001:db8::1]:25", "bücher.invalid", "127.0.0.1:" + port} {
					o := options(host) // nobody here can resolve the names
					o.Proxy = parseProxy(t, url)
					c := dial(t, o)
					if _, err := send(t, c, "a@x.example"); err != nil {
						t.Errorf("%s: %v", host, err)
					}
				}
				if got := clientLines(p.Transcript()); got != "mail.invalid:2525\n[2001:db8::1]:25\nxn--bcher-kva.invalid:25\n"+s.Addr() {
					t.Errorf("asked for %q", got)
				}
			})
		}
	}
}

func TestProxyRefuses(t *testing.T) {
	tests := []struct {
		name   string
		config smtptest.ProxyConfig
		login  string
		code   int
		text   string
		hint   string
	}{
		{"socks5: unknown name", smtptest.ProxyConfig{Scheme: "socks5"}, "", 0, "host unreachable", "reached"},
		{"socks5: rule", smtptest.ProxyConfig{Scheme: "socks5", Refuse: 2}, "", 0, "connection not allowed by ruleset", "reached"},
		{"socks5: no login", smtptest.ProxyConfig{Scheme: "socks5", User: "u", Password: "p"}, "", 0, "authentication", "password"},
		{"socks5: wrong login", smtptest.ProxyConfig{Scheme: "socks5", User: "u", Password: "p"}, "u:s3cret", 0, "authentication failed", "password"},
		{"http: unknown name", smtptest.ProxyConfig{Scheme: "http"}, "", 502, "502 Bad Gateway", "proxy"},
		{"http: no login", smtptest.ProxyConfig{Scheme: "http", User: "u", Password: "p"}, "", 407, "407 Proxy Authentication Required", "wants a login"},
		{"http: wrong login", smtptest.ProxyConfig{Scheme: "http", User: "u", Password: "p"}, "u:s3cret", 407, "407", "wants a login"},
		{"http: port", smtptest.ProxyConfig{Scheme: "http", Answer: "HTTP/1.0 403 \x1b[2J\r\n\r\n"}, "", 403, `403 \x1b[2J`, "port 443"},
		{"http: interim first", smtptest.ProxyConfig{Scheme: "http", Answer: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500\n\n"}, "", 500, "500", "proxy"},
		{"http: endless line", smtptest.ProxyConfig{Scheme: "http", Answer: "HTTP/1.1 200 " + strings.Repeat("x", 20_000)}, "", 0, "longer than", "proxy"},
		{"http: endless header", smtptest.ProxyConfig{Scheme: "http", Answer: "HTTP/1.1 200 ok\r\n" + strings.Repeat("a: b\r\n", 4000)}, "", 0, "longer than", "proxy"},
		{"http: endless interim", smtptest.ProxyConfig{Scheme: "http", Answer: strings.Repeat("HTTP/1.1 102 wait\r\n\r\n", 1000)}, "", 0, "longer than", "proxy"},
		{"http: a mail server", smtptest.ProxyConfig{Scheme: "http", Answer: "220 hi\r\n\r\n"}, "", 0, "not an HTTP proxy", "proxy"},
		{"http: half an answer", smtptest.ProxyConfig{Scheme: "http", Answer: "HTTP/1.1 200 ok\r\n"}, "", 0, "closed the connection", "proxy"},
		{"http: odd codes", smtptest.ProxyConfig{Scheme: "http", Answer: "HTTP/1.1 +20 ok\r\n\r\n"}, "", 0, "not an HTTP proxy", "proxy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := smtptest.NewProxy(t, tt.config)
			o := options("mail.invalid")
			o.Proxy = parseProxy(t, p.URL())
			if tt.login != "" {
				o.Proxy = parseProxy(t, withLogin(p.URL(), tt.login))
			}
			_, err := smtp.Dial(background(t), o)
			e := wantError[*smtp.ConnectError](t, err, smtp.No)
			var said *smtp.ProxyError
			if !errors.As(err, &said) || said.Code != tt.code || said.Proxy != p.URL() {
				t.Errorf("%+v", said)
			}
			if !strings.Contains(err.Error(), tt.text) || !strings.Contains(err.Error(), p.Addr()) || !strings.Contains(e.Hint(), tt.hint) {
				t.Errorf("%v; hint %q", err, e.Hint())
			}
			for _, shown := range []string{err.Error(), e.Hint(), fmt.Sprintf("%+v %#v", said, o.Proxy), fmt.Sprint(o.Proxy)} {
				if strings.Contains(shown, "s3cret") {
					t.Errorf("the password is in %q", shown)
				}
			}
		})
	}
}

func TestProxyNotThere(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := ln.Addr().String()
	_ = ln.Close()
	o := options("mail.invalid")
	o.Proxy = parseProxy(t, "socks5://"+closed)
	_, err = smtp.Dial(background(t), o)
	if e := wantError[*smtp.ConnectError](t, err, smtp.No); !strings.Contains(e.Hint(), "nothing listens at the proxy") || !strings.Contains(err.Error(), "smtp: mail.invalid:25: proxy socks5://"+closed) {
		t.Errorf("%v; hint %q", err, e.Hint())
	}
}

func TestProxyStalls(t *testing.T) {
	for _, scheme := range []string{"socks5", "http"} {
		s := smtptest.NewScript(t, "STALL\nNEXT\nSTALL")
		o := options("mail.invalid")
		o.Proxy = parseProxy(t, scheme+"://"+s.Addr())
		o.Timeouts.Dial = 50 * time.Millisecond
		_, err := smtp.Dial(background(t), o)
		if e := wantError[*smtp.TimeoutError](t, err, smtp.No); e.Stage() != smtp.StageConnect || !strings.Contains(err.Error(), "mail.invalid:25") {
			t.Errorf("%s: %v", scheme, err)
		}
		o.Timeouts.Dial = 0
		ctx, cancel := context.WithCancel(background(t))
		time.AfterFunc(50*time.Millisecond, cancel)
		_, err = smtp.Dial(ctx, o)
		if e := wantError[*smtp.CancelledError](t, err, smtp.No); e.Stage() != smtp.StageConnect {
			t.Errorf("%s: %v", scheme, err)
		}
	}
}

// A proxy on loopback makes nobody local: nothing is trusted, and no password
// crosses it in clear text.
func TestPoint4_BehindAProxyNoHostIsLoopback(t *testing.T) {
	ca := smtptest.NewCA(t)
	s := smtptest.NewServer(t, smtptest.Config{Users: map[string]string{"u": "secret"}, TLS: ca.Server(t, "localhost")})
	p := smtptest.NewProxy(t, smtptest.ProxyConfig{Scheme: "socks5", Names: map[string]string{s.Addr(): s.Addr()}})
	o := options(s.Addr())
	o.Proxy, o.Credentials = parseProxy(t, p.URL()), smtp.Credentials{User: "u", Password: "secret"}
	_, err := smtp.Dial(background(t), o)
	wantError[*smtp.AuthError](t, err, smtp.No)
	o.TLS = smtp.TLSAuto
	_, err = smtp.Dial(background(t), o)
	wantError[*smtp.TLSError](t, err, smtp.No)
	o.TLSOptions = smtp.TLSOptions{Roots: ca.Pool, ServerName: "localhost"}
	c := dial(t, o)
	if state, ok := c.TLSState(); !ok || state.Version < tls.VersionTLS12 {
		t.Error("not encrypted")
	}
}

func TestParseProxy(t *testing.T) {
	for in, want := range map[string]smtp.Proxy{
		"socks5://h":               {Scheme: "socks5", Host: "h", Port: 1080},
		"socks5h://h:9050/":        {Scheme: "socks5", Host: "h", Port: 9050},
		"http://h":                 {Scheme: "http", Host: "h", Port: 80},
		"HTTP://u:p%40:@[::1]:312": {Scheme: "http", Host: "::1", Port: 312, User: "u", Password: "p@:"},
	} {
		got, err := smtp.ParseProxy(in)
		if err != nil || *got != want {
			t.Errorf("%s: %#v, %v", in, got, err)
		}
	}
	for _, in := range []string{
		"", "h:1080", "https://u:secret@h", "socks4://u:secret@h", "socks5://u:secret@", "socks5://:secret@h", "http://u:secret@h/path", "http://u:secret@h?x", "http://u:secret#@h",
		"http://u:secret@h:0", "http://u:secret@h\r\nX: y", "http://u:sec%ret@h", "http://u%3Ax:secret@h", "socks5://" + strings.Repeat("u", 256) + ":secret@h", "http:u:secret@h",
	} {
		_, err := smtp.ParseProxy(in)
		if e := wantError[*smtp.ArgumentError](t, err, smtp.No); strings.Contains(e.Error()+e.Hint(), "secret") || strings.Contains(e.Error(), "sec%ret") {
			t.Errorf("%q: %v", in, e)
		}
	}
	for name, o := range map[string]smtp.Options{
		"socket":       {Socket: "/run/x", Proxy: &smtp.Proxy{Scheme: "http", Host: "h", Port: 1}},
		"zero":         {Host: "h", Proxy: &smtp.Proxy{}},
		"CR LF":        {Host: "h", Proxy: &smtp.Proxy{Scheme: "http", Host: "h\r\nx", Port: 1}},
		"network":      {Host: "h", Network: "udp"},
		"target CR LF": {Host: "h\r\nProxy-Authorization: x", Proxy: &smtp.Proxy{Scheme: "http", Host: "h", Port: 1}},
	} {
		_, err := smtp.New(o)
		if err == nil {
			t.Errorf("%s was taken", name)
			continue
		}
		wantError[*smtp.ArgumentError](t, err, smtp.No)
	}
}
