package data

import (
	"strings"
	"testing"
)

func text(s string) *string { return &s }

func TestEncodeURL(t *testing.T) {
	for plain, want := range map[string]string{"": "", "aZ09-_.~": "aZ09-_.~", "a b&c/ü+%": "a%20b%26c%2F%C3%BC%2B%25", "\r\n\x00": "%0D%0A%00"} {
		if got := EncodeURL(plain); got != want {
			t.Errorf("%q: %s", plain, got)
		}
		if back, err := DecodeURL(want); err != nil || back != plain {
			t.Errorf("%q: %q, %v", want, back, err)
		}
	}
	if got, err := DecodeURL("a+b"); err != nil || got != "a+b" {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"%", "a%2", "%zz"} {
		if got, err := DecodeURL(bad); err == nil || !strings.Contains(err.Error(), "%") {
			t.Errorf("%q: %q", bad, got)
		}
	}
}

func TestParseURL(t *testing.T) {
	u, err := ParseURL("https://us%40er:p%3Aw@example.org:8443/a%2Fb/c%20d?q=a+b&tag=x&tag=%C3%BC&empty&=v#top%20")
	if err != nil || u.Scheme != "https" || *u.User != "us@er" || *u.Password != "p:w" || u.Host != "example.org" || u.Port != 8443 || u.Path != "/a%2Fb/c%20d" || u.Fragment != "top%20" {
		t.Fatalf("%+v, %v", u, err)
	}
	if got := EncodeQuery(u.Query); got != "q=a%20b&tag=x&tag=%C3%BC&empty=&=v" {
		t.Errorf("%s", got)
	}
	for text, want := range map[string]URL{
		"/a/b?x=1": {Path: "/a/b"}, "mailto:ann@example.org": {Scheme: "mailto", Path: "ann@example.org"}, "http://[::1]:25/": {Scheme: "http", Host: "::1", Port: 25, Path: "/"}, "": {}, "//h/p": {Host: "h", Path: "/p"},
	} {
		got, err := ParseURL(text)
		if err != nil || got.Scheme != want.Scheme || got.Host != want.Host || got.Port != want.Port || got.Path != want.Path {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"http://a b/", "http://h:99999/", "http://h:x/", "https://u:s3cret@h/%zz", "https://u:s3cret@h:port/", "http://h/\r\nX: y", "%zz://x", "http://[::1", "http://h/?a=%zz", ":x", "https://u:s3cret%zz@h/"} {
		if got, err := ParseURL(bad); err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %+v, %v", bad, got, err)
		}
	}
}

func TestBuildURL(t *testing.T) {
	for _, c := range []struct {
		u    URL
		want string
	}{
		{URL{Scheme: "https", Host: "example.org"}, "https://example.org"},
		{URL{Scheme: "https", Host: "example.org", Path: "a b/ü", Query: []Pair{{"q", "x&y"}}, Fragment: "t op"}, "https://example.org/a%20b/%C3%BC?q=x%26y#t%20op"},
		{URL{Scheme: "https", Host: "bücher.example", Path: "/%2F%zz?"}, "https://xn--bcher-kva.example/%2F%25zz%3F"},
		{URL{Scheme: "http", Host: "::1", Port: 8080, User: text("a@b"), Password: text("p:/")}, "http://a%40b:p%3A%2F@[::1]:8080"},
		{URL{Scheme: "http", Host: "my_host", User: text("a")}, "http://a@my_host"},
		{URL{Scheme: "mailto", Path: "ann@example.org", Query: []Pair{{"subject", "Hi there"}}}, "mailto:ann@example.org?subject=Hi%20there"},
		{URL{Scheme: "file", Path: "/etc/hosts"}, "file:///etc/hosts"}, {URL{Scheme: "http", Host: "fe80::1%eth0", Port: 25}, "http://[fe80::1%25eth0]:25"},
		{URL{Path: "/a"}, "/a"}, {URL{}, ""}, {URL{Scheme: "http", Host: "192.0.2.1"}, "http://192.0.2.1"},
	} {
		if got, err := c.u.String(); err != nil || got != c.want {
			t.Errorf("%+v: %s, %v", c.u, got, err)
		}
	}
	for _, u := range []URL{
		{Scheme: "ht tp", Host: "h"}, {Scheme: "1a", Host: "h"}, {Scheme: "http", Host: "h\r\nX"}, {Scheme: "http", Host: "a/b"}, {Scheme: "http", Host: "a@b"}, {Scheme: "http", Host: "ü ber"}, {Host: "h", Path: "/\r\n"}, {Host: "h", Fragment: "\n"},
		{Scheme: "http", Host: "h", Port: 65536}, {Scheme: "http", Host: "h", Port: -1}, {Scheme: "http", Host: "h", Password: text("s3cret")}, {Path: "/x", Password: text("s3cret")}, {Path: "//x"}, {Scheme: "http", Host: strings.Repeat("ü", 300)},
	} {
		if got, err := u.String(); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%+v: %s, %v", u, got, err)
		}
	}
}

