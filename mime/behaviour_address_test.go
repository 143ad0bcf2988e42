package mime

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBehaviour044_NameWithUmlauts(t *testing.T) {
	wantField(t, "Cc", "Jürgen Groß <j@example.com>", "Cc: =?utf-8?q?J=C3=BCrgen_Gro=C3=9F?= <j@example.com>")
	wantField(t, "Cc", "=?utf-8?q?J=C3=BCrgen?= =?utf-8?q?_Gro=C3=9F?= <j@example.com>", "Cc: =?utf-8?q?J=C3=BCrgen_Gro=C3=9F?= <j@example.com>")
}

func TestBehaviour045_InternationalDomain(t *testing.T) {
	for given, want := range map[string]string{
		"bob@bücher.example": "bob@xn--bcher-kva.example", "bob@faß.de": "bob@xn--fa-hia.de", "bob@BÜCHER.example": "bob@xn--bcher-kva.example",
		"bob@例え。テスト": "bob@xn--r8jz45g.xn--zckzah", "bob@xn--bcher-kva.example": "bob@xn--bcher-kva.example",
	} {
		wantField(t, "Cc", given, "Cc: "+want)
		m := basic(t, func(s *Spec) { s.From, s.To = []Address{{"", given}}, []Address{{"", given}} })
		from, to, needs, err := m.Envelope()
		if err != nil || from != want || !slices.Equal(to, []string{want}) || needs {
			t.Errorf("%s: envelope %q %q %v %v", given, from, to, needs, err)
		}
	}
	for _, bad := range []string{"a@-ü-.example", "a@" + strings.Repeat("ü", 60) + ".example", "a@ü..example", "a@\u200bü.example "} {
		wantFault(t, ValidateAddress(bad), "domain")
	}
}

func TestBehaviour046_InternationalLocalPart(t *testing.T) {
	m := basic(t, func(s *Spec) {
		s.To = []Address{{"Bø Å", "bøb@BÜCHER.example"}, {"", "x@bücher.example"}}
	})
	_, to, needs, err := m.Envelope()
	if err != nil || !needs || !slices.Equal(to, []string{"bøb@bücher.example", "x@xn--bcher-kva.example"}) {
		t.Errorf("envelope %q, %v, %v", to, needs, err)
	}
	_, err = m.Encode(true, false)
	wantFault(t, err, "To", "SMTPUTF8", "bøb")
	if got := headerOf(t, string(must(m.Octets(false, true))), "To"); got != "To: Bø Å <bøb@bücher.example>, x@bücher.example" {
		t.Errorf("%q", got)
	}
}

func TestBehaviour047_QuotedLocalPart(t *testing.T) {
	if got := (Address{"", "a b@x.example"}).String(); got != `"a b"@x.example` {
		t.Error(got)
	}
	for _, given := range []string{`"a b"@x.example`, `<"a b"@x.example>`} {
		wantField(t, "Cc", given, `Cc: "a b"@x.example`)
	}
	m := basic(t, func(s *Spec) { s.To = []Address{{"", `"a\"b@c"@x.example`}} })
	if _, to, _, err := m.Envelope(); err != nil || !slices.Equal(to, []string{`"a\"b@c"@x.example`}) {
		t.Errorf("%q, %v", to, err)
	}
}

