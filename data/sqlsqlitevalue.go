package data

import (
	"database/sql/driver"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// sqliteDecimal is a declared type whose values are decimals; the number is their scale.
var sqliteDecimal = regexp.MustCompile(`^(?:DECIMAL|NUMERIC)(?:\(\d+(?:,\s*(\d+))?\))?$`)

// sqliteValue makes of a value what the script gets: SQLite has fewer types than others, so that the declared one of
// the column tells what a number or text stands for.
func sqliteValue(v driver.Value, column sqlColumn) any {
	switch v := v.(type) {
	case int64:
		switch {
		case column.flag:
			return sqlFlag(sqlInteger(v))
		case column.decimal:
			return sqliteDigits(strconv.FormatInt(v, 10), column.scale)
		}
		return sqlInteger(v)
	case float64:
		if column.decimal {
			return sqliteDigits(strconv.FormatFloat(v, 'f', -1, 64), column.scale)
		}
		return v
	case time.Time: // of a statement that is no query: a text without a zone and one in UTC look alike
		if _, offset := v.Zone(); offset == 0 {
			return sqliteMoment(v.Format("2006-01-02 15:04:05.999999999"), column.typeName)
		}
		return sqliteMoment(v.Format("2006-01-02 15:04:05.999999999-07:00"), column.typeName)
	case []byte:
		return string(v)
	case string:
		return sqliteMoment(v, column.typeName)
	}
	return nil
}

// sqliteDigits writes a decimal with as many digits behind the point as its column is declared to have.
func sqliteDigits(s string, scale int) string {
	whole, fraction, _ := strings.Cut(s, ".")
	if scale > len(fraction) && scale < 100 {
		fraction += strings.Repeat("0", scale-len(fraction))
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// sqliteTimed is "date" or "moment" for columns that are declared to have such, else empty.
func sqliteTimed(declared string) string {
	switch {
	case declared == "DATE":
		return "date"
	case strings.HasPrefix(declared, "DATETIME"), strings.HasPrefix(declared, "TIMESTAMP"):
		return "moment"
	}
	return ""
}

// sqliteWritten are the ways to write a moment in SQLite: those of its date functions, and what Go's programs store.
// A zone is Z, +02:00 or +0200 CEST.
var sqliteWritten = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?(\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)?(?: [A-Z][A-Za-z]*)?(?: m=[+-][0-9.]+)?$`)

// sqliteMoment writes what stands in a date column as other databases do. What has another form stays as it is.
func sqliteMoment(s, declared string) string {
	kind := sqliteTimed(declared)
	m := sqliteWritten.FindStringSubmatch(s)
	if kind == "" || m == nil {
		return s
	}
	clock, fraction, zone := m[2]+m[3], strings.TrimRight(strings.TrimRight(m[4], "0"), "."), m[5]
	if m[3] == "" {
		clock += ":00"
	}
	if m[2] == "" {
		clock = "00:00:00"
	}
	if len(zone) == len("+0200") {
		zone = zone[:3] + ":" + zone[3:]
	}
	if zone == "+00:00" || zone == "-00:00" {
		zone = "Z"
	}
	if kind == "date" && clock+fraction == "00:00:00" && (zone == "" || zone == "Z") {
		return m[1]
	}
	return m[1] + "T" + clock + fraction + zone
}

// sqliteBind makes the driver's value of a parameter. SQLite compares dates as texts, so that a day must be written as
// days are.
func sqliteBind(v any) driver.Value {
	switch v := v.(type) {
	case time.Time:
		if v.Hour() == 0 && v.Minute() == 0 && v.Second() == 0 && v.Nanosecond() == 0 {
			return v.Format(time.DateOnly)
		}
		return sqlWallClock(v)
	case SQLBlob:
		return []byte(v)
	case string:
		if !sqlIsText(v) {
			return []byte(v)
		}
	}
	return v
}

// sqliteCode is the number that the driver puts behind SQLite's words.
var sqliteCode = regexp.MustCompile(` \(\d+\)( \(SQLITE_[A-Z]+\))?$`)

// explainSQLite reads SQLite's words.
func explainSQLite(err error, e *SQLError) {
	var said *sqlite.Error
	if !errors.As(err, &said) {
		return
	}
	e.Number = said.Code()
	e.Message = sqliteCode.ReplaceAllString(e.Message, "")
	if general, own, ok := strings.Cut(e.Message, ": "); ok && general == "SQL logic error" {
		e.Message = own
	}
	switch e.Number & 0xff {
	case lib.SQLITE_READONLY:
		e.Tip = "look whether the file and its folder may be written"
	case lib.SQLITE_BUSY:
		e.Tip = "another program or connection writes to the file; timeout = \"1m\" waits longer for it"
	case lib.SQLITE_NOTADB:
		e.Tip = "the file is something else than a SQLite database"
	case lib.SQLITE_CANTOPEN:
		e.Tip = "look whether the file is there and may be read; create = true makes a new one"
	case lib.SQLITE_AUTH:
		e.Tip = "the sandbox gives no other files than the database's own"
	case lib.SQLITE_CORRUPT:
		e.Tip = "the file is damaged; pragma integrity_check says more"
	}
}

// readOnlyFile holds for SQLite's refusal to write.
func (e *SQLError) readOnlyFile() bool {
	var said *sqlite.Error
	return errors.As(e.err, &said) && said.Code()&0xff == lib.SQLITE_READONLY
}
