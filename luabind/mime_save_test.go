//go:build unix

package luabind

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestSaveKeepsPermissions: a file that only its owner may read stays so, a link stays a link, and the user's umask
// counts for new files.
func TestSaveKeepsPermissions(t *testing.T) {
	dir := t.TempDir()
	private, link := filepath.Join(dir, "private.eml"), filepath.Join(dir, "link.eml")
	if err := os.WriteFile(private, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("private.eml", link); err != nil {
		t.Fatal(err)
	}
	defer syscall.Umask(syscall.Umask(0o077))
	for _, name := range []string{"private.eml", "link.eml", "new.eml"} {
		if _, _, err := runBinding(t, fmt.Sprintf(`local mime = require "mime"; mime.parse("Subject: x\n\n%s"):save(%q)`, name, filepath.Join(dir, name)), ""); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
	if b, err := os.ReadFile(private); err != nil || string(b) != "Subject: x\n\nlink.eml" {
		t.Errorf("behind the link is %q, %v", b, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if _, _, err := runBinding(t, fmt.Sprintf(`require("mime").parse("Subject: x\n\n"):save(%q)`, pipe), ""); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(pipe); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("the pipe is gone: %v", err)
	}
}
