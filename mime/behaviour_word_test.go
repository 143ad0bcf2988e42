package mime

import (
	"strings"
	"testing"

	"github.com/emersion/go-message/mail"
)

// wantWords checks a subject that must be encoded: lines of at most 76 octets, words of at most 75, whole characters in
// each, and the exact text behind them.
func wantWords(t testing.TB, value string) (lines []string) {
	t.Helper()
	lines = wantText(t, "Subject", value, 76)
	words := 0
	for _, line := range lines {
		for word := range strings.FieldsSeq(line) {
			if !strings.HasPrefix(word, "=?utf-8?") {
				continue
			}
			words++
			if len(word) > 75 || !strings.HasSuffix(word, "?=") {
				t.Errorf("not an encoded-word: %q", word)
			}
			if part := DecodeHeader(word); part == word || invalidUTF8(part) >= 0 {
				t.Errorf("%q decodes to %q", word, part)
			}
		}
	}
	if words == 0 {
		t.Errorf("%q is not encoded: %q", value, lines)
	}
	return lines
}

func TestBehaviour017_OneUmlaut(t *testing.T) {
	wantField(t, "Subject", "Grüße", "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=")
	wantField(t, "X-Note", "Grüße", "X-Note: =?utf-8?q?Gr=C3=BC=C3=9Fe?=")
}

func TestBehaviour018_CyrillicSubject(t *testing.T) {
	lines := wantWords(t, strings.Repeat("Широкаяэлектрификац", 9)[:2*165])
	if len(lines) < 5 {
		t.Errorf("%d lines", len(lines))
	}
}

func TestBehaviour019_DoubleBlanks(t *testing.T) {
	wantWords(t, strings.Repeat("Широкая  электрификация   южных ", 8)+"губерний")
	wantWords(t, strings.Repeat("é  ", 60)+"é")
}

func TestBehaviour020_WholeCharacters(t *testing.T) {
	for pad := range 8 {
		wantWords(t, strings.Repeat("x", pad)+strings.Repeat("😀", 60))
		wantWords(t, strings.Repeat("x", pad)+strings.Repeat("é=", 60))
	}
}

func TestBehaviour021_ShorterEncoding(t *testing.T) {
	wantField(t, "Subject", "😀😀😀😀😀😀", "Subject: =?utf-8?b?8J+YgPCfmIDwn5iA8J+YgPCfmIDwn5iA?=")
	wantField(t, "Subject", "Überblick ueber alles", "Subject: =?utf-8?q?=C3=9Cberblick_ueber_alles?=")
	wantField(t, "Subject", "你好", "Subject: =?utf-8?b?5L2g5aW9?=")
}

func TestBehaviour022_BlanksAtTheEnds(t *testing.T) {
	for _, value := range []string{"  é two  spaces é  ", " é", "é ", "\té\t", " a", "a ", "   ", " "} {
		wantWords(t, value)
	}
}

func TestBehaviour023_LiteralEncodedWord(t *testing.T) {
	wantField(t, "Subject", "=?utf-8?q?evil?=", "Subject: =?utf-8?q?=3D=3Futf-8=3Fq=3Fevil=3F=3D?=")
	for _, value := range []string{"x =?utf-8?q?evil?= y", "(=?utf-8?b?ZXZpbA==?=)", "=?utf-8?q?a?= =?utf-8?q?b?=", "=?x?=?="} {
		wantWords(t, value)
	}
	wantField(t, "Subject", "https://x.example/?a=?b", "Subject: https://x.example/?a=?b")
}

func TestBehaviour024_EncodedWordAsName(t *testing.T) {
	wantField(t, "Cc", `"=?utf-8?q?x?=" <a@x.example>`, "Cc: =?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?= <a@x.example>")
	name := "=?utf-8?q?x?="
	out := Address{name, "a@x.example"}.String()
	if got, err := mail.ParseAddress(out); err != nil || got.Name != name || got.Address != "a@x.example" {
		t.Errorf("%s reads back as %v, %v", out, got, err)
	}
}

func TestBehaviour025_CommaInName(t *testing.T) {
	wantField(t, "Cc", `"Müller, Jörg" <a@x.example>`, "Cc: =?utf-8?q?M=C3=BCller=2C_J=C3=B6rg?= <a@x.example>")
	if got := (Address{"Müller, Jörg", "a@x.example"}).String(); got != "=?utf-8?q?M=C3=BCller=2C_J=C3=B6rg?= <a@x.example>" {
		t.Error(got)
	}
}

