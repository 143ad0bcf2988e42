package sign

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// TestCanonicalForms are the tables of RFC 6376 §3.4.3 to §3.4.5, and the cases about which they are silent.
func TestCanonicalForms(t *testing.T) {
	bodies := []struct{ body, simple, relaxed string }{
		{" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
		{"", "\r\n", ""},
		{"\r\n", "\r\n", ""},
		{"\r\n\r\n", "\r\n", ""},
		{" \t\r\n\r\n", " \t\r\n", ""},
		{"a", "a\r\n", "a\r\n"},
		{"a \t", "a \t\r\n", "a\r\n"},
		{"a\r\n \r\n\t\r\nb\r\n  \r\n", "a\r\n \r\n\t\r\nb\r\n  \r\n", "a\r\n\r\n\r\nb\r\n"},
		{"\r\na", "\r\na\r\n", "\r\na\r\n"},
		{"  a  b\tc\t \r\n", "  a  b\tc\t \r\n", " a b c\r\n"},
		{"a\rb\n c\r", "a\rb\n c\r\r\n", "a\rb\n c\r\r\n"},
		{"a \rb\r\r\n", "a \rb\r\r\n", "a \rb\r\r\n"},
		{"a \n\r\n", "a \n\r\n", "a \n\r\n"},
	}
	for _, c := range bodies {
		for size := range len(c.body) + 1 {
			if got := canonicalBody(c.body, false, size+1); got != c.simple {
				t.Errorf("%q in pieces of %d: simple is %q, not %q", c.body, size+1, got, c.simple)
			}
			if got := canonicalBody(c.body, true, size+1); got != c.relaxed {
				t.Errorf("%q in pieces of %d: relaxed is %q, not %q", c.body, size+1, got, c.relaxed)
			}
		}
		if got := slowRelaxedBody(c.body); got != c.relaxed {
			t.Errorf("%q: the reference makes it %q, not %q", c.body, got, c.relaxed)
		}
	}
	headers := []struct{ header, simple, relaxed string }{
		{"A: X\r\nB : Y\t\r\n\tZ  \r\n", "A: X\r\nB : Y\t\r\n\tZ  \r\n", "a:X\r\nb:Y Z\r\n"},
		{"Subject:\r\n", "Subject:\r\n", "subject:\r\n"},
		{"Subject: \t\r\n \r\n", "Subject: \t\r\n \r\n", "subject:\r\n"},
		{"X-Long:a:b\r\n   c\r\n\td  e", "X-Long:a:b\r\n   c\r\n\td  e", "x-long:a:b c d e\r\n"},
	}
	for _, c := range headers {
		if got := canonicalHeader(c.header, false); got != c.simple {
			t.Errorf("%q: simple is %q, not %q", c.header, got, c.simple)
		}
		if got := canonicalHeader(c.header, true); got != c.relaxed {
			t.Errorf("%q: relaxed is %q, not %q", c.header, got, c.relaxed)
		}
	}
}

// canonicalBody gives the form of a body that comes in pieces of a size.
func canonicalBody(body string, relaxed bool, size int) string {
	var b bytes.Buffer
	c := newBodyHasher(&b, relaxed)
	for rest := []byte(body); len(rest) > 0; {
		n := min(size, len(rest))
		_ = c.write(rest[:n])
		rest = rest[n:]
	}
	c.end()
	return b.String()
}

func canonicalHeader(header string, relaxed bool) string {
	var b []byte
	for _, f := range splitHeader([]byte(header), nil) {
		b = appendField(b, f, relaxed)
	}
	return string(b)
}

var (
	blankRun  = regexp.MustCompile(`[ \t]+`)
	foldBreak = regexp.MustCompile(`\r\n([ \t])`)
)

// slowRelaxedBody is the RFC's text put into words.
func slowRelaxedBody(body string) string { // RFC 6376 §3.4.4
	lines := strings.Split(body, "\r\n")
	for i, line := range lines {
		line = blankRun.ReplaceAllString(line, " ")
		lines[i] = strings.TrimSuffix(line, " ")
	}
	body = strings.TrimRight(strings.Join(lines, "\x00\x00"), "\x00")
	if body == "" {
		return ""
	}
	return strings.ReplaceAll(body, "\x00\x00", "\r\n") + "\r\n"
}

func slowSimpleBody(body string) string { // RFC 6376 §3.4.3
	for strings.HasSuffix(body, "\r\n\r\n") {
		body = strings.TrimSuffix(body, "\r\n")
	}
	if body == "\r\n" || strings.HasSuffix(body, "\r\n") {
		return body
	}
	return body + "\r\n"
}

// slowRelaxedHeader is the RFC's text put into words.
func slowRelaxedHeader(header string) string { // RFC 6376 §3.4.2
	header = foldBreak.ReplaceAllString(header, "$1")
	var out strings.Builder
	for line := range strings.SplitSeq(header, "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		if ok {
			value = blankRun.ReplaceAllString(value, " ")
			out.WriteString(strings.ToLower(strings.TrimRight(name, " \t")) + ":" + strings.Trim(value, " ") + "\r\n")
		}
	}
	return out.String()
}

// FuzzBody cuts a body at all places; the form must not depend on it, and be the reference's.
func FuzzBody(f *testing.F) {
	for _, s := range []string{"", " C \r\nD \t E\r\n\r\n\r\n", "a\r\r\n \r\n\t b", "  \r\n  x  \r", "\r\n\r\n\n\r", "a \r\n.\r\n\tb \t\r\n \r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		body = strings.ReplaceAll(body, "\x00", "0") // the reference's own sign
		if len(body) > 2000 {
			body = body[:2000]
		}
		for _, relaxed := range []bool{true, false} {
			want := slowSimpleBody(body)
			if relaxed {
				want = slowRelaxedBody(body)
			}
			for _, size := range []int{1, 2, 3, 7, 9, 20, len(body) + 1} {
				if got := canonicalBody(body, relaxed, size); got != want {
					t.Fatalf("%q in pieces of %d: %q, not %q", body, size, got, want)
				}
			}
		}
	})
}

// FuzzHeader compares the form of a header with the reference's. Names and line breaks are made regular first: what
// package mime writes has no others.
func FuzzHeader(f *testing.F) {
	for _, s := range []string{"A: X\r\nB : Y\t\r\n\tZ  \r\n", "Subject:\r\n \r\n x", "a:b:c  d\t", "X\t :\ty \r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, given string) {
		header := regularHeader(given)
		if got, want := canonicalHeader(header, true), slowRelaxedHeader(header); got != want {
			t.Fatalf("%q: %q, not %q", header, got, want)
		}
		if got := canonicalHeader(header, false); got != header {
			t.Fatalf("%q: simple is %q", header, got)
		}
	})
}

// regularHeader leaves of any text what is fields.
func regularHeader(text string) string {
	var out strings.Builder
	for line := range strings.SplitSeq(text, "\r\n") {
		line = strings.NewReplacer("\r", "", "\n", "").Replace(line)
		name, _, colon := strings.Cut(line, ":")
		folded := out.Len() > 0 && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t"))
		if folded || colon && !strings.ContainsFunc(name, func(r rune) bool { return r > 0x7E }) && strings.Trim(name[:min(1, len(name))], " \t") != "" {
			out.WriteString(line + "\r\n")
		}
	}
	return out.String()
}
