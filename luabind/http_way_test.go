package luabind

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// TestHTTPKeepsConnections: requests that follow each other share one, by
// HTTP/2 where the server has it.
func TestHTTPKeepsConnections(t *testing.T) {
	for _, second := range []bool{false, true} {
		var opened atomic.Int32
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = fmt.Fprint(w, r.Proto) }))
		server.EnableHTTP2 = second
		server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				opened.Add(1)
			}
		}
		server.StartTLS()
		want := map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"}[second]
		got, err := runWeb(t, webTo(server), `local r for _ = 1, 3 do r = http.get("https://api.example.com/") end print(r.body, r.reason)`)
		if err != nil || got != want+"\tOK" || opened.Load() != 1 {
			t.Errorf("%q, %v, %d connections", got, err, opened.Load())
		}
		server.Close()
	}
}

// TestHTTPProxy: the proxy looks up the host, and no host counts as loopback.
func TestHTTPProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodConnect:
			w.WriteHeader(http.StatusForbidden)
		case r.Header.Get("Proxy-Authorization") != "Basic dTpw":
			w.WriteHeader(http.StatusProxyAuthRequired)
		default:
			_, _ = fmt.Fprint(w, r.Method, " ", r.URL)
		}
	}))
	defer proxy.Close()
	address := strings.TrimPrefix(proxy.URL, "http://")
	for code, want := range map[string]string{
		`http.get("http://mail.test/a", { proxy = "http://u:p@` + address + `" }).body`:                                          "GET http://mail.test/a",
		`http.get("http://mail.test/a", { proxy = "http://` + address + `" }).status`:                                            "407",
		`http.get("https://mail.test/a", { proxy = "http://u:p@` + address + `" })`:                                              "http.get: https://mail.test/a: the proxy did not connect: Forbidden",
		`http.get("http://localhost/a", { token = "x", proxy = "http://u:p@` + address + `" })`:                                  "http.get: a password or token would go over clear text",
		`http.get("http://localhost/a", { token = "x", allow_insecure_auth = true, proxy = "http://u:p@` + address + `" }).body`: "GET http://localhost/a",
	} {
		got, err := runWeb(t, Web{}, "print("+code+")")
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", code, got, want)
		}
	}
}
