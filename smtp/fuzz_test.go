package smtp

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// heard is a connection on which a server said all it has to say.
type heard struct {
	net.Conn
	io.Reader
}

func (h heard) Read(p []byte) (int, error)        { return h.Reader.Read(p) }
func (heard) Write(p []byte) (int, error)         { return len(p), nil }
func (heard) Close() error                        { return nil }
func (heard) SetReadDeadline(time.Time) error     { return nil }
func (heard) SetWriteDeadline(time.Time) error    { return nil }
func (heard) SetDeadline(time.Time) error         { return nil }
func (heard) RemoteAddr() net.Addr                { return nil }
func hearing(t testing.TB, octets []byte) *Client { return hearingFrom(t, bytes.NewReader(octets)) }

// hearingFrom connects a client without a word, as Connect would.
func hearingFrom(t testing.TB, r io.Reader) *Client {
	t.Helper()
	c, err := New(Options{Host: "h"})
	if err != nil {
		t.Fatal(err)
	}
	c.link.Store(newWire(heard{Reader: r}, &c.opts, &transcript{tracer: &c.tracer, opts: &c.opts}))
	return c
}

// FuzzReplies reads replies from a connection until one is wrong. Each of them
// keeps the bounds and says the same when it is sent again.
func FuzzReplies(f *testing.F) {
	for _, s := range []string{"220 hi\r\n250-a\r\n250 b\r\n", "\r\n220 hi\n", "421 bye\r\n250 ok\r\n", "250-a\r\n550 b\r\n", "354\r\n250 5.1.1 \xff\r\n", "\x16\x03\x01", "250 a"} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, b []byte, greeting bool) {
		w := hearing(t, b).link.Load()
		stage := StageCommand
		if greeting {
			stage = StageGreeting
		}
		for {
			r, err := w.readReply(stage)
			if err != nil {
				if !w.broken.Load() {
					t.Fatalf("usable after %v", err)
				}
				return
			}
			if r.Code < 200 || r.Code > 599 || len(r.Lines) == 0 || len(r.Lines) > maxReplyLines || len(r.Text()) > 2*maxReplySize {
				t.Fatalf("%+v", r)
			}
			if r.Code == 421 && !w.broken.Load() {
				t.Fatal("usable after 421")
			}
			stage = StageCommand
			octets := replyOctets(r)
			if len(octets) > maxReplyLine {
				continue // Latin-1 grows when it is written as UTF-8, maybe beyond the bounds
			}
			again, rest, err := parseOne(octets)
			if err != nil || len(rest) > 0 || again.Text() != r.Text() || again.Code != r.Code || again.Enhanced != r.Enhanced {
				t.Fatalf("%+v again: %+v %v", r, again, err)
			}
		}
	})
}

// replyOctets writes a reply as a server would.
func replyOctets(r Reply) []byte {
	var b bytes.Buffer
	for i, line := range r.Lines {
		separator := "-"
		if i == len(r.Lines)-1 {
			separator = " "
		}
		b.WriteString(strconv.Itoa(r.Code) + separator + line + "\r\n")
	}
	return b.Bytes()
}

// FuzzEhlo takes a whole EHLO reply from the wire and asks it everything.
func FuzzEhlo(f *testing.F) {
	f.Add([]byte("250-h\r\n250-SIZE 10\r\n250-AUTH=LOGIN PLAIN\r\n250-AUTH plain CRAM-MD5\r\n250 LIMITS RCPTMAX=5\r\n"), "size")
	f.Add([]byte("250-h\r\n250-SIZE -1\r\n250-SIZE 99999999999999999999\r\n250 LIMITS RCPTMAX=-5 MAILMAX\r\n"), "")
	f.Fuzz(func(t *testing.T, b []byte, disabled string) {
		r, _, err := parseOne(b)
		if err != nil {
			return
		}
		ext := parseExtensions(r.Lines, []string{disabled})
		if ext.has(disabled) || ext.sizeLimit() < 0 || ext.recipientLimit() < 0 {
			t.Fatalf("%q without %q: size %d, recipients %d", ext, disabled, ext.sizeLimit(), ext.recipientLimit())
		}
		said := strings.Fields(strings.ToUpper(strings.ReplaceAll(r.Text(), "=", " ")))
		for _, mechanism := range ext.mechanisms() {
			for _, part := range strings.Split(mechanism, "=") {
				if part != "" && !slices.Contains(said, part) {
					t.Fatalf("%q was not offered in %q", mechanism, r.Text())
				}
			}
		}
		if id := queueID(r.Text()); id != "" && !strings.Contains(r.Text(), id) {
			t.Fatalf("queue id %q", id)
		}
	})
}

