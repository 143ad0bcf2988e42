package data

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
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
	postgresIdleTime   = time.Minute            // after which a connection is looked at before it is used
	postgresKeptTypes  = 1000
)

// postgresCopies finds the statement for which the server would wait, for rows that do not come.
var postgresCopies = regexp.MustCompile(`(?is)(?:^|;)\s*copy\s[^;]*\sfrom\s+stdin\b`)

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
		if _, err := c.exec(ctx, "set session characteristics as transaction read only", nil); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

// postgresConfig makes the driver's settings. An address without sslmode gets that of the options.
func postgresConfig(t *sqlTarget, o *SQLOptions) (*pgconn.Config, error) {
	config, err := parsePostgres(t.url, "")
	if err != nil {
		return nil, err
	}
	local := true
	for _, host := range postgresHosts(config) {
		network, address := pgconn.NetworkAddress(host.Host, host.Port)
		if err := o.allowed(network, address); err != nil {
			return nil, err
		}
		local = local && localHost(host.Host)
	}
	if o.Confined && postgresReads(t.url) {
		return nil, &SQLUsageError{Text: "the address names files, which the sandbox doesn't give"}
	}
	if config, err = parsePostgres(t.url, postgresTLSMode(t.url, o, local)); err != nil {
		return nil, err
	}
	if err := trustCA(postgresTLS(config), o.CA); err != nil {
		return nil, err
	}
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: postgresCancelTime}
	}
	config.OnNotice = func(*pgconn.PgConn, *pgconn.Notice) {}
	for name, value := range map[string]string{"datestyle": "ISO", "client_encoding": "UTF8"} {
		config.RuntimeParams[name] = value
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = o.Program
	}
	return config, nil
}

// parsePostgres has the driver read an address; its words about it may quote a password.
func parsePostgres(u *url.URL, mode string) (*pgconn.Config, error) {
	address := *u
	if mode != "" {
		query := address.Query()
		query.Set("sslmode", mode)
		address.RawQuery = query.Encode()
	}
	config, err := pgconn.ParseConfig(address.String())
	if err != nil {
		return nil, &SQLUsageError{Text: "the address of the database cannot be read", Tip: "look at its port and at what stands behind the question mark: sslmode, sslrootcert, connect_timeout, application_name, search_path …"}
	}
	return config, nil
}

func postgresTLSMode(u *url.URL, o *SQLOptions, local bool) string {
	switch {
	case o.TLS == SQLTLSNone:
		return "disable"
	case o.TLS == SQLTLSVerified, o.CA != nil && o.TLS == SQLTLSAuto:
		return "verify-full"
	case o.TLS == SQLTLSUnverified:
		return "require"
	case u.Query().Get("sslmode") != "":
		return ""
	case local:
		return "prefer"
	}
	return "verify-full"
}

// postgresReads tells whether an address has the driver read files.
func postgresReads(u *url.URL) bool {
	query := u.Query()
	for _, name := range []string{"sslcert", "sslkey", "sslrootcert", "passfile", "service", "servicefile"} {
		if query.Has(name) {
			return true
		}
	}
	return false
}

// postgresHosts lists the servers that are tried.
func postgresHosts(c *pgconn.Config) []*pgconn.FallbackConfig {
	return append([]*pgconn.FallbackConfig{{Host: c.Host, Port: c.Port, TLSConfig: c.TLSConfig}}, c.Fallbacks...)
}

func postgresTLS(c *pgconn.Config) (configs []*tls.Config) {
	for _, host := range postgresHosts(c) {
		if host.TLSConfig != nil {
			configs = append(configs, host.TLSConfig)
		}
	}
	return configs
}

// trustCA has the configurations trust the authorities of a PEM text, where there is one.
func trustCA(configs []*tls.Config, pem []byte) error {
	if pem == nil {
		return nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return &SQLUsageError{Text: "ca_file holds no certificate", Tip: "it is a text that begins with -----BEGIN CERTIFICATE-----"}
	}
	for _, c := range configs {
		c.RootCAs = pool
	}
	return nil
}

