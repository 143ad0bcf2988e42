//go:build unix

package luabind

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
)

// What nobody may read is in no file that others can read while it is written.
func TestFSTemporaryIsPrivate(t *testing.T) {
	rt := &Runtime{host: &Host{}}
	for mode, want := range map[fs.FileMode]fs.FileMode{0o600: 0o600, 0o400: 0o600, 0o640: 0o640} {
		_, file, err := rt.temporaryBeside(t.TempDir()+"/secret", mode)
		if err != nil {
			t.Fatal(err)
		}
		info, err := file.Stat()
		if err != nil || info.Mode().Perm()&^want != 0 || info.Mode().Perm()&0o600 != 0o600 {
			t.Errorf("%o: %v, %v", mode, info.Mode(), err)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A file stays its owner's, or at least its group's, when another writes it.
func TestFSKeepsOwner(t *testing.T) {
	uid, gid := 65534, 65534
	if os.Getuid() != 0 {
		uid, gid = os.Getuid(), os.Getgid()
	}
	t.Chdir(t.TempDir())
	if err := errors.Join(os.WriteFile("file", []byte("old"), 0o600), os.Chown("file", uid, gid)); err != nil {
		t.Fatal(err)
	}
	rt := &Runtime{host: &Host{}}
	if err := rt.replaceFile("file", 0, strings.NewReader("new")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat("file")
	if err != nil {
		t.Fatal(err)
	}
	if stat := info.Sys().(*syscall.Stat_t); int(stat.Uid) != uid || int(stat.Gid) != gid || info.Mode().Perm() != 0o600 {
		t.Errorf("owner %d:%d, mode %v", stat.Uid, stat.Gid, info.Mode())
	}
}
