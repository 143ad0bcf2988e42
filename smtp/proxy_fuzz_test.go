package smtp

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// Whatever a proxy answers: its header is bounded, nothing behind it is taken, and
// no control character gets through to people.
func FuzzTunnelReply(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\n\r\n220 hi\r\n", "HTTP/1.0 200\n\n220", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 407 x\x1b\r\nA: b\r\n\r\nbody", "220 mail\r\n", "HTTP/1.1 200 OK", "\r\n\r\n", "",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		in := bytes.NewReader(answer)
		code, reason, err := readTunnelReply(in)
		taken := len(answer) - in.Len()
		if taken > maxProxyHeader {
			t.Errorf("%d octets taken", taken)
		}
		if err != nil {
			return
		}
		if code < 200 || code > 999 || strings.IndexFunc(reason, isControl) >= 0 {
			t.Errorf("%d %q", code, reason)
		}
		if head := answer[:taken]; !bytes.HasSuffix(head, []byte("\n\n")) && !bytes.HasSuffix(head, []byte("\n\r\n")) {
			t.Errorf("%q was taken", head)
		}
		if rest, _ := io.ReadAll(in); !bytes.Equal(rest, answer[taken:]) {
			t.Errorf("the rest is %q", rest)
		}
	})
}

// A proxy's URL that is taken can be asked for nothing but a tunnel, and its
// password is not shown.
func FuzzParseProxy(f *testing.F) {
	for _, s := range []string{"socks5://u:p@h:1", "http://u:p@[::1]", "http://h\r\nx", "http://u%0d%0a:p@h", "socks5h://", "http://:p@h", "http://h%0d:1"} {
		f.Add(s, "mail.example:25")
	}
	f.Add("http://h", "mail.example: 25")
	f.Fuzz(func(t *testing.T, s, address string) {
		p, err := ParseProxy(s)
		if err != nil {
			return
		}
		request, err := p.request(address)
		if err != nil {
			return
		}
		lines := strings.Split(request, "\r\n")
		want := 4 // CONNECT, Host, and two empty ones
		if p.User != "" {
			want++
		}
		if len(lines) != want || strings.Count(request, "\n") != want-1 || strings.Count(request, "\r") != want-1 || !strings.HasPrefix(request, "CONNECT ") || len(strings.Fields(lines[0])) != 3 {
			t.Errorf("%q", request)
		}
	})
}

// XCLIENT's lines are commands of a length that every server takes.
func FuzzXClient(f *testing.F) {
	f.Add("name.example", "192.0.2.1", "1", "helo", "login", "NAME ADDR PORT HELO LOGIN")
	f.Add("a\r\nRSET", "[UNAVAILABLE]", "", "ü +=", "\x00", "name helo")
	f.Fuzz(func(t *testing.T, name, addr, port, helo, login, offered string) {
		x := &XClient{Name: name, Addr: addr, Port: port, Helo: helo, Login: login}
		if x.check() != nil {
			return
		}
		for _, line := range xclientLines(x.attributes(), strings.Fields(offered)) {
			text, ok := strings.CutSuffix(line, "\r\n")
			if !ok || len(line) > maxCommandLine || strings.ContainsAny(text, "\r\n\x00") || !strings.HasPrefix(text, "XCLIENT ") || !isASCII(text) {
				t.Errorf("%q", line)
			}
		}
	})
}
