package sqlstore

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"moonpost/outbox"
)

// Options are what a store takes of its surroundings.
type Options struct {
	Wall func() time.Time
	Log  *slog.Logger // nil: nothing is logged
	// MakeFolders makes the folder of a new SQLite store with those above it, for
	// the user alone. Without it a folder that isn't there is refused: a path with
	// a typing error would begin a second store.
	MakeFolders bool
	// Wait is how long to wait for a lock of another program; 0: 5 s.
	Wait time.Duration
}

const defaultWait = 5 * time.Second

// Open opens the store at an address and makes it where there is none:
// sqlite:/path/file.db, a path that ends in .db, or postgres://…
//
// Errors are *outbox.StoreError. A file that is refused is left as it is.
func Open(ctx context.Context, address string, o Options) (outbox.Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Wait == 0 {
		o.Wait = defaultWait
	}
	path, isSQLite := strings.CutPrefix(address, "sqlite:")
	switch {
	case isSQLite || strings.HasSuffix(address, ".db"):
		return openSQLite(ctx, path, o)
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		return openPostgres(ctx, address, o)
	}
	return nil, &outbox.StoreError{Store: address, Op: "open", Err: errors.New("no such kind of store"),
		Tip: "use sqlite:/path/file.db, a path that ends in .db, or postgres://user@host/database"}
}
