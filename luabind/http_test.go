package luabind

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// webTo makes every host of the web the given server.
func webTo(server *httptest.Server) Web {
	web := Web{Agent: "moonpost/test", Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
	}}
	if transport, ok := server.Client().Transport.(*http.Transport); ok && server.TLS != nil {
		web.Roots = transport.TLSClientConfig.RootCAs
	}
	return web
}

// exampleWeb is what the examples of module http ask.
func exampleWeb(t *testing.T) Web {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("api.example.com/orders", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `[{"total":12.5}]`)
	})
	for _, method := range []string{"PUT", "PATCH"} {
		mux.HandleFunc(method+" api.example.com/orders/7", func(http.ResponseWriter, *http.Request) {})
	}
	mux.HandleFunc("DELETE api.example.com/orders/7", func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "ann" || password != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	mux.HandleFunc("POST hooks.example.com/notify", func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); string(body) != `{"text":"6 sent"}` {
			w.WriteHeader(http.StatusBadRequest)
		}
	})
	mux.HandleFunc("www.example.com/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=iso-8859-1")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		_, _ = io.WriteString(w, "Gr\xfc\xdfe")
	})
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)
	return webTo(server)
}

// webHost is a host of which only requests of the web get out.
func webHost(web Web) *Host {
	return &Host{
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Wall: time.Now, Mono: time.Now,
		LookupEnv: func(string) (string, bool) { return "", false }, Logger: slog.New(slog.DiscardHandler), Web: web,
	}
}

// runWeb runs a script whose requests all go to the server.
func runWeb(t *testing.T, web Web, code string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	host := webHost(web)
	host.Stdout, host.Logger = &out, slog.New(slog.NewTextHandler(&out, nil))
	err := runOn(t, host, `local http, json = require "http", require "json"; `+code)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// echo answers with what it was asked.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("X-Many", "1")
	w.Header().Add("X-Many", "2")
	_, _ = fmt.Fprintf(w, "%s %s host=%s type=%s agent=%s auth=%s x=%s|%s", r.Method, r.URL.RequestURI(), r.Host,
		r.Header.Get("Content-Type"), r.UserAgent(), r.Header.Get("Authorization"), strings.Join(r.Header.Values("X-A"), "+"), body)
}

