package data

import (
	"context"
	"fmt"
	"regexp"
	"slices"
)

// Begin begins a transaction; within one, a part of it that can be undone alone.
func (db *SQL) Begin(ctx context.Context) error {
	if db.manual {
		return &SQLUsageError{Text: "a transaction is open already, which a statement has begun", Tip: "let db:transaction begin and end it, or db:exec, but not both"}
	}
	text := fmt.Sprintf("savepoint moonpost_%d", db.depth)
	if db.depth == 0 {
		text = "begin"
		if db.target.dialect == sqlSQLite && !db.options.ReadOnly {
			text = "begin immediate" // who begins by reading may find the file taken when it writes
		}
	}
	if err := db.command(ctx, text); err != nil {
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
	if err := db.command(ctx, text); err != nil {
		return err
	}
	db.depth--
	return nil
}

// Rollback ends the innermost transaction and undoes what it did. Where that fails the connection ends, which undoes
// it too, with those around it.
func (db *SQL) Rollback(ctx context.Context) {
	for _, r := range slices.Clone(db.open) {
		if r.depth >= db.depth { // rows that were asked for before it go on
			r.cut(errSQLUndone)
		}
	}
	text := "rollback"
	if db.depth > 1 {
		text = fmt.Sprintf("rollback to savepoint moonpost_%d", db.depth-1)
	}
	if err := db.command(ctx, text); err != nil {
		db.hangUp(errSQLUndone)
	}
	db.depth--
}

// command runs a statement of our own.
func (db *SQL) command(ctx context.Context, text string) error {
	if db.closed {
		return &SQLUsageError{Text: "the database is closed"}
	}
	call := &sqlCall{script: text, text: parseSQL(text, db.target.dialect)}
	if err := db.makeReady(ctx, call); err != nil {
		return err
	}
	_, err := db.run(ctx, call)
	db.manual = false // it is ours
	return err
}

// Statements by which a script begins and ends a transaction of its own, by their first words.
var (
	sqlBegins = regexp.MustCompile(`^(?:begin(?: (?:work|tran|transaction|deferred|immediate|exclusive|isolation|read|not deferrable)\b.*)?|start transaction.*)$`)
	sqlEnds   = regexp.MustCompile(`^(?:commit|end|rollback|abort)(?: (?:work|tran|transaction|and .*))?$`)
)

// follow notes whether a transaction of the script's own is open after a statement.
func (db *SQL) follow(text *sqlText, err error) {
	if db.depth > 0 {
		return
	}
	for _, head := range text.heads {
		switch {
		case sqlBegins.MatchString(head):
			db.manual = true
		case err == nil && sqlEnds.MatchString(head):
			db.manual = false
		}
	}
	if c, ok := db.conn.(*postgresConn); ok && !c.conn.IsClosed() {
		db.manual = c.conn.TxStatus() != 'I'
	}
}

// beginsAnew holds for a statement that needs nothing of a transaction that was lost.
func beginsAnew(text *sqlText) bool {
	return len(text.heads) > 0 && (sqlBegins.MatchString(text.heads[0]) || sqlRollsBack.MatchString(text.heads[0]))
}

var sqlRollsBack = regexp.MustCompile(`^(?:rollback|abort)(?: (?:work|tran|transaction))?$`)

// nested refuses statements that would end the transaction under db:transaction, which then undoes nothing.
func (db *SQL) nested(text *sqlText) error {
	if db.depth == 0 || len(text.heads) == 0 {
		return nil
	}
	for _, head := range text.heads {
		switch {
		case sqlCreates.MatchString(head): // the body of a routine has such words too
			return nil
		case sqlBegins.MatchString(head), sqlEnds.MatchString(head):
			return &SQLUsageError{Text: fmt.Sprintf("%q would end or mix up the transaction that db:transaction has begun", head), Tip: "it is kept when the function returns, and undone when it raises"}
		}
	}
	return nil
}

var sqlCreates = regexp.MustCompile(`^(?:create|alter|do)\b`)