// ready looks at a connection that was idle for long: firewalls forget such.
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

func (c *postgresConn) query(ctx context.Context, text string, args []any) (sqlAnswer, error) {
	reader, err := c.send(ctx, text, args)
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
func (c *postgresConn) exec(ctx context.Context, text string, args []any) (SQLResult, error) {
	var r SQLResult
	if len(args) == 0 {
		results := c.conn.Exec(ctx, text)
		for results.NextResult() {
			tag, err := results.ResultReader().Close()
			if err == nil && !tag.Select() {
				r.Rows += tag.RowsAffected()
			}
		}
		return r, results.Close()
	}
	reader, err := c.send(ctx, text, args)
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

// close reads the rest of the answer; of a long one that is left early the server is told to stop.
func (a *postgresAnswer) close() error {
	if a.closed {
		return nil
	}
	a.closed = true
	for range 1000 {
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

// postgresParameter writes a value as the server reads it.
func postgresParameter(v any, oid uint32) []byte {
	switch v := v.(type) {
	case nil:
		return nil
	case bool:
		return strconv.AppendBool(nil, v)
	case int64:
		return strconv.AppendInt(nil, v, 10)
	case float64:
		return []byte(postgresFloat(v))
	case time.Time:
		return []byte(v.Format("2006-01-02T15:04:05.999999Z07:00"))
	case SQLBlob:
		return []byte(`\x` + hex.EncodeToString([]byte(v)))
	case string:
		if oid == postgresBytea {
			return []byte(`\x` + hex.EncodeToString([]byte(v)))
		}
		return []byte(v)
	case []any:
		return []byte(postgresArray(v, oid == postgresByteas))
	}
	return nil
}

func postgresFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// postgresTried is what the driver writes before each address of a server that it tried.
var postgresTried = regexp.MustCompile(`(?m)^\S+ \([^)\n]*\): (?:dial error: |tls error: )?|^hostname resolving error: `)

// explainPostgres reads the server's words; at is the place in the statement, from 1, or 0.
func explainPostgres(err error, e *SQLError) (at int) {
	var said *pgconn.PgError
	var connect *pgconn.ConnectError
	if errors.As(err, &said) {
		e.Message, e.Detail, e.State = said.Message, said.Detail, said.Code
		e.Tip = postgresTip(said)
		e.Lost = said.Severity == "FATAL"
		return int(said.Position)
	}
	if errors.As(err, &connect) { // user, database and host are in the name
		e.Message = sqlPlainText(errors.New(postgresTried.ReplaceAllString(connect.Unwrap().Error(), "")))
	}
	switch {
	case strings.Contains(e.Message, "unexpected message"):
		e.Message = "what listens there is no PostgreSQL server"
	case strings.Contains(e.Message, "server refused TLS connection"):
		e.Message, e.Tip = "the server does no TLS", sqlNoTLSTip
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, pgconn.ErrConnClosed) {
		e.Lost, e.Tip = true, "the server ended the connection; the next statement connects again"
	}
	return 0
}

// postgresTip goes by the SQLSTATE. PostgreSQL's manual, appendix A.
func postgresTip(said *pgconn.PgError) string {
	switch said.Code {
	case "28P01":
		return "user or password is wrong; in an address %40 stands for @, %2F for / and %3A for :"
	case "28000":
		return "look at the user's name, and whether pg_hba.conf on the server lets it in from here"
	case "3D000":
		return "there is no database of that name; psql -l lists them"
	case "42501":
		return "the user lacks a right; GRANT gives it"
	case "42804", "42883", "42P18", "22P02":
		if said.Hint == "" {
			return "PostgreSQL guesses a parameter's type from where it stands; ?::integer or ?::text tells it"
		}
	case "40001", "40P01":
		return "another transaction was in the way; run this one again"
	case "57P01", "57P02", "57P03":
		return "the server goes down or comes up; try again later"
	}
	return said.Hint
}
