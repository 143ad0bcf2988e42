//go:build linux

package crashtest

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// cluster is a server of PostgreSQL's in which every campaign gets a database of its own.
type cluster struct {
	address string // of a database, as a URL
	made    atomic.Int64

	// what follows is there if the tests started it
	programs, dir string
	port          string
	server        *exec.Cmd
}

// givenCluster is the one that the environment names.
func givenCluster(t *testing.T) *cluster {
	t.Helper()
	address := os.Getenv("MOONPOST_TEST_POSTGRES")
	if address == "" {
		t.Skip("MOONPOST_TEST_POSTGRES isn't set: nothing was tested on PostgreSQL")
	}
	return &cluster{address: address}
}

// ownCluster starts a server that ends with the test.
func ownCluster(t *testing.T) *cluster {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(found) == 0 || os.Getuid() != 0 {
		t.Fatal("PostgreSQL is missing, or this isn't root, who could start it")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	dir, err := os.MkdirTemp("", "moonpost-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	c := &cluster{programs: found[len(found)-1], dir: dir, port: port}
	c.address = "postgres://postgres@127.0.0.1:" + port + "/postgres?sslmode=disable"
	for _, command := range []*exec.Cmd{
		exec.Command("chown", "postgres:postgres", dir),
		c.command("initdb", "-D", dir+"/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"),
	} {
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	c.start(t)
	t.Cleanup(func() { c.stop(syscall.SIGINT) })
	return c
}

// command is one of the server's programs, as its user.
func (c *cluster) command(name string, args ...string) *exec.Cmd {
	command := exec.Command("setpriv", append([]string{"--reuid", "postgres", "--regid", "postgres", "--init-groups", filepath.Join(c.programs, name)}, args...)...)
	command.Dir = "/"
	return command
}

func (c *cluster) start(t testing.TB) {
	t.Helper()
	c.server = c.command("postgres", "-D", c.dir+"/data", "-c", "listen_addresses=127.0.0.1", "-c", "port="+c.port,
		"-c", "unix_socket_directories=", "-c", "max_connections=200")
	log, err := os.OpenFile(c.dir+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	t.Cleanup(func() { _ = os.Remove(c.dir + ".log") })
	c.server.Stdout, c.server.Stderr = log, log
	if err := c.server.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		db, err := pgx.Connect(context.Background(), c.address)
		if err == nil {
			_ = db.Close(context.Background())
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// stop ends the server; SIGINT cuts its clients off, SIGQUIT is what a crash is like.
func (c *cluster) stop(how syscall.Signal) {
	_ = c.server.Process.Signal(how)
	_ = c.server.Wait()
}

// database makes an empty one and returns its address.
func (c *cluster) database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("crash_%d_%d", os.Getpid(), c.made.Add(1))
	c.query(t, "create database "+name)
	t.Cleanup(func() { c.query(t, "drop database "+name+" with (force)") })
	u, err := url.Parse(c.address)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func (c *cluster) query(t testing.TB, statement string) {
	t.Helper()
	db, err := pgx.Connect(context.Background(), c.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	if _, err := db.Exec(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}

// stopped tells whether the process was stopped by SIGSTOP.
func (p *process) stopped() bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	if err != nil {
		return false
	}
	_, fields, _ := strings.Cut(string(text), ") ")
	return strings.HasPrefix(fields, "T")
}

// waitStopped returns true when the process has stopped itself, false when it ended before.
func (p *process) waitStopped() bool {
	for {
		select {
		case <-p.ended:
			return false
		case <-time.After(5 * time.Millisecond):
			if p.stopped() {
				return true
			}
		}
	}
}
