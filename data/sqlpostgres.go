package data

import (
	"context"
	"io"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgresConn speaks to PostgreSQL in texts, so that every value has all its digits.
type postgresConn struct {
	conn  *pgconn.PgConn
	types map[string][]uint32 // of the parameters of a statement
	mono  func() time.Time
	used  time.Time // when it was last seen to live
}

// Limits of a connection to PostgreSQL.
const (
	postgresCancelTime = 500 * time.Millisecond // for the server to break a query off
	postgresIdleTime   = time.Second            // after which a connection is looked at before it is used
	postgresKeptTypes  = 1000
)

// postgresRetypes finds statements after which a text may have parameters of other types.
var postgresRetypes = regexp.MustCompile(`^(?:create|alter|drop|set|reset|discard|rollback)\b`)

func connectPostgres(ctx context.Context, t *sqlTarget, o *SQLOptions) (sqlConn, error) {
	config, err := postgresConfig(t, o)
	if err != nil {
		return nil, err
	}
	conn, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	c := &postgresConn{conn: conn, types: map[string][]uint32{}, mono: o.Mono, used: o.Mono()}
	if o.ReadOnly {
		if _, err := c.exec(ctx, &sqlText{text: "set session characteristics as transaction read only"}, nil); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

// ready looks at a connection that was idle: servers end such, and firewalls forget them.
func (c *postgresConn) ready(ctx context.Context) bool {
	if c.conn.IsClosed() {
		return false
	}
	idle := c.mono().Sub(c.used)
	c.used = c.mono()
	return idle < postgresIdleTime || c.conn.Ping(ctx) == nil
}

func (c *postgresConn) close() {
	ctx, cancel := context.WithTimeout(context.Background(), postgresCancelTime)
	defer cancel()
	_ = c.conn.Close(ctx) // a connection that is no more is closed too
}

func (c *postgresConn) query(ctx context.Context, text *sqlText, args []any) (sqlAnswer, error) {
	reader, err := c.send(ctx, text.text, args)
	if err != nil {
		return nil, err
	}
	a := &postgresAnswer{conn: c, reader: reader}
	a.ahead = reader.NextRow() // so that errors are told before the first row is asked for
	for _, f := range reader.FieldDescriptions() {
		a.names = append(a.names, f.Name)
		a.types = append(a.types, f.DataTypeOID)
	}
	if !a.ahead {
		if err := a.close(); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// send has the server run one statement.
func (c *postgresConn) send(ctx context.Context, text string, args []any) (*pgconn.ResultReader, error) {
	types, err := c.parameterTypes(ctx, text, args)
	if err != nil {
		return nil, err
	}
	oids := make([]uint32, len(args))
	copy(oids, types)
	values := make([][]byte, len(args))
	for i, arg := range args {
		if _, ok := arg.(SQLBlob); ok {
			oids[i] = postgresBytea
		}
		values[i] = postgresParameter(arg, oids[i])
	}
	return c.conn.ExecParams(ctx, text, values, oids, nil, nil), nil
}

// parameterTypes asks the server which types the parameters have, where that makes a difference: text for a bytea is
// written otherwise.
func (c *postgresConn) parameterTypes(ctx context.Context, text string, args []any) ([]uint32, error) {
	asks := false
	for _, arg := range args {
		switch arg.(type) {
		case string, []any:
			asks = true
		}
	}
	if types, ok := c.types[text]; ok || !asks {
		return types, nil
	}
	described, err := c.conn.Prepare(ctx, "", text, nil)
	if err != nil {
		return nil, err
	}
	if len(described.ParamOIDs) != len(args) {
		return nil, &SQLUsageError{Text: "the server sees " + sqlCount(len(described.ParamOIDs), "parameter") + ", not " + strconv.Itoa(len(args))}
	}
	if len(c.types) >= postgresKeptTypes {
		clear(c.types)
	}
	c.types[text] = described.ParamOIDs
	return described.ParamOIDs, nil
}

// exec runs statements without parameters by the simple protocol, which takes several.
func (c *postgresConn) exec(ctx context.Context, text *sqlText, args []any) (SQLResult, error) {
	var r SQLResult
	if len(args) == 0 {
		if slices.ContainsFunc(text.heads, postgresRetypes.MatchString) {
			clear(c.types)
		}
		results := c.conn.Exec(ctx, text.text)
		for results.NextResult() {
			tag, err := results.ResultReader().Close()
			if err == nil && !tag.Select() {
				r.Rows += tag.RowsAffected()
			}
		}
		return r, results.Close()
	}
	reader, err := c.send(ctx, text.text, args)
	if err != nil {
		return r, err
	}
	tag, err := reader.Close()
	if !tag.Select() {
		r.Rows = tag.RowsAffected()
	}
	return r, err
}

type postgresAnswer struct {
	conn   *postgresConn
	reader *pgconn.ResultReader
	names  []string
	types  []uint32
	ahead  bool // a row is read already
	closed bool
}

func (a *postgresAnswer) columns() []string { return a.names }

func (a *postgresAnswer) next(context.Context) ([]any, error) {
	if !a.ahead && !a.reader.NextRow() {
		if err := a.close(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	a.ahead = false
	values := a.reader.Values()
	row := make([]any, len(values))
	for i, v := range values {
		if v != nil {
			row[i] = postgresValue(string(v), a.types[i])
		}
	}
	return row, nil
}

// close reads the rest of the answer; of a long one that is left early the server is told to stop. Within a transaction
// it is not: the server would count that as an error, which undoes the transaction.
func (a *postgresAnswer) close() error {
	if a.closed {
		return nil
	}
	a.closed = true
	for n := 0; n < 1000 || a.conn.conn.TxStatus() != 'I'; n++ {
		if !a.reader.NextRow() {
			_, err := a.reader.Close()
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), postgresCancelTime)
	defer cancel()
	_ = a.conn.conn.CancelRequest(ctx) // the rest is read all the same
	_, err := a.reader.Close()
	return err
}
