package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"moonpost/smtp/smtptest"

	"github.com/rogpeppe/go-internal/testscript"
)

// More commands for scripts:
//
//	proxyd socks5|http [auth]  starts a proxy that knows the way from mail.test:2525
//	                         to the server of smtpd; PROXY_URL says where, with
//	                         auth it wants user "me" and password "hush"
//	proxied FILE             writes the hosts that it was asked for to FILE
//	xclientd                 starts a server that trusts XCLIENT, and offers
//	                         MT-PRIORITY, DELIVERBY and LIMITS
//	httpd                    starts a web server; HTTP_ADDR says where

type proxyKey struct{} // the proxy that proxyd started

// runningProxy holds the proxy that proxyd started.
type runningProxy struct{ *smtptest.Proxy }

func proxyd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: proxyd socks5|http [auth]")
	}
	config := smtptest.ProxyConfig{Scheme: args[0], Names: map[string]string{"mail.test:2525": running(ts).Addr()}}
	if slices.Contains(args, "auth") {
		config.User, config.Password = "me", "hush"
	}
	p := smtptest.NewProxy(ts.Value(testKey{}).(testing.TB), config)
	ts.Value(proxyKey{}).(*runningProxy).Proxy = p
	ts.Setenv("PROXY_URL", p.URL())
	ts.Setenv("PROXY_ADDR", p.Addr())
}

func proxied(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: proxied FILE")
	}
	text := strings.Join(ts.Value(proxyKey{}).(*runningProxy).Transcript(), "\n") + "\n"
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

func xclientd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: xclientd")
	}
	server := smtptest.NewServer(ts.Value(testKey{}).(testing.TB), smtptest.Config{
		Extensions: []string{"PIPELINING", "DSN", "XCLIENT NAME ADDR PORT HELO", "MT-PRIORITY", "DELIVERBY 60", "LIMITS RCPTDOMAINMAX=1"},
		Reply: func(line string) string {
			if strings.HasPrefix(line, "XCLIENT ") {
				return "220 smtptest ESMTP"
			}
			return ""
		},
	})
	ts.Value(serverKey{}).(*runningServer).Server = server
	ts.Setenv("SMTP_ADDR", server.Addr())
	ts.Setenv("SMTP_URL", "smtp://"+server.Addr())
}

func httpd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: httpd")
	}
	server := httptest.NewServer(webPages())
	ts.Value(testKey{}).(testing.TB).Cleanup(server.Close)
	ts.Setenv("HTTP_ADDR", server.Listener.Addr().String())
}

// webPages is what httpd serves; everything else is not there.
func webPages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `[{"day":"2026-10-01","total":12.5},{"day":"2026-10-02","total":7}]`)
	})
	mux.HandleFunc("/agent", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.UserAgent()) })
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		for err := error(nil); err == nil; {
			_, err = w.Write(make([]byte, 64<<10))
		}
	})
	return mux
}