func TestBehaviour048_NoHiddenRecipients(t *testing.T) {
	for _, bad := range []string{
		"user@evil.com@good.com", "a@b>, <evil@x.com", "a@b,evil@x.com", "<a@b>", "a@b;evil@x.com", `"a@b" <evil@x.com>`, "a@b (evil@x.com)", "a@b\tevil@x.com", `a"@b@x`, "=?utf-8?q?a=40evil.com=2C?=@x.com",
	} {
		wantFault(t, ValidateAddress(bad), "address")
		wantFault(t, (&Header{}).SetAddresses("To", []Address{{"x", bad}}), "To")
		_, err := Compose(Spec{From: []Address{{"", "f@x.example"}}, To: []Address{{"", bad}}}, fixedEnv())
		wantFault(t, err, "To")
		wantFault(t, basic(t, nil).SetEnvelope(nil, []string{bad}), "envelope recipient")
	}
	for _, bad := range []string{"user@evil.com@good.com", "<a@b>, <evil@x.com", "a@b> , evil@x.com", "<a@b <evil@x.com>>"} {
		_, err := ParseAddressList(bad)
		wantFault(t, err, "address list")
	}
	name := `x" <evil@x.com>, "y`
	m := basic(t, func(s *Spec) { s.To = []Address{{name, "a@x.example"}} })
	out := wire(t, m)
	back, err := ParseAddressList(strings.TrimPrefix(headerOf(t, out, "To"), "To: "))
	if err != nil || len(back) != 1 || back[0] != (Address{name, "a@x.example"}) {
		t.Errorf("%q, %v\n%s", back, err, out)
	}
}

func TestBehaviour049_RefusedAddresses(t *testing.T) {
	for _, bad := range []string{
		"", "noat", "a@b c", ".a.@b", "a..b@x", "a.@b", ".a@b", "a@", "@b", "a@x..example", "a@-x", "a@x-", "a@x_y!", " @x", "a  b@x", "a@.x", "a@x.", "a@[", "a@[]", "a@[x y]", strings.Repeat("a", 255) + "@x", "a@" + strings.Repeat("b", 64),
	} {
		wantFault(t, ValidateAddress(bad), "address")
		_, err := ParseAddressList(bad)
		wantFault(t, err, "address list")
	}
}

func TestBehaviour050_AddressLiterals(t *testing.T) {
	for _, a := range []string{"x@[127.0.0.1]", "x@[IPv6:::1]"} {
		wantField(t, "Cc", a, "Cc: "+a)
		m := basic(t, func(s *Spec) { s.From, s.To = []Address{{"", a}}, []Address{{"", a}} })
		if from, to, _, err := m.Envelope(); err != nil || from != a || !slices.Equal(to, []string{a}) {
			t.Errorf("%q %q %v", from, to, err)
		}
	}
}

func TestBehaviour051_LineBreaksInAddresses(t *testing.T) {
	for _, end := range []string{"\r\n", "\n", "\r", "\x00", "\r\nBcc: evil@x.example"} {
		for _, a := range []Address{{"n" + end, "a@x.example"}, {"", "a" + end + "@x.example"}, {"", "a@x.example" + end}, {"", `"a` + end + `"@x.example`}, {end, "a@x.example"}} {
			wantFault(t, a.Validate(), "address")
			wantFault(t, (&Header{}).SetAddresses("Reply-To", []Address{a}), "Reply-To")
		}
		wantRefused(t, "To", "a@x.example"+end, "To")
		wantRefused(t, "To", "g"+end+": a@x.example;", "To")
		wantFault(t, basic(t, nil).SetEnvelope(ptr("a@x.example"+end), nil), "envelope sender")
	}
	wantRefused(t, "To", "=?utf-8?q?a=0D=0ABcc?= <a@x.example>", "To", "line break")
	wantRefused(t, "To", "=?utf-8?q?a=0Ab?=: a@b.c;", "To", "line break")
}

func TestBehaviour052_Groups(t *testing.T) {
	for given, want := range map[string]string{
		"Undisclosed recipients:;": "Undisclosed recipients:;", `Fr: a@b.c, "X" <d@e.f>;`: "Fr: a@b.c, X <d@e.f>;", "x@y.z, Fr: a@b.c; , q@r.s": "x@y.z, Fr: a@b.c;, q@r.s",
		`"a, b": a@b.c;`: `"a, b": a@b.c;`, "Grüße: a@b.c;": "=?utf-8?q?Gr=C3=BC=C3=9Fe?= : a@b.c;",
	} {
		wantField(t, "Cc", given, "Cc: "+want)
	}
	m := basic(t, nil)
	if err := m.Header().Set("To", `Fr: a@b.c, "X" <d@e.f>; , g@h.i, None:;`); err != nil {
		t.Fatal(err)
	}
	if _, to, _, err := m.Envelope(); err != nil || !slices.Equal(to, []string{"a@b.c", "d@e.f", "g@h.i"}) {
		t.Errorf("%q, %v", to, err)
	}
	for _, bad := range []string{"Fr: a@b.c", "A: B: a@b.c;;", ": a@b.c;", "Fr: a@b.c;;"} {
		wantRefused(t, "To", bad, "To")
	}
	long := strings.Repeat("Gruppe für Äpfel ", 20)
	lines := strings.Split(written(t, "Cc", long+"x: a@b.c, é <d@e.f>;"), "\r\n")
	for _, line := range lines {
		if len(line) > 76 {
			t.Errorf("%q", line)
		}
	}
}

