package sqlstore

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"moonpost/outbox"
)

// workersFolder has a file for each worker, locked by its process for as long as
// it lives: the system gives the lock back at once, however the process ends.
func (e *sqliteEngine) workersFolder() string { return e.path + "-workers" }

func (e *sqliteEngine) lockPath(worker int64) string {
	return filepath.Join(e.workersFolder(), strconv.FormatInt(worker, 10)+lockSuffix)
}

const lockSuffix = ".lock"

// lockNote is what stands in the file, for people.
type lockNote struct {
	Process int       `json:"process"`
	Host    string    `json:"host"`
	Since   time.Time `json:"since"`
	Batch   string    `json:"batch,omitempty"`
}

func (e *sqliteEngine) self() (host string, process int) {
	host, _ = os.Hostname() // without one the process number will do
	return host, os.Getpid()
}

// join runs before the worker's row is seen by others: who sees the row finds the
// lock taken.
func (e *sqliteEngine) join(_ *tx, w outbox.Worker) error {
	if err := os.MkdirAll(e.workersFolder(), 0o700); err != nil {
		return err
	}
	lock, ok, err := tryLock(e.lockPath(w.ID))
	if err == nil && !ok {
		err = fmt.Errorf("%s is locked by another process", e.lockPath(w.ID))
	}
	if err != nil {
		return err
	}
	lock.note = lockNote{Process: w.Process, Host: w.Host, Since: w.Since}
	e.mu.Lock()
	e.workers[w.ID] = lock
	e.mu.Unlock()
	return lock.write()
}

func (e *sqliteEngine) left(worker int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if lock := e.workers[worker]; lock != nil {
		lock.remove()
		delete(e.workers, worker)
	}
}

func (e *sqliteEngine) note(worker int64, batch string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if lock := e.workers[worker]; lock != nil {
		lock.note.Batch = batch
		if err := lock.write(); err != nil {
			e.log.Warn("cannot note the batch beside the store", "error", err)
		}
	}
}

func (e *sqliteEngine) living(t *tx, worker int64) (w outbox.Worker, ok bool, err error) {
	w.ID = worker
	var since int64
	err = t.one(`select host, process, since from worker where id = $1`, []any{&w.Host, &w.Process, &since}, worker)
	if errors.Is(err, sql.ErrNoRows) {
		return w, false, nil
	}
	w.Since = fromMilli(since)
	if err != nil {
		return w, false, err
	}
	dead, err := e.dead(worker)
	return w, !dead, err
}

// dead tells whether nobody holds a worker's lock. It takes the file away then:
// the number is never used again.
func (e *sqliteEngine) dead(worker int64) (bool, error) {
	e.mu.Lock()
	_, own := e.workers[worker]
	e.mu.Unlock()
	if own {
		return false, nil
	}
	if _, err := os.Stat(e.lockPath(worker)); errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	lock, ok, err := tryLock(e.lockPath(worker))
	if ok {
		lock.remove()
	}
	return ok, err
}

func (e *sqliteEngine) bury(t *tx) error {
	ids, err := t.ints(`select id from worker`)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, id := range ids {
		dead, err := e.dead(id)
		if err != nil {
			return err
		}
		if !dead {
			known[filepath.Base(e.lockPath(id))] = true
		} else if err := t.strike("= $1", id); err != nil {
			return err
		}
	}
	return e.clear(known)
}

// clear removes locks of workers that died before anybody saw them.
func (e *sqliteEngine) clear(known map[string]bool) error {
	files, err := os.ReadDir(e.workersFolder())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, file := range files {
		id, isNumber := strings.CutSuffix(file.Name(), lockSuffix)
		if n, bad := strconv.ParseInt(id, 10, 64); isNumber && bad == nil && !known[file.Name()] {
			if _, err := e.dead(n); err != nil {
				return err
			}
		}
	}
	return err
}

// beat has nothing to divide: limits hold for each process.
func (e *sqliteEngine) beat(_ *tx, _ int64, wants []outbox.Want) ([]outbox.Share, error) {
	shares := make([]outbox.Share, len(wants))
	for i, want := range wants {
		shares[i] = outbox.Share{Name: want.Name, Held: want.Shards, Shards: want.Shards}
	}
	return shares, nil
}

// others names the processes that work on the store, for the message about a
// lock: it may be one of them.
func (e *sqliteEngine) others() string {
	files, err := os.ReadDir(e.workersFolder())
	if err != nil {
		return ""
	}
	var names []string
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(e.workersFolder(), file.Name()))
		var note lockNote
		if err == nil && json.Unmarshal(text, &note) == nil && note.Process != os.Getpid() {
			names = append(names, fmt.Sprintf("process %d on %s", note.Process, note.Host))
		}
	}
	if names == nil {
		return ""
	}
	return " (perhaps " + strings.Join(names, ", ") + ")"
}
