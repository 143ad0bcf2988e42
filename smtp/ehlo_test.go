package smtp

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSmtplibRow_s_t_u_Extensions(t *testing.T) {
	tests := []struct {
		name, in string
		disable  []string
		want     extensions
	}{
		{"usual", "host\nPIPELINING\nSIZE 100\n8BITMIME", nil, extensions{"pipelining": "", "size": "100", "8bitmime": ""}},
		{"row s: lower case", "host\nauth plain", nil, extensions{"auth": "plain"}},
		{"row t: two AUTH lines", "host\nAUTH=LOGIN PLAIN\nAUTH CRAM-MD5 plain", nil, extensions{"auth": "LOGIN PLAIN CRAM-MD5"}},
		{"row u: equals sign", "host\nFOO=BAR baz", nil, extensions{"foo": "BAR baz"}},
		{"row u: underscore", "host\nX_FOO 1", nil, extensions{"x_foo": "1"}},
		{"disabled", "host\nCHUNKING\nDSN", []string{"Chunking"}, extensions{"dsn": ""}},
		{"the first line is no extension", "PIPELINING", nil, extensions{}},
		{"rubbish", "host\n\n \n<b>\nDSN  ", nil, extensions{"dsn": ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, parseExtensions(strings.Split(tt.in, "\n"), tt.disable)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPoint5_MechanismsAreWords(t *testing.T) {
	ext := extensions{"auth": "plain-clienttoken SCRAM-SHA-1-PLUS"}
	if got := ext.mechanisms(); slices.Contains(got, "PLAIN") || slices.Contains(got, "SCRAM-SHA-1") {
		t.Errorf("got %q", got)
	}
}

func TestPoint19_SizeMayBeBareOrZero(t *testing.T) {
	for params, want := range map[string]int64{"": 0, "0": 0, "100": 100, "x": 0, "-1": 0, "99999999999999999999": 0} {
		if got := (extensions{"size": params}).sizeLimit(); got != want {
			t.Errorf("SIZE %q: %d, want %d", params, got, want)
		}
	}
}

func TestRecipientLimit(t *testing.T) {
	for params, want := range map[string]int{"RCPTMAX=100": 100, "MAILMAX=5 rcptmax=7": 7, "RCPTMAX=0": 0, "": 0, "RCPTMAX=x": 0} {
		if got := (extensions{"limits": params}).recipientLimit(); got != want {
			t.Errorf("LIMITS %q: %d, want %d", params, got, want)
		}
	}
}

func FuzzExtensions(f *testing.F) {
	f.Add("host\nAUTH=LOGIN PLAIN\nAUTH CRAM-MD5\nSIZE 10\nX_FOO=a")
	f.Fuzz(func(t *testing.T, s string) {
		ext := parseExtensions(strings.Split(s, "\n"), nil)
		for name := range ext {
			if name == "" || name != strings.ToLower(name) || strings.ContainsAny(name, " =\r\n") {
				t.Fatalf("keyword %q", name)
			}
			if !ext.has(strings.ToUpper(name)) {
				t.Fatalf("%q not found", name)
			}
		}
	})
}
