package data

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// sqlTarget is a database's address, taken apart.
type sqlTarget struct {
	dialect sqlDialect
	url     *url.URL // of a server
	path    string   // of SQLite: a file, or ":memory:"
	name    string   // the address without secrets
}

const sqlForms = "postgres://user:password@host:5432/database, mysql://user:password@host:3306/database, sqlite:file.db or :memory:" //nolint:gosec // an example

// parseSQLAddress reads an address. Errors show nothing of it but its scheme: the rest may hold a password anywhere.
func parseSQLAddress(address string) (*sqlTarget, error) {
	if address == ":memory:" {
		address = "sqlite:" + address
	}
	scheme, rest, ok := strings.Cut(address, ":")
	if !ok || scheme == "" {
		e := &SQLUsageError{Text: "the address of the database has no scheme", Tip: "write " + sqlForms}
		if address == "" {
			e.Text = "the address of the database is empty"
		}
		return nil, e
	}
	base, _, _ := strings.Cut(strings.ToLower(scheme), "+") // postgresql+psycopg://, as SQLAlchemy has it
	switch base {
	case "sqlite", "sqlite3", "file":
		if rest == "" || strings.ContainsRune(rest, 0) {
			return nil, &SQLUsageError{Text: "the address names no file", Tip: "sqlite:file.db is relative to the working directory, sqlite:/srv/file.db is not"}
		}
		return &sqlTarget{dialect: sqlSQLite, path: rest, name: "sqlite:" + rest}, nil
	case "postgres", "postgresql":
		return parseSQLServer(sqlPostgres, "postgres", rest)
	case "mysql", "mariadb":
		return parseSQLServer(sqlMySQL, "mysql", rest)
	}
	return nil, &SQLUsageError{Text: "there is no driver for " + shorten(scheme) + ":", Tip: "write " + sqlForms}
}

func parseSQLServer(d sqlDialect, scheme, rest string) (*sqlTarget, error) {
	u, err := url.Parse(scheme + ":" + rest)
	if err != nil || !strings.HasPrefix(rest, "//") || u.Fragment != "" || u.User == nil && strings.Contains(rest, "@") {
		return nil, &SQLUsageError{Text: "the address of the database cannot be read", Tip: "write " + sqlForms + "; in a password %40 stands for @, %2F for /, %3A for :, %23 for #, %3F for ?, %25 for %"}
	}
	t := &sqlTarget{dialect: d, url: u}
	shown := url.URL{Scheme: scheme, Host: u.Host, Path: u.Path}
	if u.User.Username() != "" {
		shown.User = url.User(u.User.Username())
	}
	t.name = shown.String()
	return t, nil
}

// memory holds for a database that ends with its connection.
func (t *sqlTarget) memory() bool { return t.dialect == sqlSQLite && t.path == ":memory:" }

// SQLFile is the file of an address that names one, else empty.
func SQLFile(address string) string {
	t, err := parseSQLAddress(address)
	if err != nil || t.dialect != sqlSQLite || t.memory() {
		return ""
	}
	return t.path
}

// SQLName is an address without secrets.
func SQLName(address string) (string, error) {
	t, err := parseSQLAddress(address)
	if err != nil {
		return "", err
	}
	return t.name, nil
}

// localHost holds for what is reached without a network.
func localHost(host string) bool {
	if host == "" || host == "localhost" || strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// networkTip says what to do where a server cannot be reached.
func (t *sqlTarget) networkTip(err error) string {
	var unknownHost *net.DNSError
	switch {
	case errors.As(err, &unknownHost):
		return "look at the spelling of the host's name"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "no database server listens there; look at the port, and whether the server runs"
	case errors.Is(err, syscall.ENOENT) && t.dialect != sqlSQLite:
		return "there is no such socket; look whether the server runs"
	}
	return certificateHint(err, "")
}

const sqlNoTLSTip = `what goes to other machines is encrypted unless they are told not to; tls = "none" does without, in a network that is trusted`

// errSQLAllowed marks the refusal of a host, which stays what it is.
var errSQLAllowed = errors.New("not allowed")

// sqlRefused is a refusal of Options.Allow.
type sqlRefused struct{ error }

func (e sqlRefused) Unwrap() []error { return []error{e.error, errSQLAllowed} }

// allowed asks whether a server may be connected to.
func (o *SQLOptions) allowed(network, address string) error {
	if o.Allow == nil {
		return nil
	}
	if err := o.Allow(network, address); err != nil {
		return sqlRefused{err}
	}
	return nil
}