func TestHTTPRequests(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(echo))
	defer server.Close()
	const agent = " agent=moonpost/test auth= x=|"
	for code, want := range map[string]string{
		`print(http.get("https://api.example.com").body)`:                                                                                                                                                 "GET / host=api.example.com type=" + agent,
		`print(http.get("https://api.example.com/a?b=1", { query = { z = "ü&", a = { 1, 2 } } }).body)`:                                                                                                   "GET /a?b=1&a=1&a=2&z=%C3%BC%26 host=api.example.com type=" + agent,
		`print(http.get("https://api.example.com/a", { query = "q=x+y" }).body)`:                                                                                                                          "GET /a?q=x%20y host=api.example.com type=" + agent,
		`print(http.post("https://api.example.com/", "a\0b").body)`:                                                                                                                                       "POST / host=api.example.com type=" + agent + "a\x00b",
		`print(http.post("https://api.example.com/", { json = { b = { 1 }, a = json.null } }).body)`:                                                                                                      "POST / host=api.example.com type=application/json" + agent + `{"a":null,"b":[1]}`,
		`print(http.post("https://api.example.com/", nil, { form = { a = "x y", b = 1 } }).body)`:                                                                                                         "POST / host=api.example.com type=application/x-www-form-urlencoded" + agent + "a=x%20y&b=1",
		`print(http.post("https://api.example.com/", "x", { headers = { ["content-type"] = "a/b" } }).body)`:                                                                                              "POST / host=api.example.com type=a/b" + agent + "x",
		`print(http.post("https://api.example.com/", { json = false, headers = { ["Content-Type"] = "a/b" } }).body)`:                                                                                     "POST / host=api.example.com type=a/b" + agent + "false",
		`print(http.request{ url = "https://api.example.com/", method = "put", body = "x" }.body)`:                                                                                                        "PUT / host=api.example.com type=" + agent + "x",
		`print(http.request{ url = "https://api.example.com/", body = "x" }.body:sub(1, 4))`:                                                                                                              "POST",
		`print(http.request{ url = "https://api.example.com/", method = "PROPFIND" }.body:sub(1, 8))`:                                                                                                     "PROPFIND",
		`print(#http.request{ url = "https://api.example.com/", method = "HEAD" }.body)`:                                                                                                                  "0",
		`print(http.get("https://ann:s3cret@api.example.com/").body:match("auth=%S+ %S+"))`:                                                                                                               "auth=Basic YW5uOnMzY3JldA==",
		`print(http.get("https://api.example.com/", { user = "ann", password = "s3cret" }).body:match("auth=%S+ %S+"))`:                                                                                   "auth=Basic YW5uOnMzY3JldA==",
		`print(http.get("https://api.example.com/", { token = "t" }).body:match("auth=%S+ %S+"))`:                                                                                                         "auth=Bearer t",
		`print(http.get("https://api.example.com/", { headers = { ["X-A"] = { "1", 2 }, Host = "h.test", ["User-Agent"] = "u" } }).body)`:                                                                 "GET / host=h.test type= agent=u auth= x=1+2|",
		`local r = http.get("https://api.example.com/"); print(r.status, r.reason, r.ok, r.url, r.size == #r.body, r.saved, r.headers["x-MANY"], r.headers.none, table.concat(r:get_all("x-many"), ";"))`: "200\tOK\ttrue\thttps://api.example.com/\ttrue\tfalse\t1, 2\tnil\t1;2",
		`local n = 0; for k, v in pairs(http.get("https://api.example.com/").headers) do if k == "X-Many" then n = v end end; print(n)`:                                                                   "1, 2",
	} {
		got, err := runWeb(t, webTo(server), code)
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", code, got, want)
		}
	}
}

// answers answers by path.
func answers(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; path {
	case "/json":
		_, _ = io.WriteString(w, `{"id":12345678901234567890,"none":null}`)
	case "/html":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, "<h1>Oops</h1>")
	case "/missing":
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "no such\r\norder")
	case "/endless", "/large":
		if path == "/large" {
			w.Header().Set("Content-Length", "2147483648")
		}
		piece := bytes.Repeat([]byte("x"), 64<<10)
		for range (2 << 30) / len(piece) {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	case "/slow":
		<-r.Context().Done()
	case "/stalled":
		_, _ = io.WriteString(w, "begins")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	case "/cut":
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "short")
	case "/gzip", "/bomb":
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		n := 1
		if path == "/bomb" {
			n = 1 << 12
		}
		_, _ = zip.Write(bytes.Repeat([]byte("zip!"), n<<10))
		_ = zip.Close()
	case "/loop":
		http.Redirect(w, r, "/loop", http.StatusFound)
	case "/hop":
		http.Redirect(w, r, "/echo?a=1", http.StatusFound)
	case "/away":
		http.Redirect(w, r, "https://other.example.com/echo", http.StatusTemporaryRedirect)
	case "/down":
		http.Redirect(w, r, "http://api.example.com/echo?t0ken", http.StatusFound)
	case "/file":
		http.Redirect(w, r, "ftp://api.example.com/echo", http.StatusFound)
	case "/echo":
		w.Header().Set("X-Referer", r.Referer())
		echo(w, r)
	}
}

