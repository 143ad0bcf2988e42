package data

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// SQLError is what a database refused, or why it cannot be reached.
type SQLError struct {
	Name    string // the database's address without secrets; empty where a statement failed
	Message string // the server's words
	Detail  string // more words of the server
	State   string // SQLSTATE, of PostgreSQL and MySQL
	Number  int    // of MySQL and SQLite, else 0
	Place   string // where in the statement: "line 2, column 8: from sales whre"
	Tip     string // what to do about it
	Lost    bool   // the connection is no more
	err     error
}

// Error is one line with the server's words.
func (e *SQLError) Error() string {
	text := e.Message
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	if e.Place != "" {
		text += ", at " + e.Place
	}
	if e.Name != "" {
		text = e.Name + ": " + text
	}
	return text
}

func (e *SQLError) Unwrap() error { return e.err }

// Kind is "sql".
func (e *SQLError) Kind() string { return "sql" }

// Hint says what to do about it, or is empty.
func (e *SQLError) Hint() string { return e.Tip }

// SQLUsageError is a wrong call; nothing has gone to the database. Its kind is "argument".
type SQLUsageError struct{ Text, Tip string }

func (e *SQLUsageError) Error() string { return e.Text }

// Kind is "argument".
func (e *SQLUsageError) Kind() string { return "argument" }

// Hint says how to write it.
func (e *SQLUsageError) Hint() string { return e.Tip }

// broken makes an error of this room out of a driver's; what ended the wait counts more than what the driver says of it.
func (db *SQL) broken(w *sqlWait, what string, err error, call *sqlCall) error {
	var known *SQLError
	var usage *SQLUsageError
	switch {
	case w.outer.Err() != nil:
		return context.Cause(w.outer)
	case errors.Is(context.Cause(w.ctx), errSQLTime):
		return &SQLTimeout{Name: db.Name(), What: what, Limit: w.limit}
	case errors.As(err, &usage), errors.Is(err, errSQLAllowed):
		return err
	case errors.As(err, &known):
		return known
	}
	return db.explain(err, call)
}

// explain knows the drivers' errors.
func (db *SQL) explain(err error, call *sqlCall) *SQLError {
	e := &SQLError{Message: sqlPlainText(err), err: err}
	if call == nil {
		e.Name = db.Name()
	}
	switch db.target.dialect {
	case sqlPostgres:
		at := explainPostgres(err, e)
		if at > 0 && call != nil {
			e.Place = sqlPlace(call.script, call.text.original(runeOffset(call.text.text, at-1)))
		}
		if call != nil && strings.HasPrefix(e.Tip, postgresGuess) && slices.ContainsFunc(call.args, isSQLList) {
			e.Tip = "a list is an array: where x = any(?); in (?, ?) takes a placeholder for each element"
		}
	case sqlMySQL:
		explainMySQL(err, e)
	default:
		explainSQLite(err, e)
	}
	if db.options.ReadOnly && (e.State == "25006" || db.target.dialect == sqlMySQL && e.Number == 1792 || e.readOnlyFile()) {
		e.Tip = "the database was opened with read_only = true"
	}
	if e.Tip == "" {
		e.Tip = db.target.networkTip(err)
	}
	return e
}

func isSQLList(v any) bool {
	_, ok := v.([]any)
	return ok
}

// runeOffset is the offset of the n-th character.
func runeOffset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// sqlPlainText is an error's text on one line, each line of it once: every address of a server is tried.
func sqlPlainText(err error) string {
	var said []string
	seen := map[string]bool{}
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); line != "" && !seen[line] {
			seen[line] = true
			said = append(said, line)
		}
	}
	text := strings.Join(said, "; ")
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return text
}
