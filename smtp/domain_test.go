package smtp

import (
	"errors"
	"testing"
)

func TestDomainOf(t *testing.T) {
	for address, want := range map[string]string{
		"a@B.Test": "b.test", "Name <a@b.test>": "b.test", `"a@x"@b.test`: "b.test", "<@r.test:a@b.test>": "b.test", "Sally": "",
		"a@[192.0.2.1]": "[192.0.2.1]", "a@[IPv6:2001:DB8::1]": "[ipv6:2001:db8::1]", "a@Bücher.test": "xn--bcher-kva.test", "ü@bücher.test": "xn--bcher-kva.test",
	} {
		if got, err := DomainOf(address); err != nil || got != want {
			t.Errorf("%s: %q, %v", address, got, err)
		}
	}
	for _, address := range []string{"", "a@", "a b@c.test", "a@b.test\r\nRCPT", "a@b.test, c@d.test", "a@[x"} {
		var bad *ArgumentError
		if got, err := DomainOf(address); !errors.As(err, &bad) {
			t.Errorf("%q: %q, %v", address, got, err)
		}
	}
}