func TestHTTPAnswers(t *testing.T) {
	t.Chdir(t.TempDir())
	server := httptest.NewTLSServer(http.HandlerFunc(answers))
	defer server.Close()
	for code, want := range map[string]string{
		`local v = http.get(u .. "json"):json(); print(v.id, v.none == json.null)`:                                                                                                                                      "12345678901234567890\ttrue",
		`local v = http.get(u .. "json"):json{ nulls = false, numbers = "float" }; print(type(v.id), v.none)`:                                                                                                           "number\tnil",
		`print(http.get(u .. "json").certificate_ends:format "date")`:                                                                                                                                                   "2084-01-29",
		`print(http.get(u .. "missing").status, http.get(u .. "missing").ok)`:                                                                                                                                           "404\tfalse",
		`local r = http.get(u .. "json"); print(r:raise_for_status() == r)`:                                                                                                                                             "true",
		`print(#http.get(u .. "gzip").body, http.get(u .. "gzip").headers["Content-Encoding"])`:                                                                                                                         "4096\tnil",
		`local r = http.get(u .. "hop"); print(r.url, r.headers["x-referer"] == "")`:                                                                                                                                    "https://api.example.com/echo?a=1\ttrue",
		`local r = http.get(u .. "hop", { redirects = 0 }); print(r.status, r.headers.location)`:                                                                                                                        "302\t/echo?a=1",
		`local r = http.post(u .. "away", "x", { token = "t", headers = { ["X-A"] = "s3cret" } }); print(r.body)`:                                                                                                       "POST /echo host=other.example.com type= agent=moonpost/test auth= x=|x",
		`local r = http.get(u .. "hop", { token = "t", headers = { ["X-A"] = "mine" } }); print(r.body)`:                                                                                                                "GET /echo?a=1 host=api.example.com type= agent=moonpost/test auth=Bearer t x=mine|",
		`print(http.get(u .. "json", { save = "a.json" }).body, require("fs").read("a.json"):sub(1, 5), http.get(u .. "json", { save = "a.json" }).saved)`:                                                              "\t{\"id\"\ttrue",
		`require("fs").write("kept", "old"); local r = http.get(u .. "html", { save = "kept" }); print(r.saved, r.body, require("fs").read("kept"))`:                                                                    "false\t<h1>Oops</h1>\told",
		`require("fs").write("kept", "old"); print(pcall(http.get, u .. "endless", { save = "kept", max_size = "1MB" }) == false, require("fs").read("kept"), table.concat(require("fs").glob("{.kept*,kept*}"), " "))`: "true\told\tkept",
	} {
		if got, err := runWeb(t, webTo(server), `local u = "https://api.example.com/"; `+code); err != nil || got != want {
			t.Errorf("%s\ngot  %s (%v)\nwant %s", code, got, err, want)
		}
	}
}

