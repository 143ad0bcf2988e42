package sqlstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
)

// made is a store file with a few rows, as a path and its bytes.
func made(t *testing.T) (path string, content []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "moonpost.db")
	s := openTest(t, path)
	w, err := s.Join(t.Context())
	fatal(t, err)
	_, _, err = s.OpenBatch(t.Context(), "b", outbox.Fingerprint{}, testWall())
	fatal(t, err)
	walk, err := s.Produce(t.Context(), "b", w.ID)
	fatal(t, err)
	items := make([]outbox.NewItem, 100)
	for i := range items {
		items[i] = outbox.NewItem{Key: strings.Repeat("k", i+1), Row: bytes.Repeat([]byte("x"), 300)}
	}
	_, err = s.Add(t.Context(), "b", w.ID, walk, items, testWall())
	fatal(t, err)
	fatal(t, s.Leave(t.Context(), w.ID))
	fatal(t, s.Close())
	content, err = os.ReadFile(path)
	fatal(t, err)
	return path, content
}

func fatal(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestRefusals: what cannot be a store is refused with words that help, and left
// byte for byte as it is, with nothing beside it.
func TestRefusals(t *testing.T) {
	_, good := made(t)
	for _, test := range []struct {
		name string
		make func(t *testing.T, path string)
		want string // in the error
		tip  string
	}{
		{"empty", content(nil), "the file is empty", "move it away"},
		{"text", content([]byte("name,email\n")), "no SQLite database", "another path"},
		{"long text", content(bytes.Repeat([]byte("name,email\n"), 1000)), "no SQLite database", "another path"},
		{"cut in the head", content(good[:50]), "no SQLite database", "another path"},
		{"cut off", content(good[:len(good)-4096]), "cut off", "backup"},
		{"cut within a page", content(good[:len(good)-100]), "cut off", "backup"},
		{"damaged", content(damage(good, 3*4096, len(good)/2)), "damaged", "backup"},
		{"schema damaged", content(damage(good, 100, 4096)), "damaged", "backup"},
		{"newer", content(patch(good, 60, 0, 0, 0, 99)), "version 99", "newer moonpost"},
		{"another program's", foreign, "another program", "another path"},
		{"a folder", func(t *testing.T, path string) { fatal(t, os.Mkdir(path, 0o700)) }, "it is a folder", "another path"},
		{"no folder", func(*testing.T, string) {}, "there is no folder", "typing error"},
		{"a loose link", func(t *testing.T, path string) { fatal(t, os.Symlink(path+"x", path)) }, "no such file", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "store.db")
			if test.name == "no folder" {
				path = filepath.Join(folder, "none", "store.db")
			}
			test.make(t, path)
			before := listing(t, folder)
			s, err := Open(t.Context(), path, Options{Wall: testWall})
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			var refused *outbox.StoreError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), test.want) || !strings.Contains(refused.Hint(), test.tip) {
				t.Errorf("got %v (%v), want %q (%q)", err, refused, test.want, test.tip)
			}
			if after := listing(t, folder); after != before {
				t.Errorf("the folder was\n%sand is\n%s", before, after)
			}
		})
	}
}

func content(b []byte) func(*testing.T, string) {
	return func(t *testing.T, path string) { fatal(t, os.WriteFile(path, b, 0o600)) }
}

// damage overwrites a range with rubbish.
func damage(good []byte, from, to int) []byte {
	bad := bytes.Clone(good)
	for i := from; i < to; i++ {
		bad[i] = byte(i*7 + 1)
	}
	return bad
}

func patch(good []byte, at int, with ...byte) []byte {
	bad := bytes.Clone(good)
	copy(bad[at:], with)
	return bad
}

func foreign(t *testing.T, path string) {
	db, err := sql.Open("sqlite", path)
	fatal(t, err)
	_, err = db.Exec("create table item (id integer)")
	fatal(t, err)
	fatal(t, db.Close())
}

// listing is the names and hashes of all below a folder.
func listing(t *testing.T, folder string) string {
	t.Helper()
	var b strings.Builder
	fatal(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		b.WriteString(path)
		if d.Type().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(text)
			b.Write(sum[:4])
		}
		b.WriteByte('\n')
		return nil
	}))
	return b.String()
}