func TestJoinURL(t *testing.T) {
	const base = "https://example.org/a/b?x=1#y"
	for reference, want := range map[string]string{"c": "https://example.org/a/c", "/c?d=1": "https://example.org/c?d=1", "../../../c": "https://example.org/c", "//other/x": "https://other/x", "http://z/": "http://z/", "": "https://example.org/a/b?x=1", "?q": "https://example.org/a/b?q", "#z": "https://example.org/a/b?x=1#z"} {
		if got, err := JoinURL(base, reference); err != nil || got != want {
			t.Errorf("%q: %s, %v", reference, got, err)
		}
	}
	for _, c := range [][2]string{{"/no/scheme", "x"}, {base, "http://h:x/"}, {base, "a\nb"}, {"%zz", "x"}, {"mailto:ann@example.org", "x"}} {
		if got, err := JoinURL(c[0], c[1]); err == nil {
			t.Errorf("%q: %s", c, got)
		}
	}
}

// The examples of RFC 3986 §5.4, which follows §5.2.2 without the loophole for
// old parsers.
func TestJoinURLExamples(t *testing.T) {
	for reference, want := range map[string]string{
		"g:h": "g:h", "g": "http://a/b/c/g", "./g": "http://a/b/c/g", "g/": "http://a/b/c/g/", "/g": "http://a/g", "//g": "http://g", "?y": "http://a/b/c/d;p?y", "g?y": "http://a/b/c/g?y",
		"#s": "http://a/b/c/d;p?q#s", "g#s": "http://a/b/c/g#s", "g?y#s": "http://a/b/c/g?y#s", ";x": "http://a/b/c/;x", "g;x": "http://a/b/c/g;x", "g;x?y#s": "http://a/b/c/g;x?y#s", "": "http://a/b/c/d;p?q",
		".": "http://a/b/c/", "./": "http://a/b/c/", "..": "http://a/b/", "../": "http://a/b/", "../g": "http://a/b/g", "../..": "http://a/", "../../": "http://a/", "../../g": "http://a/g",
		"../../../g": "http://a/g", "../../../../g": "http://a/g", "/./g": "http://a/g", "/../g": "http://a/g", "g.": "http://a/b/c/g.", ".g": "http://a/b/c/.g", "g..": "http://a/b/c/g..", "..g": "http://a/b/c/..g",
		"./../g": "http://a/b/g", "./g/.": "http://a/b/c/g/", "g/./h": "http://a/b/c/g/h", "g/../h": "http://a/b/c/h", "g;x=1/./y": "http://a/b/c/g;x=1/y", "g;x=1/../y": "http://a/b/c/y",
		"g?y/./x": "http://a/b/c/g?y/./x", "g?y/../x": "http://a/b/c/g?y/../x", "g#s/./x": "http://a/b/c/g#s/./x", "g#s/../x": "http://a/b/c/g#s/../x", "http:g": "http:g",
	} {
		if got, err := JoinURL("http://a/b/c/d;p?q", reference); err != nil || got != want {
			t.Errorf("%q: %s, %v", reference, got, err)
		}
	}
}

// FuzzURL looks for panics, control characters in what is built, and URLs that do not come back.
func FuzzURL(f *testing.F) {
	for _, seed := range []string{"https://u:p@example.org:1/a%2F?x=1&y=a+b#f", "mailto:a@b", "//h", "/p?q", "http://[::1]/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := ParseURL(text)
		if err != nil {
			return
		}
		built, err := u.String()
		if err != nil {
			return
		}
		if hasControl(built) {
			t.Fatalf("%q is built as %q", text, built)
		}
		again, err := ParseURL(built)
		if err != nil {
			t.Fatalf("%q is built as %q: %v", text, built, err)
		}
		if second, err := again.String(); err != nil || second != built {
			t.Fatalf("%q is built as %q, then as %q, %v", text, built, second, err)
		}
	})
}