// TestHTTPErrors: kind, stage, temporary and text of each failure.
func TestHTTPErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	server := httptest.NewTLSServer(http.HandlerFunc(answers))
	defer server.Close()
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	for code, want := range map[string]string{
		`http.get(u .. "endless")`:                                "http\tsize\tfalse\thttp.get: https://api.example.com/endless: the answer is larger than max_size, 10000000 octets",
		`http.get(u .. "large")`:                                  "http\tsize\tfalse\thttp.get: https://api.example.com/large: the answer is larger than max_size, 10000000 octets",
		`http.get(u .. "bomb", { max_size = "1MB" })`:             "http\tsize\tfalse\thttp.get: https://api.example.com/bomb: the answer is larger than max_size, 1000000 octets",
		`http.get(u .. "endless", { save = "x", max_size = 10 })`: "http\tsize\tfalse\thttp.get: https://api.example.com/endless: the answer is larger than max_size, 10 octets",
		`http.get(u .. "slow", { timeout = "1500ms" })`:           "http\ttimeout\ttrue\thttp.get: https://api.example.com/slow: no whole answer within 1.5s (waiting for the answer)",
		`http.get(u .. "stalled", { timeout = "1500ms" })`:        "http\ttimeout\ttrue\thttp.get: https://api.example.com/stalled: no whole answer within 1.5s (reading the answer)",
		`http.get(u .. "cut")`:                                    "http\tresponse\ttrue\thttp.get: https://api.example.com/cut: the answer cannot be read: the server ended the connection",
		`http.get(u .. "loop?t0ken")`:                             "http\tredirect\tfalse\thttp.get: https://api.example.com/loop?…: it was sent on more than 10 times",
		`http.get(u .. "down")`:                                   "http\tredirect\tfalse\thttp.get: https://api.example.com/down: it was sent on to http://api.example.com/echo?…, which is not encrypted",
		`http.get(u .. "file")`:                                   "http\tredirect\tfalse\thttp.get: https://api.example.com/file: it was sent on to ftp://api.example.com/echo, which is not of the web",
		`http.get("https://wrong.example.org/x")`:                 "http\ttls\tfalse\thttp.get: https://wrong.example.org/x: the certificate is not good: certificate is valid for example.com, *.example.com, not wrong.example.org",
		`http.get(u .. "json", { pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" })`: "http\ttls\tfalse\thttp.get: https://api.example.com/json: no encryption could be agreed on: no pinned key in the server's certificate chain",
		`http.get("http://api.example.com/json"):raise_for_status()`:                              "http\tstatus\tfalse\tGET http://api.example.com/json: 400 Bad Request",
		`http.get(u .. "missing"):raise_for_status()`:                                             "http\tstatus\tfalse\tGET https://api.example.com/missing: 404 Not Found",
		`http.get(u .. "html"):raise_for_status()`:                                                "http\tstatus\ttrue\tGET https://api.example.com/html: 500 Internal Server Error",
		`http.get(u .. "html"):json()`:                                                            "argument\tnil\tnil\tresponse:json: the answer (500, text/html) is no JSON: line 1, column 1: expected a value, got \"<\"",
	} {
		code = `local u = "https://api.example.com/"; http.get(u .. "json"); local ok, e = pcall(function() ` + code + ` end); print(e.kind, e.stage, e.temporary, e.message)`
		if got, err := runWeb(t, webTo(server), code); err != nil || got != want {
			t.Errorf("%s\ngot  %s (%v)\nwant %s", code, got, err, want)
		}
	}
}

// TestHTTPWays: what fails before a server of the web was reached.
func TestHTTPWays(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(echo))
	defer plain.Close()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := gone.Addr().String()
	_ = gone.Close()
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	addr := plain.Listener.Addr().String()
	for code, want := range map[string]string{
		`http.get("http://` + closed + `/x")`:                                            "http\tconnect\ttrue\t" + closed + "\thttp.get: http://" + closed + "/x: cannot connect: connection refused",
		`http.get("https://` + addr + `/x")`:                                             "http\ttls\tfalse\t" + addr + "\thttp.get: https://" + addr + "/x: the server speaks no TLS on this port",
		`http.get("https://` + mute.Addr().String() + `/", { timeout = "1500ms" })`:      "http\ttimeout\ttrue\t" + mute.Addr().String() + "\thttp.get: https://" + mute.Addr().String() + "/: no whole answer within 1.5s (agreeing on TLS)",
		`http.get("http://nowhere.invalid/x")`:                                           "http\tdns\tfalse\tnowhere.invalid:80\thttp.get: http://nowhere.invalid/x: there is no host nowhere.invalid",
		`http.get("http://mail.test/", { proxy = "http://u:s3cret@` + closed + `" })`:    "http\tproxy\ttrue\tmail.test:80\thttp.get: http://mail.test/: the proxy did not connect: connection refused",
		`http.get("https://mail.test/", { proxy = "socks5://u:s3cret@` + closed + `" })`: "http\tproxy\ttrue\tmail.test:443\thttp.get: https://mail.test/: the proxy did not connect: connection refused",
	} {
		code = `local ok, e = pcall(function() ` + code + ` end); print(e.kind, e.stage, e.temporary, e.host, e.message)`
		if got, err := runWeb(t, Web{}, code); err != nil || got != want {
			t.Errorf("%s\ngot  %s (%v)\nwant %s", code, got, err, want)
		}
	}
}
