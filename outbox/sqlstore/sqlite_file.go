package sqlstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"moonpost/outbox"
)

// refused is a file that cannot be a store.
func (e *sqliteEngine) refused(tip, format string, args ...any) error {
	return &outbox.StoreError{Store: e.s.name, Op: "open", Err: fmt.Errorf(format, args...), Tip: tip}
}

const anotherTip = "give --store another path, or move the file away"

// make makes a store where there is no file. It is made whole under another name
// first: a process that ends half-way leaves no half store.
func (e *sqliteEngine) make(ctx context.Context, o Options) error {
	if _, err := os.Lstat(e.path); !errors.Is(err, fs.ErrNotExist) {
		return nil // inspect tells what is wrong with it
	}
	folder := filepath.Dir(e.path)
	if o.MakeFolders {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return e.refused("make it, or look for a typing error", "there is no folder %s", folder)
	}
	if err := os.MkdirAll(e.workersFolder(), 0o700); err != nil {
		return err
	}
	lock, err := waitForLock(ctx, filepath.Join(e.workersFolder(), "new.lock"))
	if err != nil {
		return err
	}
	defer lock.close()
	if _, err := os.Lstat(e.path); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return e.makeWhole(ctx, o)
}

func (e *sqliteEngine) makeWhole(ctx context.Context, o Options) error {
	temporary := e.path + "-new"
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(temporary + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	db, conn, err := openWriter(ctx, temporary, o.Wait)
	if err != nil {
		return err
	}
	if err = migrateSQLite(ctx, conn); err == nil {
		_, err = conn.ExecContext(ctx, "pragma wal_checkpoint(truncate)")
	}
	if err = errors.Join(err, conn.Close(), db.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary, e.path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(e.path))
}

// inspect looks at a file before SQLite does, since SQLite would begin to write
// beside it. It returns the version of the schema.
func (e *sqliteEngine) inspect(ctx context.Context) (version int, err error) {
	info, err := os.Stat(e.path)
	switch {
	case err != nil:
		return 0, err
	case info.IsDir():
		return 0, e.refused(anotherTip, "it is a folder")
	case !info.Mode().IsRegular():
		return 0, e.refused(anotherTip, "it is no file")
	case info.Size() == 0:
		return 0, e.refused("move it away to begin a new store; if there was one, it has been cut off: restore it", "the file is empty")
	}
	file, err := os.OpenFile(e.path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errReadOnly) {
		return 0, e.refused("look at the rights of the file and its folder: it must be readable and writable", "%w", err)
	}
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	head := make([]byte, 100)
	if _, err := io.ReadFull(file, head); err != nil || string(head[:16]) != "SQLite format 3\x00" {
		return 0, e.refused(anotherTip, "the file is no SQLite database")
	}
	version, err = e.inspectHead(head, info.Size())
	if err != nil {
		return 0, err
	}
	return version, e.inspectInside(ctx, info.Size())
}

// inspectHead reads what stands at the beginning of every SQLite file.
func (e *sqliteEngine) inspectHead(head []byte, size int64) (version int, err error) {
	number := func(at int) int64 { return int64(binary.BigEndian.Uint32(head[at:])) }
	if number(68) != applicationID {
		return 0, e.refused(anotherTip, "the file is the database of another program")
	}
	if version = int(number(60)); version > newestVersion() {
		return 0, e.refused(newerTip, "%w", newerError(version))
	}
	page := int64(binary.BigEndian.Uint16(head[16:]))
	if page == 1 {
		page = 65536
	}
	// With a log beside it the file may be behind what its head says.
	if !e.hasLog() && number(24) == number(92) && number(28)*page > size {
		return 0, e.refused(damagedTip, "the file is cut off: it has %d of %d bytes", size, number(28)*page)
	}
	return version, nil
}

func (e *sqliteEngine) hasLog() bool {
	info, err := os.Stat(e.path + "-wal")
	return err == nil && info.Size() > 0
}

// quickCheckSize is up to which size a file is read whole before it is trusted.
const quickCheckSize = 4 << 20

// inspectInside reads the database as if it could not change, so that nothing is
// made beside a damaged one. A file with a log cannot be read so; what is wrong
// with it shows when it is used.
func (e *sqliteEngine) inspectInside(ctx context.Context, size int64) error {
	if e.hasLog() {
		return nil
	}
	db, err := openPool(e.path, 0, "&mode=ro&immutable=1")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	question := "select count(*) from batch union all select count(*) from worker union all select count(*) from site"
	if size <= quickCheckSize {
		question = "pragma quick_check(1)"
	}
	found, err := db.QueryContext(ctx, question)
	if err == nil {
		answer := ""
		err = each(found, nil, func(scan scan) error { return scan(&answer) })
		if err == nil && size <= quickCheckSize && answer != "ok" {
			err = errors.New(answer)
		}
	}
	if err != nil && ctx.Err() == nil {
		return e.refused(damagedTip, "the file is damaged: %w", err)
	}
	return err
}
