package luabind

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestHTTPArguments: what is wrong is said before anything is connected, and
// without secrets.
func TestHTTPArguments(t *testing.T) {
	for code, want := range map[string]string{
		`http.get()`:                                                                    "http.get: url must be a string, got nothing",
		`http.get("")`:                                                                  "http.get: the URL is empty",
		`http.get("api.example.com/x")`:                                                 `http.get: "api.example.com/x" is no whole URL: it begins with https:// or http://`,
		`http.get("localhost:80/x")`:                                                    `http.get: "localhost:80/x" is no whole URL: it begins with https:// or http://`,
		`http.get("ftp://x.test/")`:                                                     `http.get: "ftp://x.test/": the scheme must be https or http, not "ftp"`,
		`http.get("https:///x")`:                                                        `http.get: "https:///x" names no host`,
		`http.get("https://x.test:99999/")`:                                             "http.get: port 99999 is not between 1 and 65535",
		`http.get("https://x.test:port/")`:                                              `http.get: "https://x.test:port/" is no URL: invalid port`,
		`http.get("https://u:s3cret@x y.test/")`:                                        "http.get: https://… is no URL: invalid character",
		`http.get("https://x.test/\r\nX: s3cret")`:                                      "http.get: the URL holds a line break or another control character",
		`http.get("https://x.test/?k=s3cret%zz&a=%")`:                                   "http.get: https://x.test/?…: ",
		`http.get(u, { headers = { ["X\r\nY"] = "a" } })`:                               `http.get: "X\r\nY" is no name of a header field`,
		`http.get(u, { headers = { X = "s3cret\r\nY: 1" } })`:                           "http.get: the header field X holds a line break or another control character",
		`http.get(u, { headers = { X = { {} } } })`:                                     `http.get: option "headers": "X" must be a string, a number or a list of these, got a table`,
		`http.get(u, { headers = { X = true } })`:                                       `http.get: option "headers": "X" must be a string, a number or a list of these, got a boolean`,
		`http.get(u, { headers = { "a" } })`:                                            `http.get: option "headers" has names of header fields, got a number`,
		`http.get(u, { headers = { ["content-length"] = 5 } })`:                         "http.get: the header field content-length is about the connection and is not a script's to set",
		`http.get(u, { header = {} })`:                                                  `http.get: unknown option "header"; did you mean "headers"?`,
		`http.get(u, { timeout = 0 })`:                                                  `http.get: option "timeout" must be greater than 0`,
		`http.get(u, { query = 5 })`:                                                    `http.get: option "query" must be a table or a string, got a number`,
		`http.get(u, { query = { a = print } })`:                                        `http.get: the query's "a" must be a string, a number or a boolean, got a function`,
		`http.get(u, { user = "a:b", password = "s3cret" })`:                            "http.get: a user's name must not hold a colon",
		`http.get(u, { user = "a", token = "s3cret" })`:                                 "http.get: user and token are two ways to log in: give one of them",
		`http.get(u, { password = "s3cret" })`:                                          `http.get: option "password" needs a user`,
		`http.get(u, { token = "s3cret\n" })`:                                           "http.get: the header field Authorization holds a line break or another control character",
		`http.get(u, { token = "s3cret", headers = { authorization = "s3cret" } })`:     "http.get: the header field Authorization and the options are two ways to log in: give one of them",
		`http.get("http://x.test/", { token = "s3cret" })`:                              "http.get: a password or token would go over clear text",
		`http.get("http://x.test/", { headers = { authorization = "Bearer s3cret" } })`: "http.get: a password or token would go over clear text",
		`http.get("http://a:s3cret@x.test/")`:                                           "http.get: a password or token would go over clear text",
		`http.get(u, { save = "" })`:                                                    `http.get: option "save" must be the name of a file`,
		`http.get(u, { proxy = "ftp://u:s3cret@x" })`:                                   "http.get: a proxy's URL begins with socks5:// or http://",
		`http.get{ url = u }`:                                                           "http.get: url must be a string, got a table",
		`http.request(u)`:                                                               "http.request: request must be a table, got a string",
		`http.put(u, print)`:                                                            "http.put: body must be a string, got a function",
		`http.get(u, { params = {} })`:                                                  `http.get: unknown option "params"; write "query"`,
		`http.post(u, { data = {} })`:                                                   `http.post: unknown option "data"; write "form"`,
		`http.get(u, { auth = { "a", "s3cret" } })`:                                     `http.get: unknown option "auth"; write "user"`,
		`http.get(u, { verify = false })`:                                               `http.get: unknown option "verify"; write "insecure"`,
		`http.post(u, { files = { "a" } })`:                                             `http.post: option "files" has names of form fields, got a number`,
		`http.post(u, { files = { a = "none.csv" } })`:                                  "none.csv: no such file",
		`http.post(u, { files = { a = { type = "a/b" } } })`:                            `http.post: option "files": "a" needs either path or data`,
		`http.post(u, { files = { a = { data = "x", path = "y" } } })`:                  `http.post: option "files": "a" needs either path or data`,
		`http.post(u, { files = { a = { dta = "s3cret" } } })`:                          `http.post: unknown option "dta"; did you mean "data"?`,
		`http.post(u, { files = { a = 5 } })`:                                           `http.post: option "files": "a" must be a path, { path = … } or { data = … }, got a number`,
		`http.post(u, { files = { ["a\r\nX: y"] = { data = "s3cret" } } })`:             "holds a line break or another control character",
		`http.post(u, { files = { a = { data = "x", filename = "a\nb" } } })`:           "holds a line break or another control character",
		`http.post(u, { files = { a = { data = "x", type = "a\nb" } } })`:               "the header field Content-Type holds a line break or another control character",
		`http.post(u, { files = {}, form = { ["a\n"] = "s3cret" } })`:                   "holds a line break or another control character",
		`http.post(u, "x", { files = {} })`:                                             "http.post: body, json and form are three ways to give a body: give one of them",
		`http.get(u, { retry = 11 })`:                                                   `http.get: option "retry" must be between 0 and 10, got 11`,
		`http.get(u, { ca_file = "none.pem" })`:                                         "none.pem",
		`http.post(u, {}, {})`:                                                          "http.post: body must be a string, got a table",
		`http.post(u, print)`:                                                           "http.post: body must be a string, got a function",
		`http.post(u, "x", { body = "y" })`:                                             "http.post: the body is given twice, as an argument and as an option",
		`http.post(u, "x", { json = 1 })`:                                               "http.post: body, json and form are three ways to give a body: give one of them",
		`http.post(u, { json = { a = { print } } })`:                                    "http.post: json.a[1] has no form in JSON: it is a function",
		`http.post(u, { form = { a = {{}} } })`:                                         `http.post: the query's "a[1]" must be a string, a number or a boolean, got a table`,
		`http.request{}`:                                                                `http.request: option "url" is missing`,
		`http.request{ url = u, method = "GET /" }`:                                     `http.request: "GET /" is no method`,
		`http.request{ url = u, method = "connect" }`:                                   "http.request: the method CONNECT is not for scripts",
	} {
		_, err := runWeb(t, Web{Dial: nobody}, `local u = "https://x.test/"; `+code)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s\ngot  %v\nwant %s", code, err, want)
		}
	}
}

