package data

import (
	"crypto/tls"
	"crypto/x509"
	"net/url"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

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
