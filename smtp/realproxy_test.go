package smtp_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// freePort returns a loopback port that nothing listens on at the moment.
func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return port
}

// startProxy runs a proxy of others until the test ends.
func startProxy(t *testing.T, port, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("SKIPPED, NOT TESTED: %s is not installed", name)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, path, args...)
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
	for range 200 {
		conn, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = conn.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s did not come up", name)
}

// throughReal sends by name and by address, and without the right password.
func throughReal(t *testing.T, scheme, port string) {
	t.Helper()
	s := smtptest.NewServer(t, smtptest.Config{})
	_, mailPort, _ := net.SplitHostPort(s.Addr())
	for _, host := range []string{"localhost", "127.0.0.1"} {
		o := options(host + ":" + mailPort)
		o.Proxy = parseProxy(t, scheme+"://me:hush@127.0.0.1:"+port)
		c := dial(t, o)
		if _, err := send(t, c, "a@x.example"); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	o := options("127.0.0.1:" + mailPort)
	o.Proxy = parseProxy(t, scheme+"://me:wrong@127.0.0.1:"+port)
	_, err := smtp.Dial(background(t), o)
	t.Log(wantError[*smtp.ConnectError](t, err, smtp.No))
	o = options("127.0.0.1:" + freePort(t))
	o.Proxy = parseProxy(t, scheme+"://me:hush@127.0.0.1:"+port)
	_, err = smtp.Dial(background(t), o)
	t.Log(wantError[*smtp.ConnectError](t, err, smtp.No))
}

func TestProxyMicrosocks(t *testing.T) {
	port := freePort(t)
	startProxy(t, port, "microsocks", "-i", "127.0.0.1", "-p", port, "-u", "me", "-P", "hush")
	throughReal(t, "socks5", port)
}

func TestProxyTinyproxy(t *testing.T) {
	port, config := freePort(t), filepath.Join(t.TempDir(), "conf")
	lines := []string{"Listen 127.0.0.1", "Port " + port, "Timeout 30", "MaxClients 20", "Allow 127.0.0.1", "BasicAuth me hush"}
	if err := os.WriteFile(config, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	startProxy(t, port, "tinyproxy", "-d", "-c", config)
	throughReal(t, "http", port)
}
