package data

import (
	"errors"
	"io"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

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
		e.Message, e.Lost = "the connection was lost", true
		e.Tip = "the server ended the connection; the next statement connects again"
	}
	return 0
}

const postgresGuess = "PostgreSQL guesses a parameter's type from where it stands"

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
			return postgresGuess + "; ?::integer or ?::text tells it"
		}
	case "40001", "40P01":
		return "another transaction was in the way; run this one again"
	case "57P01", "57P02", "57P03":
		return "the server goes down or comes up; try again later"
	}
	return said.Hint
}
