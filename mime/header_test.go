package mime

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestUnstructured(t *testing.T) {
	words := strings.TrimSpace(strings.Repeat("wordly ", 60))
	tests := []struct {
		name, value string
		encoded     bool
		check       func(lines []string) string
	}{
		{"001 60 words", words, false, func(lines []string) string {
			for _, line := range lines {
				if len(line) > 78 {
					return "a line is longer than 78"
				}
			}
			return ""
		}},
		{"002 500 letters", strings.Repeat("a", 500), false, nil},
		{"002 1200 letters", strings.Repeat("a", 1200), true, nil},
		{"007 a run of 40 blanks", strings.Repeat("a", 60) + strings.Repeat(" ", 40) + strings.Repeat("b", 60), true, nil},
		{"007 double blanks in a long line", strings.Repeat("two  blanks ", 20) + "x", false, nil},
		{"007 double blanks in a short line", "two  blanks", false, nil},
		{"008 trailing blanks", strings.Repeat("a", 66) + "   ", true, nil},
		{"008 leading blanks", "  a", true, nil},
		{"009 empty", "", false, nil},
		{"015 tab", "a\tb", false, nil},
		{"017 one umlaut", "Grüße", true, func(lines []string) string {
			if lines[0] != "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=" {
				return "not as expected"
			}
			return ""
		}},
		{"018 cyrillic", strings.Repeat("Широкая", 24), true, nil},
		{"019 double blanks", strings.Repeat("Широкая  электрификация ", 8), true, nil},
		{"020 emoji", strings.Repeat("😀", 60), true, nil},
		{"021 base64 for emoji", strings.Repeat("😀", 6), true, func(lines []string) string {
			if !strings.Contains(lines[0], "?b?") {
				return "not base64"
			}
			return ""
		}},
		{"021 quoted for one umlaut", "Viele Grüße aus dem Norden", true, func(lines []string) string {
			if !strings.Contains(lines[0], "?q?") {
				return "not quoted"
			}
			return ""
		}},
		{"022 blanks beside", "  é two  spaces é  ", true, nil},
		{"023 literal encoded-word", "=?utf-8?q?evil?=", true, nil},
		{"023 inside", "x =?utf-8?q?evil?= y", true, nil},
		{"023 a query is no encoded-word", "https://x.example/?a=?b", false, nil},
		{"027 the run reaches the end", "Re: Grüße an alle", true, func(lines []string) string {
			if !strings.HasPrefix(lines[0], "Subject: Re: =?utf-8?q?Gr") || !strings.HasSuffix(lines[0], "_alle?=") {
				return "not one run"
			}
			return ""
		}},
		{"027 long ascii before", strings.Repeat("ascii words ", 9) + "Grüße", true, nil},
		{"028 signs", "ü signs such as _ and ? and = and \t and \" ( ) , .", true, func(lines []string) string {
			for _, s := range []string{"=5F", "=3F", "=3D", "=09"} {
				if !strings.Contains(lines[0], s) {
					return s + " is missing"
				}
			}
			return ""
		}},
		{"093 line break in an encoded-word", "=?UTF-8?Q?=0A?=Bcc: injected@x.example", true, nil},
		{"095 colons", "a: b\tc: d", false, nil},
		{"one letter", "x", false, nil},
		{"one blank", " ", true, nil},
		{"a zero width joiner", "👩‍👩‍👧‍👦 family", true, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := basic(t, nil)
			if err := m.Header().Set("Subject", test.value); err != nil {
				t.Fatal(err)
			}
			field := headerOf(t, wire(t, m), "Subject")
			lines := strings.Split(field, "\r\n")
			if encoded := strings.Contains(field, "=?utf-8?"); encoded != test.encoded {
				t.Errorf("encoded is %v: %q", encoded, field)
			}
			if test.check != nil {
				if wrong := test.check(lines); wrong != "" {
					t.Errorf("%s: %q", wrong, lines)
				}
			}
			unfolded := strings.ReplaceAll(field, "\r\n", "")[len("Subject: "):]
			if got := DecodeHeader(unfolded); got != test.value {
				t.Errorf("reads back as %q, want %q", got, test.value)
			}
			checkWords(t, field)
		})
	}
}

// checkWords wants each encoded-word short and whole.
func checkWords(t *testing.T, field string) {
	t.Helper()
	for word := range strings.FieldsSeq(field) {
		if !strings.HasPrefix(word, "=?") {
			continue
		}
		if len(word) > 75 {
			t.Errorf("an encoded-word has %d characters", len(word))
		}
		if text := DecodeHeader(word); invalidUTF8(text) >= 0 || text == word {
			t.Errorf("020: %q decodes to %q", word, text)
		}
	}
}