// readDots is a strict server's end of DATA: lines end with CRLF and nothing
// else, a lone dot ends the content, the first dot of other lines is dropped.
func readDots(b []byte) (content []byte, err error) {
	for {
		end := bytes.IndexByte(b, '\n')
		if end < 1 || b[end-1] != '\r' {
			return nil, errors.New("a line does not end with CRLF")
		}
		line := b[:end-1]
		b = b[end+1:]
		if bytes.IndexByte(line, '\r') >= 0 {
			return nil, errors.New("lone CR")
		}
		if string(line) == "." {
			if len(b) > 0 {
				return nil, errors.New("octets behind the final dot")
			}
			return content, nil
		}
		content = append(append(content, bytes.TrimPrefix(line, []byte("."))...), '\r', '\n')
	}
}

// dotSafe reports whether a piece may be announced as such, given the octet
// before it.
func dotSafe(before byte, piece []byte) bool {
	for i, c := range piece {
		previous := before
		if i > 0 {
			previous = piece[i-1]
		}
		switch {
		case c == '\n' && previous != '\r', c != '\n' && previous == '\r' && i > 0, c == '.' && i > 0 && previous == '\n':
			return false
		}
	}
	return true
}

// FuzzDotSegments cuts content into pieces by a second input and announces those
// that are dotSafe, or not, by a third: the octets on the wire are the same, and
// a strict server gets the content back.
func FuzzDotSegments(f *testing.F) {
	f.Add([]byte("a\r\n.\r\n..\r\n.x"), []byte{1, 2, 1}, byte(0xff))
	f.Add([]byte("a\r\r\n\n.\r.\n"), []byte{2, 1, 1, 1}, byte(0x55))
	f.Add([]byte("\r\n.\r\n"), []byte{1, 1}, byte(3))
	f.Fuzz(func(t *testing.T, b, cuts []byte, announce byte) {
		var out bytes.Buffer
		d := &dotWriter{w: &out}
		before := byte(0)
		for rest, i := b, 0; len(rest) > 0; i++ {
			n := len(rest)
			if i < len(cuts) {
				n = min(int(cuts[i]), n)
			}
			piece := rest[:n]
			rest = rest[n:]
			if err := d.segment(piece, announce>>(i%8)&1 == 1 && dotSafe(before, piece)); err != nil {
				t.Fatal(err)
			}
			if n > 0 {
				before = piece[n-1]
			}
		}
		if err := d.finish(); err != nil {
			t.Fatal(err)
		}
		got, err := readDots(append(out.Bytes(), finalDot...))
		if err != nil {
			t.Fatalf("%v in %q", err, out.Bytes())
		}
		want := regexp.MustCompile(`\r\n|\r|\n`).ReplaceAll(b, []byte("\r\n"))
		if !bytes.HasSuffix(want, []byte("\r\n")) {
			want = append(want, '\r', '\n')
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("%q arrived as %q", want, got)
		}
		if whole := dotted(t, false, string(b)); whole != out.String()+finalDot {
			t.Fatalf("in pieces %q, whole %q", out.Bytes(), whole)
		}
	})
}

// pathOf is a server's reading of a MAIL or RCPT line: what is between the
// brackets, in which quoted strings may have what would end it.
func pathOf(line string) (path, params string, err error) {
	_, rest, _ := strings.Cut(line, "<")
	quoted := false
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == '<' && !quoted, c == ' ' && !quoted:
			return "", "", errors.New("malformed path")
		case c == '>' && !quoted:
			return rest[:i], rest[i+1:], nil
		}
	}
	return "", "", errors.New("the path does not end")
}

