package smtp

import (
	"regexp"
	"strings"
	"testing"
)

func testRedirect(t testing.TB) redirect {
	t.Helper()
	r, err := newRedirect("safe@x.example")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRedirectLine(t *testing.T) {
	r := testRedirect(t)
	for in, want := range map[string]string{
		"RCPT TO:<a@b>\r\n":                                 "RCPT TO:<safe@x.example>\r\n",
		"rcpt   to: <a@b>\r\n":                              "RCPT TO:<safe@x.example>\r\n",
		" \tRcPt\tTO:a@b\r\n":                               "RCPT TO:<safe@x.example>\r\n",
		"RCPT TO:<a@b> NOTIFY=NEVER ORCPT=rfc822;a@b\r\n":   "RCPT TO:<safe@x.example> NOTIFY=NEVER\r\n",
		"RCPT TO:<\"x> orcpt=rfc822;y\"@b> orcpt=z a=b\r\n": "RCPT TO:<safe@x.example> a=b\r\n",
		"RCPT\r\n":               "RCPT TO:<safe@x.example>\r\n",
		"RCPTX TO:<a@b>\r\n":     "RCPT TO:<safe@x.example>\r\n",
		"MAIL FROM:<a@b>\r\n":    "MAIL FROM:<a@b>\r\n",
		"NOOP RCPT TO:<a@b>\r\n": "NOOP RCPT TO:<a@b>\r\n",
	} {
		if got, err := r.line(in); got != want || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"BDAT 10 LAST\r\n", "bdat 1\r\n", "BURL imap://x\r\n", "STARTTLS\r\n"} {
		if got, err := r.line(in); err == nil {
			t.Errorf("%q: %q", in, got)
		}
	}
	if got, err := (redirect{}).line("BDAT 1\r\n"); got != "BDAT 1\r\n" || err != nil {
		t.Errorf("without redirect: %q, %v", got, err)
	}
}

func TestContentGuard(t *testing.T) {
	tests := []struct {
		name   string
		pieces []string
		ok     bool
		open   bool
	}{
		{"content", []string{"a\r\nb"}, true, true},
		{"whole", []string{"a\r\n.\r\n"}, true, false},
		{"empty", []string{".\r\n"}, true, false},
		{"beyond", []string{"a\r\n.\r\nRCPT TO:<c@d>\r\n"}, false, true},
		{"beyond, by another piece", []string{"a\r\n.\r\n", "x"}, false, false},
		{"octet by octet", strings.Split("a\r\n..\r\n.\r\n", ""), true, false},
		{"stuffed dot", []string{"a\r\n..\r\nb\r\n"}, true, true},
		{"lone LF", []string{"a\n.\nRCPT"}, false, true},
		{"lone CR", []string{"a\r.\r"}, false, true},
		{"lone CR over a border", []string{"a\r", "."}, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var g contentGuard
			g.begin()
			ok := true
			for _, p := range tt.pieces {
				ok = ok && g.check([]byte(p)) == nil
			}
			if ok != tt.ok || g.open != tt.open {
				t.Errorf("ok %v, open %v", ok, g.open)
			}
		})
	}
	if (&contentGuard{}).check([]byte("x")) == nil {
		t.Error("octets before a 354 were let through")
	}
}

func FuzzRedirect(f *testing.F) {
	for _, s := range []string{"RCPT TO:<a@b>", " rcpt to:<a@b> ORCPT=x", "NOOP", "\"RCPT", "RCPT TO:<\"> \"@x> A=B"} {
		f.Add(s)
	}
	r := testRedirect(f)
	shape := regexp.MustCompile(`^RCPT TO:<safe@x\.example>( [A-Za-z0-9_-]+(=\S+)?)*\r\n$`)
	f.Fuzz(func(t *testing.T, s string) {
		raw, err := commandLine(s)
		if err != nil {
			return
		}
		line, err := r.line(raw)
		if err != nil {
			return
		}
		looksLike := strings.HasPrefix(strings.ToUpper(strings.TrimLeft(line, " \t\v\f")), "RCPT")
		if looksLike && (!shape.MatchString(line) || strings.Contains(strings.ToUpper(line), " ORCPT=")) {
			t.Fatalf("%q became %q", s, line)
		}
		if !looksLike && line != raw {
			t.Fatalf("%q became %q", raw, line)
		}
	})
}

func FuzzContentGuard(f *testing.F) {
	f.Add([]byte("a\r\n.\r\nb"), 3)
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		cut = min(max(cut, 0), len(b))
		var g contentGuard
		g.begin()
		if g.check(b[:cut]) != nil || g.check(b[cut:]) != nil {
			return
		}
		end := strings.Index("\r\n"+string(b), "\r\n.\r\n")
		if end >= 0 && end+3 != len(b) {
			t.Fatalf("%q goes on after its final dot", b)
		}
		if g.open != (end < 0) && len(b) > 0 {
			t.Fatalf("%q: open %v", b, g.open)
		}
	})
}
