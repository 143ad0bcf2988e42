package data

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// sqlCall is one statement on its way.
type sqlCall struct {
	script string // as the script has it
	text   sqlText
	args   []any
}

// prepare checks a statement before anything goes out, and makes room for its answer.
func (db *SQL) prepare(ctx context.Context, text string, args []any, one bool) (*sqlCall, error) {
	c := &sqlCall{script: text, text: parseSQL(text, db.target.dialect), args: args}
	if err := db.check(c, one); err != nil {
		return nil, err
	}
	return c, db.makeReady(ctx, c)
}

// makeReady has the connection free for a statement.
func (db *SQL) makeReady(ctx context.Context, c *sqlCall) error {
	if err := db.setAside(ctx); err != nil {
		return err
	}
	return db.revive(ctx, &c.text)
}

func (db *SQL) check(c *sqlCall, one bool) error {
	switch n := c.text.holders; {
	case db.closed:
		return &SQLUsageError{Text: "the database is closed"}
	case n != len(c.args):
		return db.miscounted(c)
	case c.text.numbered && n > 0:
		return &SQLUsageError{Text: "placeholders have no numbers", Tip: "write ? for each, for every database"}
	case db.target.dialect == sqlPostgres && strings.ContainsRune(c.script, 0):
		return &SQLUsageError{Text: "the statement holds an octet 0, which PostgreSQL takes for its end"}
	case db.copies(c, "stdin"):
		return &SQLUsageError{Text: "copy … from stdin gets no rows here", Tip: "insert them; pg_dump --inserts writes a dump that does"}
	case db.copies(c, "stdout"):
		return &SQLUsageError{Text: "copy … to stdout gives no rows here", Tip: "select gives them"}
	case c.text.several && (one || n > 0):
		return &SQLUsageError{Text: "there is more than one statement", Tip: "db:exec runs several statements when they have no parameters"}
	}
	for i, arg := range c.args {
		if list, ok := arg.([]any); ok && db.target.dialect != sqlPostgres {
			return &SQLUsageError{Text: fmt.Sprintf("parameter %d is a list of %d, which only PostgreSQL takes", i+1, len(list)), Tip: "write a placeholder for each element: in (?, ?)"}
		}
	}
	if err := db.nested(&c.text); err != nil {
		return err
	}
	return db.readsOnly(c)
}

// miscounted is the error of a statement with more or fewer placeholders than parameters.
func (db *SQL) miscounted(c *sqlCall) error {
	n := c.text.holders
	e := &SQLUsageError{Text: fmt.Sprintf("the statement has %s, but %s given", sqlCount(n, "placeholder"), sqlCountGiven(len(c.args)))}
	switch {
	case c.text.numbered, n == 0:
		e.Tip = "placeholders are written ? for every database"
	case len(c.args) == 1 && isSQLList(c.args[0]):
		e.Tip = "parameters are given one by one: db:query(text, a, b), or db:query(text, unpack(list))"
	case db.target.dialect == sqlPostgres && n > len(c.args):
		e.Tip = "a question mark of an operator is written twice: ??, ??|, ??&"
	}
	return e
}

// copies finds PostgreSQL's statement that would have rows go over the connection.
func (db *SQL) copies(c *sqlCall, where string) bool {
	return db.target.dialect == sqlPostgres && slices.ContainsFunc(c.text.heads, func(head string) bool { return strings.HasPrefix(head, "copy") }) &&
		strings.Contains(strings.ToLower(bareSQL(c.script, sqlPostgres)), where)
}

func sqlCount(n int, what string) string {
	switch n {
	case 0:
		return "no " + what + "s"
	case 1:
		return "one " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func sqlCountGiven(n int) string {
	if n == 1 {
		return "one parameter was"
	}
	return sqlCount(n, "parameter") + " were"
}