// FuzzPath builds MAIL and RCPT from any address and parameter: one line, whose
// path a server reads as the address and nothing else.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"a@b", `"a> b"@c`, "N <a@b>", `<@r:"\""@b>`, "a@[::1]", "ü@ü", "a@bücher.example", "postmaster", `"\\"@x`} {
		f.Add(s, "SIZE=1")
	}
	f.Add("a@b", "X=1 Y=2")
	f.Add("0@\u00a8", "SIZE=1") // becomes a space by IDNA's mapping
	f.Fuzz(func(t *testing.T, address, param string) {
		m, err := parseMailbox(address)
		if err != nil {
			return
		}
		for _, build := range []func(mailbox, []string) (string, error){mailLine, rcptLine} {
			line, err := build(m, []string{param})
			if err != nil {
				continue
			}
			body, ok := strings.CutSuffix(line, "\r\n")
			if !ok || strings.ContainsAny(body, "\r\n\x00") {
				t.Fatalf("not one line: %q", line)
			}
			path, params, err := pathOf(body)
			if err != nil || params != " "+param || strings.ContainsAny(param, " \t") {
				t.Fatalf("%v in %q", err, line)
			}
			again, err := parseMailbox(path)
			if wire, _ := m.wire(); err != nil || again.String() != wire {
				t.Fatalf("%q on the wire is %q, %v", m, again, err)
			}
		}
	})
}

// xtextOf decodes xtext as RFC 3461 §4 has it.
func xtextOf(s string) (string, error) {
	var b []byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			if len(s) < i+3 || strings.ToUpper(s[i+1:i+3]) != s[i+1:i+3] {
				return "", errors.New("malformed hexchar")
			}
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				return "", err
			}
			b = append(b, byte(n))
			i += 2
		case c < '!' || c > '~' || c == '=':
			return "", errors.New("not an xchar")
		default:
			b = append(b, c)
		}
	}
	return string(b), nil
}

func FuzzXtext(f *testing.F) {
	for _, s := range []string{"", "a+b=c d", "\x00\xff", "ü", `\x{41}`} {
		f.Add(s)
	}
	escaped := regexp.MustCompile(`\\x\{([0-9A-F]+)\}`)
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := xtextOf(xtext(s)); err != nil || got != s {
			t.Fatalf("%q became %q: %q, %v", s, xtext(s), got, err)
		}
		if !utf8.ValidString(s) {
			return
		}
		for _, ascii := range []bool{false, true} {
			text := utf8Xtext(s, ascii)
			if strings.ContainsAny(text, " +=\r\n\x00\x7f") || ascii && !isASCII(text) {
				t.Fatalf("%q became %q", s, text)
			}
			got := escaped.ReplaceAllStringFunc(text, func(e string) string {
				n, _ := strconv.ParseUint(e[3:len(e)-1], 16, 32)
				return string(rune(n))
			})
			if got != s {
				t.Fatalf("%q became %q, which is %q", s, text, got)
			}
		}
	})
}

// FuzzURLPassword puts a password into URLs, well formed or not. No error shows
// it, and a URL that is taken has it whole.
func FuzzURLPassword(f *testing.F) {
	const secret = "Tr0ub4dor"
	for _, s := range []string{"", "@", "#", "/", "%", "%zz", ":", "?", "\r\n", "[", "\x00"} {
		f.Add("smtp://", "u", s, "h:25")
		f.Add("lmtp+unix://", "u"+s, "", "/s")
		f.Add("http://", "u", "p", "h"+s)
	}
	f.Fuzz(func(t *testing.T, scheme, user, around, host string) {
		for _, password := range []string{around + secret, secret + around} {
			_, err := ParseURL(scheme + user + ":" + password + "@" + host)
			hint := ""
			var e Error
			if errors.As(err, &e) {
				hint = e.Hint()
			}
			if err != nil && (e == nil || strings.Contains(err.Error()+hint, secret)) {
				t.Fatalf("%v (%s)", err, hint)
			}
			escaped := "smtp://" + url.UserPassword("u", password).String() + "@h"
			if target, err := ParseURL(escaped); err != nil || target.Password != password {
				t.Fatalf("%q became %q, %v", password, target.Password, err)
			}
		}
	})
}
