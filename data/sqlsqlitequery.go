package data

import (
	"context"
	"database/sql/driver"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// sqliteDated is a query by which the driver leaves the texts of date columns as they are. It makes times of what
// stands in columns that are declared so, and such a time does not tell a moment in UTC from one without a zone. A
// column behind a plus sign is declared nothing.
type sqliteDated struct {
	text  string
	types []string // as the columns are declared
}

// sqliteKept bounds how many texts are remembered.
const sqliteKept = 1000

func (c *sqliteConn) query(ctx context.Context, text *sqlText, args []any) (sqlAnswer, error) {
	dated, known := c.dated[text.text]
	if !known {
		dated = c.look(ctx, text, args)
	}
	if dated.text != "" {
		if a, err := c.ask(ctx, dated.text, args); err == nil {
			return a.declare(dated.types), nil
		}
		delete(c.dated, text.text) // a table is another one by now
	}
	a, err := c.ask(ctx, text.text, args)
	if err != nil {
		return nil, err
	}
	return a, nil
}

// look finds out how the columns of a query are declared, without a row of it, and remembers what follows.
func (c *sqliteConn) look(ctx context.Context, text *sqlText, args []any) (dated sqliteDated) {
	if !sqliteAsks(text) {
		return dated
	}
	a, err := c.ask(ctx, "select * from (\n"+text.text[:text.end]+"\n) as q limit 0", args)
	if err != nil {
		return dated // which the query itself tells
	}
	dated = sqliteUndated(text, a.list)
	if a.close() != nil {
		return sqliteDated{}
	}
	if len(c.dated) >= sqliteKept {
		clear(c.dated)
	}
	c.dated[text.text] = dated
	return dated
}

// sqliteWrites finds what may write, or names a function that is called like it.
var sqliteWrites = regexp.MustCompile(`(?i)\b(?:insert|update|delete|replace)\b`)

// sqliteAsks tells whether a text is one question, which writes nothing.
func sqliteAsks(text *sqlText) bool {
	if len(text.heads) != 1 {
		return false
	}
	verb, _, _ := strings.Cut(text.heads[0], " ")
	return verb == "select" || verb == "with" && !sqliteWrites.MatchString(text.text)
}

// sqliteSecond finds a name that SQLite has given to the second of two columns with one name; the query's own names
// tell the mistake.
var sqliteSecond = regexp.MustCompile(`:\d+$`)

// sqliteUndated makes the query for one that answers with date columns; it is empty for others.
func sqliteUndated(text *sqlText, list []sqlColumn) (dated sqliteDated) {
	isDated := func(c sqlColumn) bool { return sqliteTimed(c.typeName) != "" }
	isSecond := func(c sqlColumn) bool { return sqliteSecond.MatchString(c.name) }
	if !slices.ContainsFunc(list, isDated) || slices.ContainsFunc(list, isSecond) {
		return dated
	}
	var columns []string
	for _, c := range list {
		name, plus := `"`+strings.ReplaceAll(c.name, `"`, `""`)+`"`, ""
		if isDated(c) {
			plus = "+"
		}
		columns = append(columns, fmt.Sprintf("%sq.%s as %s", plus, name, name))
		dated.types = append(dated.types, c.typeName)
	}
	dated.text = "select " + strings.Join(columns, ", ") + " from (\n" + text.text[:text.end] + "\n) as q"
	return dated
}

// ask runs a query.
func (c *sqliteConn) ask(ctx context.Context, text string, args []any) (*sqliteAnswer, error) {
	rows, stmt, err := c.driverConn.query(ctx, text, args)
	if err != nil {
		return nil, err
	}
	a := newDriverAnswer(&c.driverConn, rows, stmt)
	for i := range a.list {
		c := &a.list[i]
		c.flag = c.typeName == "BOOLEAN" || c.typeName == "BOOL"
		if m := sqliteDecimal.FindStringSubmatch(c.typeName); m != nil {
			c.decimal = true
			c.scale, _ = strconv.Atoi(m[1]) // none is 0
		}
	}
	return &sqliteAnswer{conn: c, driverAnswer: a}, nil
}

// declare says how the columns are declared.
func (a *sqliteAnswer) declare(types []string) *sqliteAnswer {
	for i := range a.list {
		a.list[i].typeName = types[i]
	}
	return a
}

func (c *sqliteConn) exec(ctx context.Context, text *sqlText, args []any) (SQLResult, error) {
	several := len(text.heads) > 1 || slices.ContainsFunc(text.heads, sqliteUnclear.MatchString)
	var before, after int64
	var err error
	if several {
		if before, err = c.changes(ctx); err != nil {
			return SQLResult{}, err
		}
	}
	result, err := c.driverConn.exec(ctx, text.text, args)
	if err != nil || result == nil || len(text.heads) == 0 {
		return SQLResult{}, err
	}
	var r SQLResult
	switch {
	case several:
		after, err = c.changes(ctx)
		r.Rows = after - before
	case sqliteChanges.MatchString(text.heads[0]): // SQLite tells that of the last statement that changed rows
		r.Rows, err = result.RowsAffected()
	}
	if err != nil {
		return r, err
	}
	r.LastID, err = result.LastInsertId()
	r.HasID = r.Rows > 0 && slices.ContainsFunc(text.heads, sqliteInserts.MatchString) // of the last that inserted
	return r, err
}

// Statements by their first words.
var (
	sqliteInserts = regexp.MustCompile(`^(?:insert|replace)\b`)
	sqliteChanges = regexp.MustCompile(`^(?:insert|replace|update|delete)\b`)
	sqliteUnclear = regexp.MustCompile(`^with\b`)
)

// changes is how many rows the connection has changed so far, those that triggers change among them.
func (c *sqliteConn) changes(ctx context.Context) (int64, error) {
	rows, stmt, err := c.driverConn.query(ctx, "select total_changes()", nil)
	if err != nil {
		return 0, err
	}
	a := newDriverAnswer(&c.driverConn, rows, stmt)
	defer a.close() //nolint:errcheck // the one row is read
	var v [1]driver.Value
	if err := rows.Next(v[:]); err != nil {
		return 0, err
	}
	n, _ := v[0].(int64) // it is a number
	return n, nil
}
