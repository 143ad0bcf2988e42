package smtp

import (
	"errors"
	"strings"
	"testing"
)

func TestPoint28_AddressSyntax(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "a@b.example", "a@b.example"},
		{"brackets", "<a@b.example>", "a@b.example"},
		{"display name", "Ann Other <a@b.example>", "a@b.example"},
		{"point 28: address in the display name", `"x@y" <z@w>`, "z@w"},
		{"bare local name", "Sally", "Sally"},
		{"quoted local part", `"a b@c"@d.example`, `"a b@c"@d.example`},
		{"escaped quote", `"a\"b"@d.example`, `"a\"b"@d.example`},
		{"point 28: source route", "<@r.example,@s.example:a@b.example>", "a@b.example"},
		{"literal", "a@[192.0.2.1]", "a@[192.0.2.1]"},
		{"IPv6 literal", "a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]"},
		{"dots anywhere", ".a..b.@c.example", ".a..b.@c.example"},
		{"underscore in the domain", "a@b_c.example", "a@b_c.example"},
		{"IDN", "a@bücher.example", "a@xn--bcher-kva.example"},
		{"UTF-8 local part keeps the domain", "ü@bücher.example", "ü@bücher.example"},
		{"symbols", "a!#$%&'*+-/=?^_`{|}~@b.example", "a!#$%&'*+-/=?^_`{|}~@b.example"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := parseMailbox(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := m.wire(); got != tt.want || err != nil {
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestPoint28_AddressesRefused(t *testing.T) {
	for name, in := range map[string]string{
		"empty": "", "no local part": "@b.example", "no domain": "a@", "two addresses": "a@b.example, c@d.example",
		"point 8: option injection": "a@b.example> SIZE=1", "row r: CR LF": "a@b.example\r\nRCPT TO:<c@d>", "row r: LF": "a\n@b", "NUL": "a\x00@b",
		"space": "a b@c.example", "two at signs": "a@b@c", "bracket in the middle": "a<b@c.example", "open quote": `"a@b`, "text after the bracket": "<a@b> x",
		"empty label": "a@b..c", "trailing dot": "a@b.", "empty literal": "a@[]", "bracket in a literal": "a@[1]x]", "quote in a literal": "a@[\"]", "invalid UTF-8": "a\xff@b.example",
		"control": "a\x07@b.example", "group": "G: a@b;", "route without an address": "<@a.example:>", "C1 control": "a\u0085@b.example",
	} {
		t.Run(name, func(t *testing.T) {
			m, err := parseMailbox(in)
			var e *ArgumentError
			if !errors.As(err, &e) {
				t.Errorf("got %q, %v", m, err)
			}
		})
	}
}

func FuzzMailbox(f *testing.F) {
	for _, s := range []string{"a@b", `"a b"@c`, "N <a@b>", "<@r:a@b>", "a@[::1]", "ü@ü"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := parseMailbox(s)
		if err != nil {
			return
		}
		line, err := rcptLine(m, nil)
		if err != nil {
			return
		}
		if strings.Count(line, "\r") != 1 || strings.Count(line, "\n") != 1 || strings.Contains(line, "\x00") {
			t.Fatalf("%q", line)
		}
		if end := indexUnquoted(line, ">"); line[end:] != ">\r\n" {
			t.Fatalf("path ends early in %q", line)
		}
		again, err := parseMailbox(m.String())
		if err != nil || again != m {
			t.Fatalf("%q again: %q, %v", m, again, err)
		}
	})
}

// IDNA maps some characters to a space and a mark: the space would end the path and
// begin a parameter.
func TestPoint8_DomainThatMapsToASpace(t *testing.T) {
	for _, domain := range []string{"\u00a8", "a\u00b8.example", "\u2017.example"} {
		m, err := parseMailbox("a@" + domain)
		if err != nil {
			continue // refused at once is as well
		}
		wire, err := m.wire()
		var e *ArgumentError
		if !errors.As(err, &e) {
			t.Errorf("%q goes out as %q", domain, wire)
		}
		if _, err := DomainOf("a@" + domain); !errors.As(err, &e) {
			t.Errorf("%q is looked up", domain)
		}
	}
}
