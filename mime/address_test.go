package mime

import (
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"
)

func TestAddressFields(t *testing.T) {
	tests := []struct{ name, given, want string }{
		{"024 literal encoded-word", `"=?utf-8?q?x?=" <a@x.example>`, "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?= <a@x.example>"},
		{"025 comma", `"Müller, Jörg" <a@x.example>`, "=?utf-8?q?M=C3=BCller=2C_J=C3=B6rg?= <a@x.example>"},
		{"026 specials", `"A \"B\" C\\D, Inc." <a@x.example>`, `"A \"B\" C\\D, Inc." <a@x.example>`},
		{"026 atoms", "John Q Public <a@x.example>", "John Q Public <a@x.example>"},
		{"026 obsolete dot", "J. Doe <a@x.example>", `"J. Doe" <a@x.example>`},
		{"044 umlauts", "Jürgen Groß <j@example.com>", "=?utf-8?q?J=C3=BCrgen_Gro=C3=9F?= <j@example.com>"},
		{"044 already encoded", "=?utf-8?q?J=C3=BCrgen?= =?utf-8?q?_Gro=C3=9F?= <j@example.com>", "=?utf-8?q?J=C3=BCrgen_Gro=C3=9F?= <j@example.com>"},
		{"045 international domain", "bob@bücher.example", "bob@xn--bcher-kva.example"},
		{"045 sharp s", "bob@faß.de", "bob@xn--fa-hia.de"},
		{"045 A-label", "bob@xn--bcher-kva.example", "bob@xn--bcher-kva.example"},
		{"047 quoted once", `"a b"@x.example`, `"a b"@x.example`},
		{"047 in angle brackets", `<"a b"@x.example>`, `"a b"@x.example`},
		{"050 literal", "x@[127.0.0.1]", "x@[127.0.0.1]"},
		{"050 literal IPv6", "x@[IPv6:::1]", "x@[IPv6:::1]"},
		{"052 empty group", "Undisclosed recipients:;", "Undisclosed recipients:;"},
		{"052 group", `Fr: a@b.c, "X" <d@e.f>;`, "Fr: a@b.c, X <d@e.f>;"},
		{"052 group among others", `x@y.z, Fr: a@b.c; , q@r.s`, "x@y.z, Fr: a@b.c;, q@r.s"},
		{"comment as name", "a@x.example (Anna)", "Anna <a@x.example>"},
		{"comment elsewhere", "(hi) Anna (there) <a@x.example> (bye)", "Anna <a@x.example>"},
		{"odd characters", "o'brien+tag/x=y@x.example", "o'brien+tag/x=y@x.example"},
		{"name in single quotes", "'Anna' <a@x.example>", "'Anna' <a@x.example>"},
		{"many", "a@x.example, b@x.example", "a@x.example, b@x.example"},
		{"single label", "root@localhost", "root@localhost"},
		{"a blank name", `"" <a@x.example>`, "a@x.example"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := basic(t, nil)
			if err := m.Header().Set("Cc", test.given); err != nil {
				t.Fatal(err)
			}
			if got := headerOf(t, wire(t, m), "Cc"); got != "Cc: "+test.want {
				t.Errorf("got  %q\nwant %q", got, "Cc: "+test.want)
			}
			text, _ := m.Header().Get("Cc")
			again := &Header{}
			if err := again.Set("Cc", text); err != nil {
				t.Fatalf("the decoded form %q is refused: %v", text, err)
			}
			if diff := cmp.Diff(m.Header().Addresses("Cc"), again.Addresses("Cc")); diff != "" {
				t.Error("the decoded form does not round-trip: " + diff)
			}
		})
	}
}