func TestBehaviour026_SpecialsInName(t *testing.T) {
	for name, want := range map[string]string{
		`A "B" C\D, Inc.`: `"A \"B\" C\\D, Inc." <a@x.example>`, "John Q Public": "John Q Public <a@x.example>", "J. Doe": `"J. Doe" <a@x.example>`,
		"a@b.example": `"a@b.example" <a@x.example>`, "(x)": `"(x)" <a@x.example>`, `\`: `"\\" <a@x.example>`, "two  blanks": `"two  blanks" <a@x.example>`, "O'Neil": "O'Neil <a@x.example>",
	} {
		if got := (Address{name, "a@x.example"}).String(); got != want {
			t.Errorf("%q goes out as %s, want %s", name, got, want)
		}
		if back, err := ParseAddressList(want); err != nil || len(back) != 1 || back[0].Name != name {
			t.Errorf("%s reads back as %q, %v", want, back, err)
		}
	}
}

func TestBehaviour027_OneRun(t *testing.T) {
	wantField(t, "Subject", "Re: Grüße an alle", "Subject: Re: =?utf-8?q?Gr=C3=BC=C3=9Fe_an_alle?=")
	wantField(t, "Subject", "é and plain words and é", "Subject: =?utf-8?q?=C3=A9_and_plain_words_and_=C3=A9?=")
	for n := range 12 {
		lines := wantWords(t, strings.Repeat("ascii words ", n)+"Grüße "+strings.Repeat("and more ", 9)+"end")
		for i, line := range lines {
			plain, _, _ := strings.Cut(strings.TrimPrefix(line, "Subject: "), "=?utf-8?")
			if i > 0 && plain != " " || strings.Contains(line, "?= ") {
				t.Errorf("ASCII and encoded words meet at a fold: %q", lines)
			}
		}
	}
}

func TestBehaviour028_EscapedSigns(t *testing.T) {
	wantField(t, "Subject", "ü signs: _?=\t\":@, and more words", "Subject: =?utf-8?q?=C3=BC_signs:_=5F=3F=3D=09\":@,_and_more_words?=")
	if got := (Address{"ü_.,:\"(a-Z0!*+-/ and more letters)", "a@x.example"}).String(); got != "=?utf-8?q?=C3=BC=5F=2E=2C=3A=22=28a-Z0!*+-/_and_more_letters=29?=\r\n <a@x.example>" {
		t.Error(got)
	}
	if got := (Address{"ü\t=?@ and many letters", "a@x.example"}).String(); got != "=?utf-8?q?=C3=BC=09=3D=3F=40_and_many_letters?= <a@x.example>" {
		t.Error(got)
	}
}

func TestBehaviour029_PlacesOfEncodedWords(t *testing.T) {
	for name, value := range map[string]string{
		"Message-ID": "<ü@x>", "In-Reply-To": "<ü@x>", "References": "<a@x> <ü@x>", "Content-ID": "<ü@x>", "List-Unsubscribe": "<https://x.example/ü>",
		"List-Post": "<mailto:ü@x.example>", "Precedence": "bülk", "Auto-Submitted": "auto-ü", "Content-Language": "dé", "Date": "1. März 2026",
	} {
		wantRefused(t, name, value, name, "ASCII")
	}
	wantRefused(t, "List-ID", "x <ü.example>", "List-ID")
	wantField(t, "List-ID", "Grüße <news.example.org>", "List-ID: =?utf-8?q?Gr=C3=BC=C3=9Fe?= <news.example.org>")
	wantField(t, "Content-Description", "Übersicht", "Content-Description: =?utf-8?q?=C3=9Cbersicht?=")
	m := basic(t, func(s *Spec) {
		s.Attachments = []*Part{must(NewPart("application/x", String("x"), WithParam("title", "Übersicht"), WithFilename("=?utf-8?q?x?=.pdf")))}
	})
	out := wire(t, m)
	for _, want := range []string{"title*=utf-8''%C3%9Cbersicht\r\n", "filename*=utf-8''%3D%3Futf-8%3Fq%3Fx%3F%3D.pdf\r\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestBehaviour030_InvalidUTF8(t *testing.T) {
	for _, name := range []string{"Subject", "X-Note", "To", "Content-Description", "List-ID", "Content-Disposition"} {
		wantRefused(t, name, "caf\xe9", name, "UTF-8", "octet 3")
	}
	wantFault(t, Address{"caf\xe9", "a@x.example"}.Validate(), "UTF-8")
	_, err := NewText("caf\xe9", "", "")
	wantFault(t, err, "text", "UTF-8", "octet 3")
	_, err = NewPart("application/x", String("x"), WithFilename("caf\xe9"))
	wantFault(t, err, "filename", "UTF-8")
	_, err = Compose(Spec{Subject: "\xff"}, fixedEnv())
	wantFault(t, err, "Subject", "UTF-8", "octet 0")
	p := must(NewText("caf\xe9", "", "iso-8859-1"))
	if text := must(p.Text()); text != "café" {
		t.Errorf("text in its own charset reads back as %q", text)
	}
}