func TestStructuredFields(t *testing.T) {
	id := strings.Repeat("i", 100) + "@mail.example.org"
	long := "https://example.org/" + strings.Repeat("u", 100)
	tests := []struct{ name, field, value, want string }{
		{"003 token", "X-Token", strings.Repeat("t", 500), "X-Token: " + strings.Repeat("t", 500)},
		{"004 URLs", "List-Unsubscribe", "<" + long + ">, <mailto:u@example.org>", "List-Unsubscribe: <" + long + ">,\r\n <mailto:u@example.org>"},
		{"004 URLs without brackets", "List-Unsubscribe", "https://a.example/x, mailto:u@example.org", "List-Unsubscribe: <https://a.example/x>, <mailto:u@example.org>"},
		{"004 comma in a URL", "List-Help", "<https://a.example/x,y>", "List-Help: <https://a.example/x,y>"},
		{"005 In-Reply-To", "In-Reply-To", id, "In-Reply-To: <" + id + ">"},
		{"005 References", "References", "<" + id + "> b@x <c@x>", "References: <" + id + ">\r\n <b@x> <c@x>"},
		{"005 References without blanks", "References", "<a@x><b@x>", "References: <a@x> <b@x>"},
		{"006 Message-ID", "Message-ID", id, "Message-ID: <" + id + ">"},
		{"010 MIME-Version", "mime-version", "1.0", "MIME-Version: 1.0"},
		{"010 List-ID", "LIST-ID", "news.example.org", "List-ID: <news.example.org>"},
		{"010 DKIM-Signature", "dkim-signature", "v=1", "DKIM-Signature: v=1"},
		{"010 unknown", "x-weird-CASE", "v", "x-weird-CASE: v"},
		{"List-ID with a phrase", "List-ID", "Grüße <news.example.org>", "List-ID: =?utf-8?q?Gr=C3=BC=C3=9Fe?= <news.example.org>"},
		{"List-Post", "List-Post", "no", "List-Post: NO"},
		{"029 Content-Description", "Content-Description", "Übersicht", "Content-Description: =?utf-8?q?=C3=9Cbersicht?="},
		{"089 RFC form", "Date", "3 Mar 2026 08:05 +0100", "Date: Tue, 03 Mar 2026 08:05:00 +0100"},
		{"089 wrong weekday", "Date", "Mon, 3 Mar 2026 08:05:00 +0100", "Date: Tue, 03 Mar 2026 08:05:00 +0100"},
		{"089 ISO", "Date", "2026-03-03T08:05:09Z", "Date: Tue, 03 Mar 2026 08:05:09 +0000"},
		{"089 naive", "Date", "2026-03-03 08:05", "Date: Tue, 03 Mar 2026 08:05:00 -0000"},
		{"089 comment", "Date", "Tue, 3 Mar 2026 08:05:00 -0500 (EST)", "Date: Tue, 03 Mar 2026 08:05:00 -0500"},
		{"unknown in UTF-8", "X-Name", "Jörg", "X-Name: =?utf-8?q?J=C3=B6rg?="},
		{"opaque", "Auto-Submitted", " auto-replied; owner-email=\"a@b\" ", `Auto-Submitted: auto-replied; owner-email="a@b"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := basic(t, nil)
			if err := m.Header().Set(test.field, test.value); err != nil {
				t.Fatal(err)
			}
			name, _, _ := strings.Cut(test.want, ":")
			if got := headerOf(t, wire(t, m), name); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestRefusedFields(t *testing.T) {
	tests := []struct{ name, field, value, say string }{
		{"003 token too long", "X-Token", strings.Repeat("t", 1100), "998"},
		{"003 opaque too long", "Feedback-ID", strings.Repeat("t", 1100), "998"},
		{"005 id too long", "References", "<" + strings.Repeat("i", 1100) + "@x>", "998"},
		{"030 invalid UTF-8", "Subject", "caf\xe9", "octet 3"},
		{"089 no date", "Date", "yesterday", "not a date"},
		{"089 empty date", "Date", "", "not a date"},
		{"090 id without @", "Message-ID", "abc", "@"},
		{"090 id with a blank", "Message-ID", "<a b@x>", "character"},
		{"092 line break", "Subject", "hi\r\nBcc: evil@x.example", "line break"},
		{"092 lone LF", "Subject", "hi\nBcc: evil@x.example", "line break"},
		{"092 lone CR", "Subject", "hi\rBcc: evil@x.example", "line break"},
		{"094 LF at the end", "Subject", "hi\n", "line break"},
		{"095 name with a line break", "X-A: b\r\nBcc", "x", "name"},
		{"095 empty name", "", "x", "name"},
		{"095 name with a colon", "X:", "x", "name"},
		{"095 name not ASCII", "X-Ü", "x", "name"},
		{"096 NUL", "Subject", "a\x00b", "control"},
		{"096 DEL", "Subject", "a\x7fb", "control"},
		{"096 type", "Content-Type", "text/plain\r\nEvil: y", "line break"},
		{"096 content id", "Content-ID", "<a@b>\r\nEvil: y", "line break"},
		{"096 message id", "Message-ID", "a@b\nEvil: y", "line break"},
		{"096 description", "Content-Description", "a\r\nb", "line break"},
		{"096 list", "List-Unsubscribe", "<https://x.example/\r\nBcc: a@b>", "line break"},
		{"096 disposition", "Content-Disposition", "inline; x=\"a\nb\"", "line break"},
		{"URL without a scheme", "List-Help", "example.org", "URL"},
		{"URL with a blank", "List-Help", "<https://x.example/a b>", "percent"},
		{"version", "MIME-Version", "2.0", "1.0"},
		{"non-ASCII in an opaque field", "Precedence", "bülk", "ASCII"},
		{"non-ASCII in a message id", "In-Reply-To", "<ü@x>", "ASCII"},
		{"encoding", "Content-Transfer-Encoding", "x-uuencode", "encoding"},
		{"binary", "Content-Transfer-Encoding", "binary", "encoding"},
		{"type", "Content-Type", "text", "media type"},
		{"type twice", "Content-Type", "text/plain; a=1; a=2", "twice"},
		{"a name of 100", strings.Repeat("n", 100), "x", "long"},
		{"013 two senders", "Sender", "a@x.example, b@x.example", "one address"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := basic(t, nil)
			before := wire(t, m)
			err := m.Header().Set(test.field, test.value)
			wantFault(t, err, test.say)
			var e *Error
			if errors.As(err, &e) && isFieldName(test.field) && len(test.field) < 78 && !strings.Contains(e.Field, test.field) {
				t.Errorf("the error names %q, not the field", e.Field)
			}
			if wire(t, m) != before {
				t.Error("the refused value changed the message")
			}
		})
	}
}

func TestRawFields(t *testing.T) {
	good := "DKIM-Signature: v=1; a=rsa-sha256;\r\n\tb=" + strings.Repeat("x", 80) + "\r\n"
	m := basic(t, nil)
	if err := m.Header().AddRaw(good); err != nil {
		t.Fatal(err)
	}
	if out := wire(t, m); !strings.Contains(out, good) {
		t.Error("016: altered:\n" + out)
	}
	for _, bad := range []string{
		"X-A: a\r\nX-B: b\r\n", "X-A: a", "X-A: a\n", "X-A: a\r\n \r\n b\r\n", "X-A: a\r\n\r\nbody\r\n", "X-A: ü\r\n", "no colon\r\n",
		"X-A: a\rb\r\n", "X A: a\r\n", "To: a@x.example\r\n", "Content-Type: text/html\r\n", "X-A: " + strings.Repeat("x", 1000) + "\r\n", "X-A:\r\n \r\n", "Subject: again\r\n",
	} {
		if err := m.Header().AddRaw(bad); err == nil {
			t.Errorf("016: %q was accepted", bad)
		}
	}
}

func TestHeaderOrder(t *testing.T) {
	h := &Header{}
	for i, name := range []string{"Subject", "X-B", "From", "X-A", "X-B"} {
		value := fmt.Sprintf("v%d@x.example", i)
		if err := h.Add(name, value); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for name, value := range h.Fields() {
		got = append(got, name+"="+value)
	}
	want := "Subject=v0@x.example X-B=v1@x.example From=v2@x.example X-A=v3@x.example X-B=v4@x.example"
	t.Run("011 order kept", func(t *testing.T) {
		if s := strings.Join(got, " "); s != want {
			t.Errorf("got %s", s)
		}
	})
	t.Run("012 singletons", func(t *testing.T) {
		for _, name := range []string{"subject", "From", "DATE"} {
			_ = h.Set(name, "2026-01-01")
			if name == "From" {
				continue
			}
			wantFault(t, h.Add(name, "2026-01-02"), "only once")
		}
		if n := len(h.All("subject")); n != 1 {
			t.Errorf("%d subjects", n)
		}
	})
	t.Run("set replaces all", func(t *testing.T) {
		if err := h.Set("x-b", "one"); err != nil {
			t.Fatal(err)
		}
		if all := h.All("X-B"); len(all) != 1 || all[0] != "one" {
			t.Errorf("got %q", all)
		}
	})
	t.Run("del and clone", func(t *testing.T) {
		c := h.Clone()
		c.Del("SUBJECT")
		if _, ok := c.Get("Subject"); ok {
			t.Error("still there")
		}
		if _, ok := h.Get("Subject"); !ok {
			t.Error("gone from the original")
		}
	})
}

func TestEncodeHeader(t *testing.T) {
	for _, text := range []string{"", "plain", "Grüße", strings.Repeat("Ж", 200), "=?utf-8?q?x?="} {
		out, err := EncodeHeader(text)
		if err != nil || DecodeHeader(out) != text {
			t.Errorf("%q: %q, %v", text, out, err)
		}
	}
	if _, err := EncodeHeader("a\nb"); err == nil {
		t.Error("a line break was accepted")
	}
	if got := DecodeHeader("=?iso-8859-1?q?Gr=FC=DFe?= =?koi8-r?b?1A==?="); got != "Grüßeт" {
		t.Errorf("got %q", got)
	}
	if got := DecodeHeader("=?nowhere?q?x?="); got != "x" {
		t.Errorf("got %q", got)
	}
}