func TestUnreadableFiles(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("rights of files are NOT tested: root may read and write everything")
	}
	for _, mode := range []os.FileMode{0, 0o400} {
		path, _ := made(t)
		fatal(t, os.Chmod(path, mode))
		_, err := Open(t.Context(), path, Options{Wall: testWall})
		var refused *outbox.StoreError
		if !errors.As(err, &refused) || !strings.Contains(refused.Hint(), "rights") {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

func TestRightsOfFiles(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state", "moonpost")
	path := filepath.Join(folder, "moonpost.db")
	s, err := Open(t.Context(), path, Options{Wall: testWall, MakeFolders: true})
	fatal(t, err)
	defer s.Close()
	_, err = s.Join(t.Context())
	fatal(t, err)
	_, _, _, err = s.Put(t.Context(), outbox.NewMail{Body: make([]byte, 100<<10), Parts: []outbox.MailPart{{Recipients: []string{"a@x"}}}}, testWall())
	fatal(t, err)
	fatal(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be seen by others: %v", path, info.Mode())
		}
		return err
	}))
}

// TestLocked: another program holds the file.
func TestLocked(t *testing.T) {
	path, _ := made(t)
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=locking_mode(exclusive)")
	fatal(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = db.Exec("begin exclusive")
	fatal(t, err)
	_, err = db.Exec("insert into site (name, connections, cohorts, next, budgets, updated) values ('x', 1, 0, 0, '{}', 0)")
	fatal(t, err)
	_, err = Open(t.Context(), path, Options{Wall: testWall, Wait: 20 * time.Millisecond})
	var refused *outbox.StoreError
	if !errors.As(err, &refused) || !refused.Temporary() || !strings.Contains(err.Error(), "locked by another program") {
		t.Fatalf("%v", err)
	}
	_, err = db.Exec("rollback")
	fatal(t, err)
	fatal(t, db.Close())
	openTest(t, path)
}

// TestFullDisk stands in for a full disk by SQLite's own limit of pages.
func TestFullDisk(t *testing.T) {
	path, _ := made(t)
	s := openTest(t, path)
	ctx := t.Context()
	w, err := s.Join(ctx)
	fatal(t, err)
	walk, err := s.Produce(ctx, "b", w.ID)
	fatal(t, err)
	limit := func(pages string) {
		t.Helper()
		_, err := s.(*store).engine.(*sqliteEngine).conn.ExecContext(ctx, "pragma max_page_count = "+pages)
		fatal(t, err)
	}
	limit("1") // as many as there are
	more := make([]outbox.NewItem, 500)
	for i := range more {
		more[i] = outbox.NewItem{Key: "new" + strings.Repeat("n", i), Row: bytes.Repeat([]byte("x"), 300)}
	}
	_, err = s.Add(ctx, "b", w.ID, walk, more, testWall())
	if !errors.Is(err, outbox.ErrNoSpace) {
		t.Fatalf("%v", err)
	}
	counts, err := s.Counts(ctx, "b", 0)
	fatal(t, err)
	if counts.Total() != 100 {
		t.Errorf("%d items, want the 100 of before", counts.Total())
	}
	limit("1000000")
	_, err = s.Add(ctx, "b", w.ID, walk, more, testWall())
	fatal(t, err)
	counts, err = s.Counts(ctx, "b", 0)
	fatal(t, err)
	if counts.Total() != 600 {
		t.Errorf("%d items, want 600", counts.Total())
	}
}

func TestUnknownAddress(t *testing.T) {
	for _, address := range []string{"", "mysql://x", "store"} {
		_, err := Open(context.Background(), address, Options{Wall: testWall})
		var refused *outbox.StoreError
		if !errors.As(err, &refused) || refused.Hint() == "" {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestOpenTogether: many processes that start at once find one store.
func TestOpenTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "moonpost.db")
	openTogether(t, path)
	left, err := filepath.Glob(path + "-new*")
	if err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func openTogether(t *testing.T, address string) {
	t.Helper()
	const n = 10
	failed := make(chan error, n)
	for range n {
		go func() {
			s, err := Open(context.Background(), address, Options{Wall: testWall})
			if err == nil {
				_, err = s.Join(context.Background())
				err = errors.Join(err, s.Close())
			}
			failed <- err
		}()
	}
	for range n {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}

// TestHalfMade: a process that ended while it made the store leaves nothing that
// keeps the next from making it.
func TestHalfMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "moonpost.db")
	fatal(t, os.WriteFile(path+"-new", []byte("half"), 0o600))
	fatal(t, os.WriteFile(path+"-new-wal", []byte("half"), 0o600))
	openTest(t, path)
}
