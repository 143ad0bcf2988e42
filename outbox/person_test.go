package outbox

import (
	"errors"
	"testing"

	"moonpost/smtp"
)

func TestPersonOf(t *testing.T) {
	for address, want := range map[string]string{
		"Ann@X.org": "ann@x.org", "ann@x.org": "ann@x.org", "Ann Lee <ANN@x.org>": "ann@x.org", `"Ann"@x.org`: "ann@x.org",
		`"a b"@x.org`: `"a b"@x.org`, `"a@b"@x.org`: `"a@b"@x.org`, `"a\"b"@x.org`: `"a\"b"@x.org`,
		"Ä@Bücher.test": "ä@xn--bcher-kva.test", "ann+news@x.org": "ann+news@x.org", "Sally": "sally", "a@[IPv6:2001:DB8::1]": "a@[ipv6:2001:db8::1]",
	} {
		if got, err := PersonOf(address); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", address, got, err, want)
		}
	}
	for _, address := range []string{"", "a@", "a b@x.org", "a@x.org\r\nRCPT", "a@x.org, b@x.org"} {
		var bad *smtp.ArgumentError
		if got, err := PersonOf(address); !errors.As(err, &bad) {
			t.Errorf("%q: %q, %v", address, got, err)
		}
	}
}