var errNobody = errors.New("nobody is there")

func nobody(context.Context, string, string) (net.Conn, error) { return nil, errNobody }

// TestHTTPCertificates: what the options say of certificates holds for the
// server that the script names, and for no other.
func TestHTTPCertificates(t *testing.T) {
	var offered int
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		offered = len(r.TLS.PeerCertificates)
		answers(w, r)
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	ann, err := os.ReadFile(filepath.Join("..", "examples", "data", "ann-example.pem"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	cert := server.Certificate()
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	pin := "sha256//" + base64.StdEncoding.EncodeToString(sum[:])
	if err := os.WriteFile("ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("ann.pem", ann, 0o600); err != nil {
		t.Fatal(err)
	}
	unknown := "http.get: https://api.example.com/json: the certificate is not good: certificate signed by unknown authority"
	for _, c := range []struct {
		options, path, want string
		offered             int
	}{
		{`{}`, "json", unknown, 0},
		{`{ ca_file = "ca.pem" }`, "json", "200", 0},
		{`{ ca_file = "ca.pem", pin = "` + pin + `" }`, "json", "200", 0},
		{`{ insecure = true }`, "json", "200", 0},
		{`{ insecure = true }`, "away", "http.get: https://other.example.com/echo: the certificate is not good: certificate signed by unknown authority", 0},
		{`{ ca_file = "ca.pem", server_name = "x.example.com" }`, "json", "200", 0},
		{`{ ca_file = "ca.pem", server_name = "x.test" }`, "json", "http.get: https://api.example.com/json: the certificate is not good: certificate is valid for example.com, *.example.com, not x.test", 0},
		{`{ ca_file = "ca.pem", client_cert = "ann.pem" }`, "json", "200", 1},
		{`{ ca_file = "ca.pem", client_cert = "ann.pem" }`, "away", "200", 0},
		{`{ ca_file = "ca.pem", client_cert = "ann.pem" }`, "hop", "200", 1},
	} {
		offered = 0
		web := webTo(server)
		web.Roots = x509.NewCertPool()
		got, err := runWeb(t, web, `print(http.get("https://api.example.com/`+c.path+`", `+c.options+`).status)`)
		if err != nil {
			got = err.Error()
		}
		if !strings.HasSuffix(got, c.want) || offered != c.offered {
			t.Errorf("%s %s: %q, %d certificates offered", c.path, c.options, got, offered)
		}
	}
}

// TestHTTPSandbox: each host is asked about, also those that a server names.
func TestHTTPSandbox(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(answers))
	defer server.Close()
	for code, want := range map[string]string{
		`http.get("https://api.example.com/json")`:                          "",
		`http.get("https://api.example.com/away")`:                          "http.get: other.example.com: not allowed in the sandbox",
		`http.get("https://x.test/json?t0ken")`:                             "http.get: x.test: not allowed in the sandbox",
		`http.get("https://api.example.com/", { proxy = "http://p.test" })`: "http.get: p.test: not allowed in the sandbox",
	} {
		var a AllowedHost
		if err := a.UnmarshalText([]byte("api.example.com")); err != nil {
			t.Fatal(err)
		}
		host := webHost(webTo(server))
		host.Sandbox = &Sandbox{Hosts: []AllowedHost{a}}
		err := runOn(t, host, `local http = require "http"; `+code)
		if (want == "") != (err == nil) || err != nil && err.Error() != want {
			t.Errorf("%s: %v", code, err)
		}
		var script *ScriptError
		if err != nil && (!errors.As(err, &script) || script.Kind() != "sandbox" || !strings.Contains(script.Hint(), "--allow-host")) {
			t.Errorf("%s: %+v", code, script)
		}
	}
}

// TestHTTPEnds: an interrupt ends a request at once, and its cause is told.
func TestHTTPEnds(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(answers))
	defer server.Close()
	for _, path := range []string{"slow", "stalled"} {
		program, err := Compile(Script{Name: "test.lua", Source: []byte(`pcall(require("http").get, "https://api.example.com/` + path + `") error("goes on")`)})
		if err != nil {
			t.Fatal(err)
		}
		cause := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		stop := time.AfterFunc(50*time.Millisecond, func() { cancel(cause) })
		began := time.Now()
		if _, err = webHost(webTo(server)).Run(ctx, program); !errors.Is(err, cause) || time.Since(began) > 2*time.Second {
			t.Errorf("%s: %v after %v", path, err, time.Since(began))
		}
		stop.Stop()
	}
}

