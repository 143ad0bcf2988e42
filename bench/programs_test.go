// Package bench measures what the acceptance of batches asks for. Each benchmark is one run, of minutes: see README.md.
package bench

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// moonpost builds the program.
func moonpost(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "moonpost")
	command := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "../cmd/moonpost")
	if out, err := command.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return path
}

// usage is what one run took.
type usage struct {
	elapsed, cpu time.Duration
	memory       int64 // peak resident set in octets
}

func (u usage) String() string {
	return fmt.Sprintf("%.1f s, %.1f s of CPU, at most %d MB resident", u.elapsed.Seconds(), u.cpu.Seconds(), u.memory>>20)
}

// run starts the command with further variables and waits for its end.
func run(b *testing.B, variables []string, name string, args ...string) usage {
	b.Helper()
	command := exec.Command(name, args...)
	command.Env = append(os.Environ(), variables...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	began := time.Now()
	if err := command.Run(); err != nil && !wellEnded[command.ProcessState.ExitCode()] {
		b.Fatalf("%s: %v\n%s", command, err, out.String())
	}
	spent := command.ProcessState.SysUsage().(*syscall.Rusage)
	return usage{
		elapsed: time.Since(began), cpu: command.ProcessState.UserTime() + command.ProcessState.SystemTime(),
		memory: spent.Maxrss << 10,
	}
}

// wellEnded are exit statuses of batches that did what they could: some mails are left, or were refused for good.
var wellEnded = map[int]bool{5: true, 6: true}

// discard starts Postfix's smtp-sink and returns its address.
func discard(b *testing.B) string {
	b.Helper()
	path := "/usr/sbin/smtp-sink"
	if _, err := os.Stat(path); err != nil {
		b.Skip("smtp-sink is missing: it is in the package postfix")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	args := []string{address, "100"}
	if os.Getuid() == 0 {
		args = append([]string{"-u", "nobody"}, args...)
	}
	sink := exec.Command(path, args...)
	if err := sink.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = sink.Process.Kill()
		_ = sink.Wait()
	})
	for range 100 {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return address
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.Fatal("smtp-sink doesn't listen")
	return ""
}

// writeText makes the text of the mails, about 2 KB.
func writeText(b *testing.B, dir string) {
	b.Helper()
	text := "Dear User {{N}},\n\n" + strings.Repeat("your order number {{N}} is on its way to the address that you gave.\n", 27)
	if err := os.WriteFile(filepath.Join(dir, "w1.txt"), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

// writePeople makes rows of n, name and email, but for those of no domain.
func writePeople(b *testing.B, dir string, n int, domain func(i int) string) {
	b.Helper()
	var text bytes.Buffer
	text.WriteString("n,name,email\n")
	for i := range n {
		if at := domain(i); at != "" {
			fmt.Fprintf(&text, "%d,User %d,user%d@%s\n", i, i, i, at)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "people.csv"), text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
}
