package data

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"net"
	"net/url"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// mysqlConn is a connection to MySQL or MariaDB.
type mysqlConn struct {
	driverConn
	connector driver.Connector
	id        any  // the server's number of the connection
	failed    bool // the last statement, so that nobody knows whether the connection lives
}

func connectMySQL(ctx context.Context, t *sqlTarget, o *SQLOptions) (sqlConn, error) {
	config, err := mysqlConfig(t.url, o)
	if err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c := &mysqlConn{driverConn: driverConn{conn: conn, value: mysqlValue, bind: mysqlBind}, connector: connector}
	if err := c.number(ctx); err != nil {
		c.close()
		return nil, err
	}
	if o.ReadOnly {
		if _, err := c.exec(ctx, &sqlText{text: "set session transaction read only"}, nil); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

// mysqlConfig makes the driver's settings of an address.
func mysqlConfig(u *url.URL, o *SQLOptions) (*mysql.Config, error) {
	config := mysql.NewConfig()
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.DBName = strings.TrimPrefix(u.Path, "/")
	config.Logger = &mysql.NopLogger{}
	// A statement with parameters is one by the protocol; what has none is looked at by the caller.
	config.MultiStatements = true
	config.ConnectionAttributes = "program_name:" + o.Program
	query := u.Query()
	config.Net, config.Addr = mysqlPlace(u, query.Get("socket"))
	if err := o.allowed(config.Net, config.Addr); err != nil {
		return nil, err
	}
	mode := ""
	for name, values := range query {
		switch value := values[len(values)-1]; strings.ToLower(name) {
		case "socket":
		case "tls", "sslmode", "ssl-mode", "ssl_mode", "usessl":
			mode = strings.ToLower(value)
		case "charset", "parsetime", "collation", "loc": // what these ask for is settled
		case "allowcleartextpasswords":
			config.AllowCleartextPasswords = value == "true" || value == "1"
		default:
			return nil, &SQLUsageError{Text: "the address has the unknown setting " + shorten(name), Tip: "mysql:// takes socket=/run/mysqld/mysqld.sock and tls=true, skip-verify, preferred or false"}
		}
	}
	return config, mysqlTLS(config, mode, o)
}

// mysqlPlace is where the server listens.
func mysqlPlace(u *url.URL, socket string) (network, address string) {
	if socket != "" {
		return "unix", socket
	}
	host, port := u.Hostname(), u.Port()
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "3306"
	}
	return "tcp", net.JoinHostPort(host, port)
}

// mysqlTLS sets how the connection is encrypted; mode is what the address says.
func mysqlTLS(config *mysql.Config, mode string, o *SQLOptions) error {
	host, _, _ := net.SplitHostPort(config.Addr)
	switch {
	case o.TLS == SQLTLSNone:
		mode = "none"
	case o.TLS == SQLTLSVerified, o.CA != nil && o.TLS == SQLTLSAuto:
		mode = "true"
	case o.TLS == SQLTLSUnverified:
		mode = "skip-verify"
	case mode == "" && (config.Net == "unix" || localHost(host)):
		mode = "none"
	}
	switch mode {
	case "none", "false", "0", "disable", "disabled":
		return nil
	case "", "true", "1", "verify-full", "verify-ca", "verify_identity", "verify_ca":
		config.TLS = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	case "skip-verify", "require", "required":
		config.TLS = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12} //nolint:gosec // the script's author asks for it
	case "prefer", "preferred":
		config.TLS = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12} //nolint:gosec // the script's author asks for it
		config.AllowFallbackToPlaintext = true
	default:
		return &SQLUsageError{Text: "the address has the unknown tls mode " + shorten(mode), Tip: "tls=true, skip-verify, preferred or false"}
	}
	return trustCA([]*tls.Config{config.TLS}, o.CA)
}

// ready asks the driver, which looks whether the server has ended the connection; after an error it asks the server,
// which tells of a kill first and hangs up a moment later.
func (c *mysqlConn) ready(ctx context.Context) bool {
	if v, ok := c.conn.(driver.Validator); ok && !v.IsValid() {
		return false
	}
	if pinger, ok := c.conn.(driver.Pinger); ok && c.failed && pinger.Ping(ctx) != nil {
		return false
	}
	c.failed = false
	resetter, ok := c.conn.(driver.SessionResetter)
	return !ok || resetter.ResetSession(ctx) == nil
}

func (c *mysqlConn) close() { _ = c.conn.Close() } // a connection that is no more is closed too

func (c *mysqlConn) query(ctx context.Context, text *sqlText, args []any) (sqlAnswer, error) {
	rows, stmt, err := c.driverConn.query(ctx, text.text, args)
	if err != nil {
		c.failed = true
		c.abandon(ctx)
		return nil, err
	}
	a := newDriverAnswer(&c.driverConn, rows, stmt)
	for i := range a.list {
		a.list[i].flag = mysqlWidth(rows, i) == 1 && (a.list[i].typeName == "TINYINT" || a.list[i].typeName == "BIT")
	}
	return &mysqlAnswer{driverAnswer: a, conn: c}, nil
}

func (c *mysqlConn) exec(ctx context.Context, text *sqlText, args []any) (SQLResult, error) {
	result, err := c.driverConn.exec(ctx, text.text, args)
	if err != nil {
		c.failed = true
		c.abandon(ctx)
		return SQLResult{}, err
	}
	var r SQLResult
	if all, ok := result.(mysql.Result); ok {
		for _, n := range all.AllRowsAffected() {
			r.Rows += n
		}
	}
	r.LastID, err = result.LastInsertId()
	r.HasID = r.LastID != 0
	return r, err
}