func TestAddressesRereadElsewhere(t *testing.T) {
	list := []Address{
		{"Müller, Jörg", "a@x.example"}, {"", "b@x.example"}, {`Quote " and \`, "c@x.example"},
		{strings.Repeat("Длинное имя ", 12) + "конец", "d@x.example"}, {strings.Repeat("long name ", 30) + "end", "e@x.example"}, {"tab\there", "f@x.example"},
	}
	m := basic(t, func(s *Spec) { s.To = list })
	wire(t, m)
	h := mail.Header{Header: must(m.Entity()).Header}
	got, err := h.AddressList("To")
	if err != nil {
		t.Fatal(err)
	}
	var back []Address
	for _, a := range got {
		back = append(back, Address{a.Name, a.Address})
	}
	if diff := cmp.Diff(list, back); diff != "" {
		t.Error(diff)
	}
}

func TestRefusedAddresses(t *testing.T) {
	tests := []struct{ name, given, say string }{
		{"048 two at signs", "user@evil.com@good.com", "@"},
		{"048 breaking out", "a@b>, <evil@x.com", ""},
		{"049 empty", "", "missing"},
		{"049 no at", "noat", `no "@"`},
		{"049 blank in the domain", "a@b c", "comma"},
		{"049 dots at the ends", ".a.@b", "dot"},
		{"049 two dots", "a..b@x", "dot"},
		{"049 blank in the local part", "a b@x", "blank"},
		{"049 no domain", "a@", "halves"},
		{"049 no local part", "@b", "halves"},
		{"049 empty label", "a@x..example", "label"},
		{"049 hyphen", "a@-x.example", "hyphen"},
		{"049 sign in the domain", "a@x_y!.example", "character"},
		{"050 literal open", "a@[127.0.0.1", ""},
		{"051 line break", "a@x.example\r\nBcc: e@x", "line break"},
		{"051 encoded line break", "=?utf-8?q?a=0D=0ABcc?= <a@x.example>", "line break"},
		{"052 open group", "Fr: a@b.c", "semicolon"},
		{"052 group in a group", "A: B: a@b.c;;", "group"},
		{"052 encoded line break", "=?utf-8?q?a=0Ab?=: a@b.c;", "line break"},
		{"056 semicolon", "a@b.example; c@d.example", `";"`},
		{"056 semicolon advice", "a@b.example; c@d.example", "commas"},
		{"comma in a name", "Doe, John <a@x.example>", "quotes"},
		{"open angle", "Anna <a@x.example", "closed"},
		{"open quotes", `"Anna <a@x.example>`, "closed"},
		{"open comment", "a@x.example (Anna", "closed"},
		{"empty entry", "a@x.example,, b@x.example", "missing"},
		{"null path", "<>", "empty"},
		{"route", "<@a,@b:c@d>", ""},
		{"two in a row", "<a@x.example> <b@x.example>", "comma"},
		{"too long", strings.Repeat("a", 300) + "@x.example", "long"},
		{"label too long", "a@" + strings.Repeat("a", 64) + ".example", "long"},
		{"invalid UTF-8", "caf\xe9 <a@x.example>", "UTF-8"},
		{"bad international domain", "a@-ü-.example", "international"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseAddressList(test.given)
			wantFault(t, err, test.say)
			err = (&Header{}).Set("Reply-To", test.given)
			wantFault(t, err, test.say, "Reply-To")
		})
	}
}

func TestRefusedAddressValues(t *testing.T) {
	for _, a := range []Address{
		{"", "user@evil.com@good.com"}, {"", "a@b>, <evil@x.com"}, {"", ""}, {"", "noat"}, {"", "a@b c"}, {"", ".a.@b"}, {"", "a..b@x"},
		{"", "a\r\n@x"}, {"n\nx", "a@x.example"}, {"n\x00", "a@x.example"}, {"", `"a@x`}, {"", "a,b@x.example"}, {"", "a  b@x"}, {"", "<a@x.example>"},
	} {
		wantFault(t, a.Validate(), "")
		wantFault(t, (&Header{}).SetAddresses("To", []Address{{"", "ok@x.example"}, a}), "To")
	}
	wantFault(t, (&Header{}).SetAddresses("Subject", []Address{{"", "ok@x.example"}}), "Subject")
	wantFault(t, (&Header{}).SetAddresses("To", nil), "empty")
	t.Run("047 blank in the local part", func(t *testing.T) {
		if got := (Address{"", "a b@x.example"}).String(); got != `"a b"@x.example` {
			t.Errorf("got %s", got)
		}
	})
}

func TestInternationalLocalPart(t *testing.T) {
	m := basic(t, func(s *Spec) { s.To = []Address{{"Bø Å", "bøb@bücher.example"}, {"", "x@bücher.example"}} })
	_, to, needs, err := m.Envelope()
	if err != nil || !needs || !slices.Equal(to, []string{"bøb@bücher.example", "x@xn--bcher-kva.example"}) {
		t.Errorf("046: envelope %q, %v, %v", to, needs, err)
	}
	_, err = m.Encode(true, false)
	wantFault(t, err, "SMTPUTF8", "To")
	out := string(must(m.Octets(false, true)))
	if got := headerOf(t, out, "To"); got != "To: Bø Å <bøb@bücher.example>, x@bücher.example" {
		t.Errorf("046: %q", got)
	}
	hiddenOnly := basic(t, func(s *Spec) { s.Bcc = []Address{{"", "bøb@x.example"}} })
	if _, err := hiddenOnly.Encode(false, false); err != nil {
		t.Errorf("a blind recipient hinders the header: %v", err)
	}
	if _, _, needs, _ := hiddenOnly.Envelope(); !needs {
		t.Error("a blind recipient needs SMTPUTF8 too")
	}
}