// TestHTTPEffects: a request and its file are asked for, without secrets.
func TestHTTPEffects(t *testing.T) {
	host := webHost(Web{Dial: nobody})
	var asked []string
	host.Effect = func(e Effect) error {
		asked = append(asked, fmt.Sprintf("%d %s %s %s", e.Kind, e.Call, e.Target, e.Where))
		return nil
	}
	code := `pcall(require("http").get, "https://u:s3cret@x.test/hooks/T000/aaaaaaaaaaaaaaaaaaaaaaaa?k=s3cret", { save = "f" })`
	if err := runOn(t, host, code); err != nil {
		t.Fatal(err)
	}
	want := []string{"2 http.get https://x.test/hooks/T000/…?… test.lua:1:", "1 http.get f test.lua:1:"}
	if !slices.Equal(asked, want) {
		t.Errorf("%q", asked)
	}
}

// TestHTTPStaysHome: a test asks this machine only.
func TestHTTPStaysHome(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(answers))
	defer server.Close()
	for _, out := range []Outbound{{Local: true}, {Closed: true}} {
		host := webHost(Web{})
		host.Outbound = out
		if err := runOn(t, host, `print(require("http").get("`+server.URL+`/json").status)`); err != nil {
			t.Error(err)
		}
		if err := runOn(t, host, `require("http").get("http://192.0.2.1/")`); !errors.Is(err, errNotHere) {
			t.Errorf("%v", err)
		}
	}
}
