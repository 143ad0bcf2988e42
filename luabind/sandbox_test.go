package luabind

import (
	"errors"
	"os"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func TestAllowedHosts(t *testing.T) {
	cases := []struct {
		allowed, network, address string
		ok                        bool
	}{
		{"mail.example.org", "tcp", "mail.example.org:25", true},
		{"mail.example.org", "tcp", "MAIL.example.org.:587", true},
		{"mail.example.org:587", "tcp", "mail.example.org:587", true},
		{"mail.example.org:587", "tcp", "mail.example.org:25", false},
		{"mail.example.org:587", "dns", "mail.example.org", true},
		{"mail.example.org", "tcp", "other.example.org:25", false},
		{"mail.example.org", "tcp", "mail.example.org.evil.test:25", false},
		{"*.example.org", "tcp", "a.b.example.org:25", true},
		{"*.example.org", "tcp", "example.org:25", false},
		{"*.example.org", "tcp", "evilexample.org:25", false},
		{"*.example.org:25", "tcp", "a.example.org:587", false},
		{"*", "tcp", "anything.test:1", true},
		{"*:25", "tcp", "anything.test:25", true},
		{"*:25", "tcp", "anything.test:26", false},
		{"*", "unix", "/run/x.sock", false},
		{"/run/x.sock", "unix", "/run/x.sock", true},
		{"/run/x.sock", "unix", "/run/y.sock", false},
		{"127.0.0.1", "tcp", "127.0.0.1:25", true},
		{"127.0.0.1", "tcp", "[::ffff:127.0.0.1]:25", true},
		{"127.0.0.1", "tcp", "localhost:25", false},
		{"[::1]:25", "tcp", "[::1]:25", true},
		{"::1", "tcp", "[0:0:0:0:0:0:0:1]:25", true},
	}
	for _, c := range cases {
		var a AllowedHost
		if err := a.UnmarshalText([]byte(c.allowed)); err != nil {
			t.Fatal(err)
		}
		err := (&Sandbox{Hosts: []AllowedHost{a}}).dial(c.network, c.address)
		if (err == nil) != c.ok || err != nil && sandboxed(err) == nil {
			t.Errorf("%s allowed, %s %s: %v", c.allowed, c.network, c.address, err)
		}
	}
	for _, wrong := range []string{"", "a b", "*.*.x", "x*", "http://x", "x:0", "x:99999", "u:p@x", "*."} {
		if err := new(AllowedHost).UnmarshalText([]byte(wrong)); err == nil {
			t.Errorf("%q is a host", wrong)
		}
	}
}

func TestSandboxedEffects(t *testing.T) {
	var a AllowedHost
	if err := a.UnmarshalText([]byte("api.example.org")); err != nil {
		t.Fatal(err)
	}
	s := &Sandbox{Hosts: []AllowedHost{a}}
	for target, ok := range map[string]bool{"https://api.example.org/x": true, "https://u:p@api.example.org:8443/": true, "https://other.example.org/": false, "file:///etc/passwd": false, "::": false} {
		err := s.effect(EffectNetwork, "http.get", target)
		if (err == nil) != ok || err != nil && (!strings.HasPrefix(err.Error(), "http.get: ") || strings.Contains(err.Error(), "u:p")) {
			t.Errorf("%s: %v", target, err)
		}
	}
	if err := s.effect(EffectWrite, "fs.write", "x"); err != nil {
		t.Error(err)
	}
	if err := (*Sandbox)(nil).effect(EffectCommand, "os.execute", "id"); err != nil {
		t.Error(err)
	}
	L := lua.NewState()
	defer L.Close()
	openErrors(L)
	rt := &Runtime{host: &Host{Sandbox: s}}
	rt.allowHost(L, "http.get", "api.example.org", 443)
	err := L.CallByParam(lua.P{Fn: L.NewFunction(func(L *lua.LState) int { rt.allowHost(L, "http.get", "x.test", 443); return 0 }), Protect: true})
	var raised *lua.ApiError
	if !errors.As(err, &raised) || Unwrap(raised.Object).Error() != "http.get: x.test: not allowed in the sandbox" {
		t.Errorf("%v", err)
	}
}

func TestTemporaryFilesOfASandbox(t *testing.T) {
	folder, _ := sandboxFolder(t)
	h := &Host{Sandbox: &Sandbox{}}
	release, err := h.confine(&Script{Dir: folder})
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	f, err := h.disk().OpenFile(h.temporaryName(), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
