package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// pythonPath is Debian's own interpreter where there is one: the first on
// the path may be another without the email package of the system.
func pythonPath(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("SKIPPED: python3 is not installed, so nobody can read the mails back")
	return ""
}

// requireEnv gives the value of a variable that .ci/servers sets, or skips.
func requireEnv(t *testing.T, names ...string) []string {
	t.Helper()
	var values []string
	for _, name := range names {
		v := os.Getenv(name)
		if v == "" {
			t.Skipf("SKIPPED: no real server: %s is not set (see .ci/servers)", name)
		}
		values = append(values, v)
	}
	return values
}

// mailing is the input of a mail merge, in files. Its mails bear an id, because
// other tests deliver into the same maildirs at the same time.
type mailing struct{ id, people, html, logo, pdf string }

// newMailing makes rows people whose names are hard: umlauts, Chinese, an
// apostrophe, a comma in a quoted field, a domain that is not ASCII. extra
// addresses come in the middle.
func newMailing(t *testing.T, rows, pdfSize int, extra ...string) mailing {
	t.Helper()
	dir := t.TempDir()
	names := []string{"Jörg Müller", "王伟", "Niamh O'Connor", `"Pérez, Luis"`, "Ann & Co <x>", "Åsa Öberg", "Zoë 🚀", "Plain Name"}
	var b strings.Builder
	b.WriteString("email,name,city,plan\n")
	for i := range rows {
		if i == rows/2 {
			for _, address := range extra {
				fmt.Fprintf(&b, "%s,Extra,Nowhere,None\n", address)
			}
		}
		domain := "example.org"
		if i%10 == 9 {
			domain = "bücher.example"
		}
		fmt.Fprintf(&b, "user%d@%s,%s,Köln %d,Team\n", i, domain, names[i%len(names)], i)
	}
	m := mailing{id: strconv.FormatInt(time.Now().UnixNano(), 36), people: filepath.Join(dir, "people.csv"), html: filepath.FromSlash("../../examples/data/welcome.html"),
		logo: filepath.FromSlash("../../examples/data/logo.png"), pdf: filepath.Join(dir, "Broschüre.pdf")}
	writeTestFile(t, m.people, []byte(b.String()))
	t.Setenv(storeVariable, filepath.Join(dir, "store.db"))
	pdf := make([]byte, pdfSize)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range pdf {
		pdf[i] = byte(random.Uint32())
	}
	copy(pdf, "%PDF-1.4\n")
	writeTestFile(t, m.pdf, pdf)
	return m
}

func writeTestFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (m mailing) args(relay string) []string {
	return []string{"run", "@mailmerge", "--csv", m.people, "--html", m.html, "--inline", "logo=" + m.logo, "--attach", m.pdf,
		"--from", "Welcome <welcome@example.org>", "--relay", relay, "--connections", "10", "--header", "X-Mailing=" + m.id}
}

// testProcess is a process whose streams are buffers.
func testProcess(args ...string) (p *process, stdout, stderr *bytes.Buffer) {
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	p = systemProcess()
	p.args, p.stdin, p.stdout, p.stderr = args, strings.NewReader(""), stdout, stderr
	p.terminal, p.stdoutTerminal = false, false
	p.signals = make(chan os.Signal, 2)
	return p, stdout, stderr
}

// verify compares the maildir with the mailing by Python's email package.
func (m mailing) verify(t *testing.T, maildir string, skipped ...string) {
	t.Helper()
	args := append([]string{"testdata/verify.py", maildir, m.id, m.people, m.html, m.logo, m.pdf}, skipped...)
	out, err := exec.Command(pythonPath(t), args...).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatalf("Python found differences: %v", err)
	}
}

// rowsForTest is 1,000 with 1 MB attached when MOONPOST_TEST_FULL is set,
// less otherwise: the full size takes a minute and two gigabytes.
func rowsForTest() (rows, pdfSize int) {
	if os.Getenv("MOONPOST_TEST_FULL") != "" {
		return 1000, 1 << 20
	}
	return 300, 20 << 10
}

func TestMailmergeThroughPostfix(t *testing.T) {
	env := requireEnv(t, "MOONPOST_TEST_POSTFIX", "MOONPOST_TEST_POSTFIX_MAILDIR")
	pythonPath(t)
	rows, size := rowsForTest()
	m := newMailing(t, rows, size, "bad-one@example.org")
	p, stdout, stderr := testProcess(m.args("smtp://" + env[0])...)
	if status := p.main(); status != statusFailed {
		t.Fatalf("exit status %d, want %d\n%s%s", status, statusFailed, stdout, stderr)
	}
	for _, want := range []string{"bad-one@example.org", "550"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("stderr does not name %q:\n%s", want, stderr)
		}
	}
	m.await(t, env[1], rows)
	m.verify(t, env[1], "bad-one@example.org")
}

func TestMailmergeToDovecotLMTP(t *testing.T) {
	env := requireEnv(t, "MOONPOST_TEST_DOVECOT_LMTP", "MOONPOST_TEST_DOVECOT_MAILDIR")
	pythonPath(t)
	rows, size := rowsForTest()
	m := newMailing(t, rows, size)
	p, stdout, stderr := testProcess(m.args("lmtp+unix://" + env[0])...)
	if status := p.main(); status != statusDone {
		t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
	}
	m.await(t, env[1], rows)
	m.verify(t, env[1])
}

// await waits until the server has delivered n messages of the mailing.
func (m mailing) await(t *testing.T, dir string, n int) {
	t.Helper()
	mine, seen := 0, map[string]bool{}
	deadline := time.Now().Add(3 * time.Minute)
	for time.Now().Before(deadline) {
		for _, path := range delivered(t, dir) {
			if !seen[path] {
				seen[path] = true
				if bytes.Contains(fileHead(t, path), []byte("X-Mailing: "+m.id)) {
					mine++
				}
			}
		}
		if mine >= n {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("only %d of %d messages arrived in %s", mine, n, dir)
}

// delivered lists the files in all "new" folders below dir.
func delivered(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"new/*", "*/new/*", "*/*/new/*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return files
}

// fileHead reads the first octets of a message, where its header is.
func fileHead(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // another test took its own away
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	return head[:n]
}
