package data

import (
	"database/sql/driver"
	"errors"
	"io"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// explainMySQL reads the server's words.
func explainMySQL(err error, e *SQLError) {
	var said *mysql.MySQLError
	switch {
	case errors.As(err, &said):
		e.Message, e.Number, e.Tip = said.Message, int(said.Number), mysqlTip(said.Number)
		if said.SQLState != [5]byte{} {
			e.State = string(said.SQLState[:])
		}
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Message, e.Lost = "the connection was lost", true
		e.Tip = "the server ended the connection; the next statement connects again"
	case errors.Is(err, mysql.ErrNoTLS):
		e.Message, e.Tip = "the server does no TLS", sqlNoTLSTip
	case errors.Is(err, mysql.ErrCleartextPassword):
		e.Message, e.Tip = "the server wants the password in clear text", "?allowCleartextPasswords=true in the address allows it; use it with TLS only"
	case strings.Contains(e.Message, "local file"):
		e.Message = "LOAD DATA LOCAL would have this program read files for the server, which it does not"
	}
}

// mysqlTip goes by the error's number.
func mysqlTip(number uint16) string {
	switch number {
	case 1045:
		return "user or password is wrong; in an address %40 stands for @, %2F for / and %3A for :"
	case 1049:
		return "there is no database of that name; show databases lists them"
	case 1044, 1142, 1143:
		return "the user lacks a right; GRANT gives it"
	case 1040, 1203:
		return "the server has all the connections that it takes; try again later"
	case 1205, 1213:
		return "another transaction was in the way; run this one again"
	case 1290, 1836:
		return "this server only answers questions; give the address of the primary"
	}
	return ""
}
