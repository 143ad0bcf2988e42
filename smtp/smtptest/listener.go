package smtptest

import (
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// listener accepts connections for a server until the test ends, and then waits
// for their goroutines.
type listener struct {
	net.Listener
	group sync.WaitGroup
	mu    sync.Mutex
	conns []net.Conn
	log   []string
}

// listen opens the listener; start begins to accept.
func listen(t testing.TB, unix bool) *listener {
	t.Helper()
	network, address := "tcp", "127.0.0.1:0"
	if unix {
		dir, err := os.MkdirTemp("", "smtp") // t.TempDir can be longer than a socket's path may be
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		network, address = "unix", filepath.Join(dir, "s")
	}
	ln, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	return &listener{Listener: ln}
}

func (l *listener) start(t testing.TB, serve func(net.Conn)) {
	l.group.Add(1)
	go func() {
		defer l.group.Done()
		l.accept(serve)
	}()
	t.Cleanup(l.stop)
}

func (l *listener) accept(serve func(net.Conn)) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		l.mu.Lock()
		l.conns = append(l.conns, conn)
		l.mu.Unlock()
		l.group.Add(1)
		go func() {
			defer l.group.Done()
			defer func() { _ = conn.Close() }()
			serve(conn)
		}()
	}
}

func (l *listener) stop() {
	_ = l.Close()
	l.mu.Lock()
	for _, conn := range l.conns {
		_ = conn.Close()
	}
	l.mu.Unlock()
	l.group.Wait()
}

func (l *listener) record(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.log = append(l.log, line)
}

// Addr returns "127.0.0.1:port", or the socket's path.
func (l *listener) Addr() string { return l.Listener.Addr().String() }

// Connections returns how many connections there have been.
func (l *listener) Connections() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

// Transcript returns the lines of all connections so far: "C: EHLO x",
// "S: 250 ok". Content is one line: "C: <12 octets>".
func (l *listener) Transcript() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.log...)
}
