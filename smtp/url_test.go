package smtp

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseURL(t *testing.T) {
	tests := []struct {
		in   string
		want Target
	}{
		{"smtp://h.example", Target{Host: "h.example"}},
		{"smtp://h.example:587/", Target{Host: "h.example", Port: 587}},
		{"SMTPS://u:p%40ss@h.example", Target{Host: "h.example", TLS: TLSImplicit, User: "u", Password: "p@ss"}},
		{"lmtp://[::1]:24?timeout=10s", Target{Host: "::1", Port: 24, Protocol: LMTP, Query: url.Values{"timeout": {"10s"}}}},
		{"lmtp+unix:///run/dovecot/lmtp", Target{Socket: "/run/dovecot/lmtp", Protocol: LMTP}},
		{"smtp://jürgen:p%25ä%0A%20+@bücher.example?local_hostname=ü", Target{Host: "bücher.example", User: "jürgen", Password: "p%ä\n +", Query: url.Values{"local_hostname": {"ü"}}}},
		{"smtp://\xfc:%00%FF@h", Target{Host: "h", User: "\xfc", Password: "\x00\xff"}},
		{"smtp://u%40example.org@h:25?tls=none", Target{Host: "h", Port: 25, User: "u@example.org", Query: url.Values{"tls": {"none"}}}},
	}
	for _, tt := range tests {
		got, err := ParseURL(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		if tt.want.Query == nil {
			tt.want.Query = url.Values{}
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: %s", tt.in, d)
		}
	}
}

func TestParseURLNeverShowsThePassword(t *testing.T) {
	for _, in := range []string{
		"http://u:secret@h", "smtp://u:secret#x@h", "smtp://u:secret/x@h", "smtp://u:sec%ret@h", "smtp://u:secret@", "smtp://u:secret@h:x",
		"smtp://u:secret@h/path", "lmtp+unix://u:secret@host/path", "u:secret@h", "smtp://u:secret@h?a=%zz", "smtp://u:secret\r\n@h", "",
	} {
		_, err := ParseURL(in)
		var e *ArgumentError
		if !errors.As(err, &e) {
			t.Errorf("%q: %v", in, err)
			continue
		}
		if text := err.Error() + e.Value; strings.Contains(text, "secret") || strings.Contains(text, "sec%ret") {
			t.Errorf("%q: %s", in, text)
		}
	}
}

func TestSmtplibRow_gg_HostPort(t *testing.T) {
	for in, want := range map[string]struct {
		host string
		port int
	}{"h": {"h", 0}, "h:25": {"h", 25}, "[::1]:25": {"::1", 25}, "::1": {"::1", 0}, "[::1]": {"::1", 0}, "192.0.2.1:65535": {"192.0.2.1", 65535}} {
		host, port, err := ParseHostPort(in)
		if host != want.host || port != want.port || err != nil {
			t.Errorf("%q: %q %d %v", in, host, port, err)
		}
	}
	for _, in := range []string{"", ":25", "h:", "h:0", "h:65536", "h:x", "h:+25", "[::1", "[::1]x", "[h]:25", "a b", "h\r\n", "u@h", "h/x", "h\x00"} {
		if host, port, err := ParseHostPort(in); err == nil {
			t.Errorf("%q: %q %d", in, host, port)
		}
	}
}

func FuzzURL(f *testing.F) {
	for _, s := range []string{"smtp://u:p@h:25?a=b", "lmtp+unix:///x", "smtps://[::1]", "smtp://h#f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		target, err := ParseURL(s)
		if err != nil {
			return
		}
		if (target.Host == "") == (target.Socket == "") || target.Port < 0 || target.Port > 65535 {
			t.Fatalf("%q: %+v", s, target)
		}
		if strings.ContainsAny(target.Host+target.Socket, "\r\n\x00") {
			t.Fatalf("%q: %+v", s, target)
		}
	})
}

func FuzzHostPort(f *testing.F) {
	f.Add("h:25")
	f.Add("[::1]:25")
	f.Fuzz(func(t *testing.T, s string) {
		host, port, err := ParseHostPort(s)
		if err == nil && (host == "" || port < 0 || port > 65535 || strings.ContainsAny(host, "\r\n\x00 @/")) {
			t.Fatalf("%q: %q %d", s, host, port)
		}
	})
}
