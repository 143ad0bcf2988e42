package data

import (
	"context"
	"fmt"
)

// Begin begins a transaction; within one, a part of it that can be undone alone.
func (db *SQL) Begin(ctx context.Context) error {
	text := fmt.Sprintf("savepoint moonpost_%d", db.depth)
	if db.depth == 0 {
		text = "begin"
		if db.target.dialect == sqlSQLite && !db.options.ReadOnly {
			text = "begin immediate" // who begins by reading may find the file taken when it writes
		}
	}
	if _, err := db.Exec(ctx, text, nil); err != nil {
		return err
	}
	db.depth++
	return nil
}

// Commit ends the innermost transaction and keeps what it did.
func (db *SQL) Commit(ctx context.Context) error {
	// PostgreSQL answers a commit after an error with a rollback, and no error.
	if c, ok := db.conn.(*postgresConn); ok && c.conn.TxStatus() == 'E' {
		return &SQLError{Message: "a statement of the transaction failed, so that none of it is kept", Tip: "pcall(db.transaction, db, function() … end) within it undoes a part alone"}
	}
	text := "commit"
	if db.depth > 1 {
		text = fmt.Sprintf("release savepoint moonpost_%d", db.depth-1)
	}
	if _, err := db.Exec(ctx, text, nil); err != nil {
		return err
	}
	db.depth--
	return nil
}

// Rollback ends the innermost transaction and undoes what it did. Where that fails the connection ends, which undoes
// it too, with those around it.
func (db *SQL) Rollback(ctx context.Context) {
	for len(db.open) > 0 {
		db.open[0].Close()
	}
	text := "rollback"
	if db.depth > 1 {
		text = fmt.Sprintf("rollback to savepoint moonpost_%d", db.depth-1)
	}
	if _, err := db.Exec(ctx, text, nil); err != nil {
		db.hangUp()
	}
	db.depth--
}
