package smtp_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moonpost/smtp/smtptest"
)

// letterbox finds what a server kept. Other tests deliver to the same place at the
// same time, so messages are known by a word in their first lines.
type letterbox interface {
	find(t testing.TB, word string) [][]byte
}

// await waits for n messages with the word in their heads.
func await(t testing.TB, box letterbox, word string, n int) [][]byte {
	t.Helper()
	var found [][]byte
	for end := time.Now().Add(patient); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if found = box.find(t, word); len(found) >= n {
			break
		}
	}
	if len(found) != n {
		t.Fatalf("%d messages with %q in their heads, want %d", len(found), word, n)
	}
	return found
}

// folder is a maildir, several of them, or a folder of dumps.
type folder struct {
	patterns []string
	old      map[string]bool   // was there before the test
	heads    map[string]string // of the new ones
}

// headSize is enough for the fields that servers put in front.
const headSize = 4 << 10

func newFolder(patterns ...string) *folder {
	f := &folder{patterns: patterns, old: map[string]bool{}, heads: map[string]string{}}
	for _, path := range f.files() {
		f.old[path] = true
	}
	return f
}

func (f *folder) files() []string {
	var paths []string
	for _, p := range f.patterns {
		found, _ := filepath.Glob(p)
		paths = append(paths, found...)
	}
	return paths
}

func (f *folder) find(t testing.TB, word string) [][]byte {
	t.Helper()
	for _, path := range f.files() {
		if _, known := f.heads[path]; !known && !f.old[path] {
			f.heads[path] = readHead(path)
		}
	}
	var found [][]byte
	for path, head := range f.heads {
		if !strings.Contains(head, word) {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, content)
	}
	return found
}

func readHead(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	head, _ := io.ReadAll(io.LimitReader(file, headSize))
	return string(head)
}

// recorded is the memory of a recording server.
type recorded struct{ *smtptest.Server }

func (r recorded) find(_ testing.TB, word string) [][]byte {
	var found [][]byte
	for _, m := range r.Messages() {
		head := "X-Sender: " + m.From[0] + "\r\nX-Parameters: " + m.MailParams + "\r\n"
		if strings.Contains(head, word) || bytes.Contains(m.Data[:min(len(m.Data), headSize)], []byte(word)) {
			found = append(found, append([]byte(head), m.Data...))
		}
	}
	return found
}
