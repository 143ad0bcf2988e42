package data

import (
	"context"
	"slices"
)

// setAside closes the answers that nobody reads any more, and reads others to their end where the connection carries
// only one at a time.
func (db *SQL) setAside(ctx context.Context) error {
	for _, r := range slices.Clone(db.open) {
		if r.Abandoned != nil && r.Abandoned() {
			r.Close()
			continue
		}
		if db.target.dialect == sqlSQLite {
			continue
		}
		if err := r.spool(ctx); err != nil {
			return err
		}
	}
	return nil
}

// revive connects again where the connection is lost and nothing depends on it.
func (db *SQL) revive(ctx context.Context, text *sqlText) error {
	if db.conn != nil && db.conn.ready(ctx) {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	manual := db.manual && !beginsAnew(text)
	switch {
	case manual:
		db.hangUp(errSQLGone)
		fallthrough
	case db.depth > 0:
		return &SQLError{Name: db.Name(), Message: "the connection was lost", Tip: "what the transaction did is undone; run it again"}
	case db.target.memory():
		return &SQLError{Name: db.Name(), Message: "a query was broken off, and the database with it", Tip: "a database in memory ends with its connection"}
	}
	db.hangUp(errSQLGone)
	return db.connect(ctx)
}
