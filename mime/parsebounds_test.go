package mime

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestBoundsOfParsing: what lies beyond a bound is kept, told and still written back.
func TestBoundsOfParsing(t *testing.T) {
	deep := strings.Repeat("Content-Type: multipart/mixed; boundary=b\n\n--b\n", 3000) + "\nhello\n"
	distinct := ""
	for i := range 3000 {
		distinct += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%dx\n\n--b%dx\n", i, i)
	}
	for name, test := range map[string]struct {
		mail, code string
		options    ParseOptions
	}{
		"multiparts, one boundary": {deep, "", ParseOptions{}},
		"multiparts":               {distinct + "\nhello\n", "too-deep", ParseOptions{}},
		"messages":                 {strings.Repeat("Content-Type: message/rfc822\n\n", 3000) + "\nhello\n", "too-deep", ParseOptions{}},
		"parts":                    {"Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 30_000) + "--b--\n", "too-many-parts", ParseOptions{}},
		"few parts":                {nestedMail, "too-many-parts", ParseOptions{MaxParts: 3}},
		"fields":                   {strings.Repeat("A: b\n", 200_000) + "\nhello\n", "too-many-fields", ParseOptions{}},
		"header":                   {"A: " + strings.Repeat("x\n ", 1<<19) + "\nhello\n", "header-too-long", ParseOptions{}},
		"shallow":                  {nestedMail, "too-deep", ParseOptions{MaxDepth: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			m := Parse([]byte(test.mail), test.options, fixedEnv())
			if back := stored(t, m); back != test.mail {
				t.Error("it came back differently")
			}
			parts := 0
			_ = m.Walk(func(p *Part, depth int) error {
				if parts++; depth > 100 {
					t.Fatal("too deep")
				}
				return nil
			})
			if parts > 10_000 {
				t.Errorf("%d parts", parts)
			}
			if test.code != "" && !strings.Contains(defectList(m), test.code) {
				t.Errorf("%s is not among the defects", test.code)
			}
			if _, err := m.Octets(false, false); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestDefectsAreBounded: faults of fields are told up to a bound, what is beyond the bounds of reading always.
func TestDefectsAreBounded(t *testing.T) {
	m := Parse([]byte("Content-Type: message/rfc822; "+strings.Repeat("a=b ", 9000)+"\n\nSubject: x\n\n"), ParseOptions{MaxDepth: 1}, nil)
	inner := m.message.Defects()
	if n := len(m.origin.defects); n < 900 || n > 1100 || len(inner) > 0 {
		t.Errorf("%d defects, and within %v", n, inner)
	}
	m = Parse([]byte("Content-Type: multipart/mixed; "+strings.Repeat("a=b ", 9000)+"\n\n"), ParseOptions{}, nil)
	if !strings.Contains(defectList(m), "no-boundary") {
		t.Error("no-boundary is not among the defects")
	}
}

// TestLongNamesOfParameters: a name that leaves no room for a value on its line is dropped.
func TestLongNamesOfParameters(t *testing.T) {
	m := parsed("Content-Type: text/plain; " + strings.Repeat("n", 900) + "=\xfc; charset=iso-8859-1\n\n\xfc")
	if got := m.header.params("content-type").text(); got != "text/plain; charset=iso-8859-1" {
		t.Errorf("read as %q", got)
	}
	wireIsLegal(t, m)
}

// TestParsingIsLinear gives inputs that a careless reader needs time squared for: that would be at least six seconds.
func TestParsingIsLinear(t *testing.T) {
	for name, mail := range map[string]func(n int) string{
		"words without end":    func(n int) string { return "Subject: " + strings.Repeat("=?a?q?", n/6) + "\n\nx" },
		"words":                func(n int) string { return "Subject: " + strings.Repeat("=?utf-8?q?=C3=BC?= ", n/20) + "\n\nx" },
		"words of no encoding": func(n int) string { return "Subject: " + strings.Repeat("=?a?z? ", n/7) + "?=\n\nx" },
		"words for addresses":  func(n int) string { return "To: " + strings.Repeat("a@b ", n/4) + "\n\nx" },
		"blank parameters":     func(n int) string { return "Content-Type: a/b; " + strings.Repeat("a=b ", n/4) + "\n\nx" },
		"hyphens":              func(n int) string { return "A: b\n\n" + strings.Repeat("-", n) },
		"hyphened lines": func(n int) string {
			return "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--\n", n/3)
		},
		"recipients":          func(n int) string { return "To: " + strings.Repeat("a@b.example; ", n/13) + "\n\nx" },
		"quotes":              func(n int) string { return "To: " + strings.Repeat(`"`, n) + "\n\nx" },
		"parens":              func(n int) string { return "To: " + strings.Repeat("(", n) + "\n\nx" },
		"angles":              func(n int) string { return "To: " + strings.Repeat("<", n) + "\n\nx" },
		"parameters":          func(n int) string { return "Content-Type: a/b" + strings.Repeat("; a=b", n/5) + "\n\nx" },
		"distinct parameters": func(n int) string { return "Content-Type: a/b" + distinctParams(n/12) + "\n\nx" },
		"continuations":       func(n int) string { return "Content-Type: a/b" + strings.Repeat("; a*1=b", n/7) + "\n\nx" },
		"lone CRs":            func(n int) string { return strings.Repeat("A: b\r", n/5) },
		"stray lines":         func(n int) string { return strings.Repeat("stray\n", n/6) + "Subject: x\n\nx" },
		"strays and fields":   func(n int) string { return strings.Repeat("stray\nSubject: x\n", n/17) + "\n\nx" },
		"blank lines":         func(n int) string { return "A: b\n\n" + strings.Repeat("\n", n) },
		"uuencode": func(n int) string {
			return "Content-Transfer-Encoding: uuencode\n\nbegin 644 x\n" + strings.Repeat("_\n", n/2)
		},
		"escapes": func(n int) string { return "Content-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("=", n) },
		"blanks and escapes": func(n int) string {
			return "Content-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("= ", n/2)
		},
		"blank escapes": func(n int) string {
			return "Content-Transfer-Encoding: quoted-printable\n\n=" + strings.Repeat(" ", n) + "="
		},
		"comments in a type": func(n int) string { return "Content-Type: a/b " + strings.Repeat("()", n/2) + "\n\nx" },
		"nested": func(n int) string {
			return strings.Repeat("Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n", n/75)
		},
	} {
		t.Run(name, func(t *testing.T) {
			parse := func(n int) time.Duration {
				b := []byte(mail(n))
				start := time.Now()
				Parse(b, ParseOptions{}, nil).Defects()
				return time.Since(start)
			}
			// A busy machine is slow for all lengths alike; only what grows by the square is sixteen times as slow.
			for range 4 {
				if long := parse(600_000); long < time.Second || long < 10*parse(150_000) {
					return
				}
			}
			t.Error("four times the length takes more than ten times as long")
		})
	}
}

func distinctParams(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "; a%d=b", i)
	}
	return b.String()
}
