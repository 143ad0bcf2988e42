package sqlstore

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/outbox/outboxtest"
)

func TestSQLite(t *testing.T) {
	outboxtest.Test(t, outboxtest.Backend{
		New:  func(t *testing.T) string { return filepath.Join(t.TempDir(), "moonpost.db") },
		Open: openTest,
		Kill: func(_ *testing.T, s outbox.Store, worker int64) {
			e := s.(*store).engine.(*sqliteEngine)
			e.mu.Lock()
			defer e.mu.Unlock()
			e.workers[worker].close()
			delete(e.workers, worker)
		},
	})
}

func openTest(t *testing.T, address string) outbox.Store {
	t.Helper()
	s, err := Open(t.Context(), address, Options{Wall: testWall})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func testWall() time.Time { return time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC) }

// TestClosed: a closed store says so, and closing it again does no harm.
func TestClosed(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "moonpost.db"))
	fatal(t, s.Close())
	fatal(t, s.Close())
	if _, err := s.Join(t.Context()); err == nil {
		t.Error("a worker joined a closed store")
	}
	if _, err := s.Items(t.Context(), outbox.Filter{}); err == nil {
		t.Error("a closed store gave items")
	}
}

// TestLink: a store that is opened by a link is the same one, with its workers and large
// messages.
func TestLink(t *testing.T) {
	folder := t.TempDir()
	path, link := filepath.Join(folder, "moonpost.db"), filepath.Join(folder, "link.db")
	s := openTest(t, path)
	if err := os.Symlink("moonpost.db", link); err != nil {
		t.Skipf("NO LINKS HERE: %v", err)
	}
	w, err := s.Join(t.Context())
	fatal(t, err)
	_, _, err = s.OpenBatch(t.Context(), "b", outbox.Fingerprint{}, testWall())
	fatal(t, err)
	_, err = s.Produce(t.Context(), "b", w.ID)
	fatal(t, err)
	other := openTest(t, link)
	_, _, err = other.Recover(t.Context())
	fatal(t, err)
	w2, err := other.Join(t.Context())
	fatal(t, err)
	var busy *outbox.BusyError
	if _, err := other.Produce(t.Context(), "b", w2.ID); !errors.As(err, &busy) {
		t.Errorf("a batch that is being run: %v", err)
	}
	m := outbox.NewMail{Key: "k", Body: make([]byte, inDatabase), Parts: []outbox.MailPart{{Recipients: []string{"a@x.test"}, Relays: []string{"r"}, Site: "r"}}}
	_, _, _, err = other.Put(t.Context(), m, testWall())
	fatal(t, err)
	list, err := s.Items(t.Context(), outbox.Filter{Batch: outbox.Queue})
	fatal(t, err)
	if body, err := s.Body(t.Context(), list[0].Body); err != nil || len(body) != inDatabase {
		t.Errorf("a large message: %d octets, %v", len(body), err)
	}
}

// TestLogStaysSmall: the log of a store that is written all the time, and read
// too, is copied into it now and then.
func TestLogStaysSmall(t *testing.T) {
	path := filepath.Join(t.TempDir(), "moonpost.db")
	s := openTest(t, path)
	value := make([]byte, 200<<10)
	largest := int64(0)
	for i := range 200 { // 40 MB in all
		fatal(t, s.SetValue(t.Context(), "s", "k", value, time.Time{}, testWall()))
		if i%10 == 0 {
			_, _, _, err := s.Value(t.Context(), "s", "k", testWall())
			fatal(t, err)
		}
		info, err := os.Stat(path + "-wal")
		fatal(t, err)
		largest = max(largest, info.Size())
	}
	if limit := int64(checkpointPages+200) * 4200; largest > limit {
		t.Errorf("the log grew to %d bytes, more than %d", largest, limit)
	}
}
