package data

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"host", "port", "password", "local_hostname", "timeout", "timeouts", "tls", "to", "attachments", "client_key"}
	for name, want := range map[string]string{
		"prot": "port", "hots": "host", "Port": "port", "localHostname": "local_hostname", "local-hostname": "local_hostname",
		"timeot": "timeout", "timeoutss": "timeouts", "passwrd": "password", "pass": "password", "attachment": "attachments", "clientkey": "client_key",
		"tsl": "tls", "frobnicate": "", "": "", "x": "", "ab": "", "port": "port", strings.Repeat("port", 40): "", "tp": "to",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("Nearest(%q) = %q; want %q", name, got, want)
		}
	}
}

func TestNearestColumn(t *testing.T) {
	names := []string{"email", "first_name", "name"}
	for name, want := range map[string]string{"emial": "email", "Name": "name", "firstname": "first_name", "phone": "", "x": ""} {
		if got := Nearest(name, names); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"port", "prot", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"abc", "abc", 0}, {"ca", "abc", 3}} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("editDistance(%q, %q) = %d; want %d", c.a, c.b, got, c.want)
		}
		if back := editDistance(c.b, c.a); back != c.want {
			t.Errorf("editDistance(%q, %q) = %d; want %d", c.b, c.a, back, c.want)
		}
	}
}