func TestEnvelope(t *testing.T) {
	tests := []struct {
		name   string
		header [][2]string
		set    func(*Message) error
		from   string
		to     string
		fault  string
	}{
		{"054 blind copies", [][2]string{{"From", "f@x.example"}, {"To", "t@x.example"}, {"Cc", "c@x.example"}, {"Bcc", "b@x.example"}}, nil, "f@x.example", "t@x.example c@x.example b@x.example", ""},
		{"055 no repetitions", [][2]string{{"From", "f@x.example"}, {"To", "t@X.example, T@x.example, t@x.EXAMPLE"}, {"Cc", "<t@x.example>"}}, nil, "f@x.example", "t@X.example T@x.example", ""},
		{"052 group members", [][2]string{{"From", "f@x.example"}, {"To", "G: a@x.example, B <b@x.example>;"}}, nil, "f@x.example", "a@x.example b@x.example", ""},
		{"sender first", [][2]string{{"From", "f@x.example, g@x.example"}, {"Sender", "s@x.example"}, {"To", "t@x.example"}}, nil, "s@x.example", "t@x.example", ""},
		{"013 two authors", [][2]string{{"From", "f@x.example, g@x.example"}, {"To", "t@x.example"}}, nil, "", "", "Sender"},
		{"045 international", [][2]string{{"From", "f@bücher.example"}, {"To", "t@bücher.example"}}, nil, "f@xn--bcher-kva.example", "t@xn--bcher-kva.example", ""},
		{"resent", [][2]string{{"From", "f@x.example"}, {"To", "t@x.example"}, {"Resent-From", "rf@x.example"}, {"Resent-To", "rt@x.example"}, {"Resent-Bcc", "rb@x.example"}}, nil, "rf@x.example", "rt@x.example rb@x.example", ""},
		{"resent sender", [][2]string{{"Resent-From", "rf@x.example"}, {"Resent-Sender", "rs@x.example"}, {"Resent-To", "rt@x.example"}}, nil, "rs@x.example", "rt@x.example", ""},
		{"no sender", [][2]string{{"To", "t@x.example"}}, nil, "", "", "no sender"},
		{"no recipients", [][2]string{{"From", "f@x.example"}}, nil, "", "", "no recipients"},
		{"only an empty group", [][2]string{{"From", "f@x.example"}, {"To", "undisclosed-recipients:;"}}, nil, "", "", "no recipients"},
		{"given", [][2]string{{"From", "f@x.example"}, {"To", "t@x.example"}}, func(m *Message) error { return m.SetEnvelope(ptr("bounce@ü.example"), []string{"z@x.example"}) }, "bounce@xn--tda.example", "z@x.example", ""},
		{"null sender", [][2]string{{"From", "f@x.example"}, {"To", "t@x.example"}}, func(m *Message) error { return m.SetEnvelope(ptr(""), nil) }, "", "t@x.example", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := AsMessage(must(NewText("x", "", "")), fixedEnv())
			for _, f := range test.header {
				if err := m.Header().Set(f[0], f[1]); err != nil {
					t.Fatal(err)
				}
			}
			if test.set != nil {
				if err := test.set(m); err != nil {
					t.Fatal(err)
				}
			}
			from, to, _, err := m.Envelope()
			if test.fault != "" {
				wantFault(t, err, test.fault)
				return
			}
			if err != nil || from != test.from || strings.Join(to, " ") != test.to {
				t.Errorf("got %q %q %v", from, to, err)
			}
			if out := wire(t, m); strings.Contains(strings.ToLower(out), "bcc") || strings.Contains(out, "b@x.example") && test.name[:3] == "054" {
				t.Error("054: a blind copy shows:\n" + out)
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		m := basic(t, nil)
		wantFault(t, m.SetEnvelope(ptr("a@b>\r\nDATA"), nil), "envelope sender")
		wantFault(t, m.SetEnvelope(nil, []string{"a@x.example", "<b@x.example>"}), "envelope recipient")
		wantFault(t, m.SetEnvelope(nil, []string{""}), "envelope recipient")
	})
	t.Run("053 hidden recipients", func(t *testing.T) {
		m := basic(t, func(s *Spec) { s.To, s.Bcc = nil, []Address{{"", "b@x.example"}} })
		if out := wire(t, m); headerOf(t, out, "To") != "To: undisclosed-recipients:;" {
			t.Error(out)
		}
	})
}
