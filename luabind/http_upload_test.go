package luabind

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestHTTPUploads: a form with files is one that Go's own reader takes apart.
func TestHTTPUploads(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"sales.csv": "a,b\r\n", "Größe \"x\".txt": "\x00--\r\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reader, err := r.MultipartReader()
		if err != nil {
			_, _ = io.WriteString(w, err.Error())
			return
		}
		for {
			part, err := reader.NextPart()
			if err != nil {
				_, _ = fmt.Fprint(w, err)
				return
			}
			content, _ := io.ReadAll(part)
			_, _ = fmt.Fprintf(w, "%s %q %s %q\n", part.FormName(), part.FileName(), part.Header.Get("Content-Type"), content)
		}
	}))
	defer server.Close()
	got, err := runWeb(t, webTo(server), `print(http.post("https://api.example.com/", { form = { channel = "#sales", n = 5 }, files = {
		report = "sales.csv", many = { "Größe \"x\".txt", { data = "<html>", filename = "page.html" }, { data = "z", type = "a/b" } } } }).body)`)
	const want = `channel ""  "#sales"
n ""  "5"
many "Größe %22x%22.txt" text/plain "\x00--\r\n"
many "page.html" text/html "<html>"
many "many" a/b "z"
report "sales.csv" text/csv "a,b\r\n"
EOF`
	if err != nil || got != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}

// TestHTTPRetry: a request is made again when that can help and cannot do a thing twice, after pauses that grow or that
// the server asks for.
func TestHTTPRetry(t *testing.T) {
	for _, c := range []struct {
		code, answers string // statuses, with Retry-After; x for a connection that ends
		want          string
		asked         int
		pauses        []time.Duration
	}{
		{`http.get(u, { retry = 3 })`, "503 502 200", "200", 3, []time.Duration{time.Second, 2 * time.Second}},
		{`http.get(u, { retry = 1 })`, "500 500 200", "500", 2, []time.Duration{time.Second}},
		{`http.get(u)`, "503 200", "503", 1, nil},
		{`http.get(u, { retry = 3 })`, "404 200", "404", 1, nil},
		{`http.get(u, { retry = 3 })`, "x 200", "200", 2, []time.Duration{time.Second}},
		{`http.get(u, { retry = 2 })`, "429/7 503/Mon,_05_Oct_2026_10:00:30_GMT 200", "200", 3, []time.Duration{7 * time.Second, 30 * time.Second}},
		{`http.get(u, { retry = 3 })`, "503/3600 200", "503", 1, nil},
		{`http.post(u, "x", { retry = 3 })`, "500 200", "500", 1, nil},
		{`http.post(u, "x", { retry = 3 })`, "503 429 200", "200", 3, []time.Duration{time.Second, 2 * time.Second}},
		{`http.post(u, "x", { retry = 3 })`, "x 200", "error", 1, nil},
	} {
		t.Run(c.code+" "+c.answers, func(t *testing.T) {
			var asked atomic.Int32
			script := strings.Fields(c.answers)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				status, after, _ := strings.Cut(script[asked.Add(1)-1], "/")
				if status == "x" {
					panic(http.ErrAbortHandler)
				}
				w.Header().Set("Retry-After", strings.ReplaceAll(after, "_", " "))
				var n int
				_, _ = fmt.Sscan(status, &n)
				w.WriteHeader(n)
			}))
			defer server.Close()
			var out bytes.Buffer
			var pauses []time.Duration
			host := webHost(webTo(server))
			host.Stdout = &out
			host.Wall = func() time.Time { return time.Date(2026, 10, 5, 10, 0, 0, 0, time.UTC) }
			host.Sleep = func(_ context.Context, d time.Duration) error { pauses = append(pauses, d); return nil }
			err := runOn(t, host, `local http, u = require "http", "http://127.0.0.1/"; local ok, r = pcall(function() return `+c.code+` end); print(ok and r.status or "error")`)
			if got := strings.TrimSpace(out.String()); err != nil || got != c.want || int(asked.Load()) != c.asked || !slices.Equal(pauses, c.pauses) {
				t.Errorf("%s, asked %d, pauses %v, %v", got, asked.Load(), pauses, err)
			}
		})
	}
}

// TestHTTPRetryConnects: where no connection could be made, everything is tried again; an interrupt ends the pause.
func TestHTTPRetryConnects(t *testing.T) {
	dials := 0
	host := webHost(Web{Dial: func(context.Context, string, string) (net.Conn, error) {
		dials++
		return nil, &net.OpError{Op: "dial", Err: errNobody}
	}})
	stop := fmt.Errorf("stopped")
	host.Sleep = func(context.Context, time.Duration) error {
		if dials == 3 {
			return stop
		}
		return nil
	}
	err := runOn(t, host, `require("http").post("https://x.test/", "x", { retry = 9 })`)
	if dials != 3 || err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("%d dials, %v", dials, err)
	}
}

// TestHTTPRedirectSecrets: an address that cannot be read is not shown, for it may hold a token.
func TestHTTPRedirectSecrets(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://u:s3cret@[::1/?t=s3cret")
		w.WriteHeader(http.StatusFound)
	}))
	defer server.Close()
	_, err := runWeb(t, webTo(server), `http.get("https://api.example.com/")`)
	if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "it was sent on to an address that cannot be read") {
		t.Error(err)
	}
}
