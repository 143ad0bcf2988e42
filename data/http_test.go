package data

import (
	"strings"
	"testing"
)

func TestHTTPTarget(t *testing.T) {
	for text, want := range map[string]string{
		" https://x.test ":             "https://x.test",
		"HTTPS://X.test/a b?q=1#part":  "https://x.test/a%20b?q=1",
		"http://bücher.example:8080/ü": "http://xn--bcher-kva.example:8080/%C3%BC",
		"http://[::1]:80/":             "http://[::1]:80/",
		"http://under_score.test/":     "http://under_score.test/",
		"https://u:p@x.test/?a":        "https://u:p@x.test/?a",
		"":                             "! the URL is empty",
		"x.test":                       `! "x.test" is no whole URL: it begins with https:// or http://`,
		"//x.test/a":                   `! "//x.test/a" is no whole URL: it begins with https:// or http://`,
		"mailto:a@x.test":              "! the text is no whole URL: it begins with https:// or http://",
		"file:///etc/passwd":           `! "file:///etc/passwd": the scheme must be https or http, not "file"`,
		"http://":                      `! "http://" names no host`,
		"http://x.test:0/":             "! port 0 is not between 1 and 65535",
		"http://x.test:8o/":            `! "http://x.test:8o/" is no URL: invalid port`,
		"http://u:s3cret@x.test:8o/":   "! http://… is no URL: invalid port",
		"http://x.test/%zz":            `! "http://x.test/%zz" is no URL: a percent sign must be followed by two hexadecimal digits`,
		"http://a b.test/":             `! "http://a b.test/" is no URL: invalid character`,
		"http://x..test/":              "http://x..test/",
		"http://" + strings.Repeat("a", 300) + "/": `! host "aaa`,
		"http://x.test/\x7f":                       "! the URL holds a line break or another control character",
	} {
		u, err := HTTPTarget(text, nil)
		got := ""
		if err != nil {
			got = "! " + err.Error()
		} else {
			got = u.String()
		}
		if got != want && !(strings.HasPrefix(want, "! ") && strings.HasPrefix(got, want)) || strings.Contains(got, "s3cret") {
			t.Errorf("%q\ngot  %s\nwant %s", text, got, want)
		}
	}
	if u, err := HTTPTarget("http://x.test/?a=1", []Pair{{"b", "x&y"}}); err != nil || u.String() != "http://x.test/?a=1&b=x%26y" {
		t.Errorf("%v %v", u, err)
	}
}

func TestShowURL(t *testing.T) {
	for text, want := range map[string]string{
		"https://u:p@x.test:8443/a/b?key=s3cret":                    "https://x.test:8443/a/b?…",
		"https://hooks.test/services/T00/B00/abcdefghijklmnopqrstu": "https://hooks.test/services/T00/B00/…",
		"https://api.test/bot123456:ABC-DEF1234ghIkl/send":          "https://api.test/…/send",
	} {
		u, err := HTTPTarget(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := ShowURL(u); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestHTTPText(t *testing.T) {
	for _, c := range []struct{ body, contentType, want string }{
		{"grün", "text/plain", "grün"},
		{"gr\xfcn \x80", "text/plain", "grün €"},
		{"gr\xfcn", `text/html; Charset="ISO-8859-1"`, "grün"},
		{"\xb2\xe2", "text/plain;charset=gb18030", "测"},
		{"gr\xfcn", "text/plain; charset=utf-8", "gr\ufffdn"},
		{"\xef\xbb\xbfa", "", "a"},
		{"a", "text/plain; charset=klingon", "! the answer's charset \"klingon\" is not known"},
	} {
		got, err := HTTPText(c.body, c.contentType)
		if err != nil {
			got = "! " + err.Error()
		}
		if got != c.want {
			t.Errorf("%q as %s: %q, want %q", c.body, c.contentType, got, c.want)
		}
	}
}

func TestHTTPFault(t *testing.T) {
	for _, c := range []struct {
		r          HTTPResponse
		want, hint string
	}{
		{HTTPResponse{Status: 399}, "", ""},
		{HTTPResponse{Status: 404, URL: "https://x.test/a?k=s3cret", Reason: "Not Found", Body: "no\r\nsuch thing"}, "GET https://x.test/a?…: 404 Not Found", "the server says: no such thing"},
		{HTTPResponse{Status: 503, URL: "https://x.test/", Body: "\x00\x01"}, "GET https://x.test/: 503 Service Unavailable", ""},
		{HTTPResponse{Status: 599, URL: "https://x.test/", Reason: "a\x1bb", Body: strings.Repeat("é", 300)}, "GET https://x.test/: 599 a b", "the server says: " + strings.Repeat("é", 60) + "…"},
		{HTTPResponse{Status: 500, URL: "https://x.test/", Header: map[string][]string{"Content-Type": {"text/html"}}, Body: "<h1>"}, "GET https://x.test/: 500 Internal Server Error", ""},
	} {
		err := c.r.Fault("GET")
		if c.want == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if fault, ok := err.(*HTTPStatusError); !ok || err.Error() != c.want || fault.Hint() != c.hint || fault.Temporary() != (c.r.Status >= 500) {
			t.Errorf("%v, %+v", err, fault)
		}
	}
}