func TestBehaviour053_NobodyNamed(t *testing.T) {
	m := basic(t, func(s *Spec) { s.To, s.Bcc = nil, []Address{{"", "b@x.example"}} })
	if got := headerOf(t, wire(t, m), "To"); got != "To: undisclosed-recipients:;" {
		t.Error(got)
	}
	m = basic(t, func(s *Spec) { s.To, s.EnvelopeTo = nil, []string{"b@x.example"} })
	if got := headerOf(t, wire(t, m), "To"); got != "To: undisclosed-recipients:;" {
		t.Error(got)
	}
	m = basic(t, func(s *Spec) { s.To, s.Cc, s.Bcc = nil, []Address{{"", "c@x.example"}}, []Address{{"", "b@x.example"}} })
	if out := wire(t, m); strings.Contains(out, "undisclosed") {
		t.Error(out)
	}
}

func TestBehaviour054_BlindCopies(t *testing.T) {
	bcc := []Address{{"Hidden Person", "hidden@x.example"}}
	m := basic(t, func(s *Spec) { s.Bcc = bcc })
	if err := m.Header().Set("Resent-Bcc", "other-hidden@x.example"); err != nil {
		t.Fatal(err)
	}
	inner := basic(t, func(s *Spec) { s.Bcc = bcc })
	outer := basic(t, func(s *Spec) { s.Bcc, s.Attachments = bcc, []*Part{must(NewMessagePart(inner))} })
	for _, m := range []*Message{m, outer, must(m.Snapshot()), must(outer.Clone(nil))} {
		for _, utf8 := range []bool{false, true} {
			if out := strings.ToLower(string(must(m.Octets(true, utf8)))); strings.Contains(out, "bcc") || strings.Contains(out, "hidden") {
				t.Error(out)
			}
		}
	}
	if _, to, _, err := outer.Envelope(); err != nil || !slices.Equal(to, []string{"a@x.example", "hidden@x.example"}) {
		t.Errorf("%q, %v", to, err)
	}
	if e := must(outer.Entity()); e.Header.Has("Bcc") {
		t.Error("the entity shows it")
	}
}

func TestBehaviour055_EveryRecipientOnce(t *testing.T) {
	m := basic(t, func(s *Spec) {
		s.To = []Address{{"", "b@X.example"}, {"", "a@x.example"}, {"", "b@x.EXAMPLE"}, {"", "B@x.example"}}
		s.Cc = []Address{{"Name", "a@x.example"}, {"", "u@BÜCHER.example"}}
		s.Bcc = []Address{{"", "u@xn--bcher-kva.example"}, {"", "z@x.example"}}
	})
	_, to, _, err := m.Envelope()
	want := []string{"b@X.example", "a@x.example", "B@x.example", "u@xn--bcher-kva.example", "z@x.example"}
	if diff := cmp.Diff(want, to); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestBehaviour056_Semicolon(t *testing.T) {
	_, err := ParseAddressList("a@b.example; c@d.example")
	wantFault(t, err, `";" does not separate addresses`, "commas")
	wantRefused(t, "To", "a@b.example; c@d.example", "To", `";"`)
	list, err := ParseAddressList(`a@b.example, Ann <c@d.example>,"x, y" <e@f.example>`)
	if diff := cmp.Diff([]Address{{"", "a@b.example"}, {"Ann", "c@d.example"}, {"x, y", "e@f.example"}}, list); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
