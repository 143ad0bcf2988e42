package sqlstore

import (
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
