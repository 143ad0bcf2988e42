package luabind

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// A row is kept as JSON that a person can read, and comes back as it was. What JSON lacks is an object with one name
// that begins with "$": {"$bytes": base64} is text that is no UTF-8, {"$number": "nan"} a number, {"$time": text} a
// time, {"$table": [[key, value], …]} a table that is neither a list nor names alone, and {"$object": …} the same of
// json.object. A name of the row's own that begins with "$" gets another.
const (
	formBytes  = "$bytes"
	formNumber = "$number"
	formTime   = "$time"
	formTable  = "$table"
	formObject = "$object"
)

// Bounds of a row: tables within tables, values, and octets of its JSON.
const (
	rowDepth = 48 // each takes three levels of JSON at most, of the 200 that are read
	rowNodes = 1 << 18
	rowSize  = 16 << 20
)

// rowWriter writes one row.
type rowWriter struct {
	marks *jsonMarks // nil: no table was marked by json
	buf   []byte
	left  int
	open  []*lua.LTable
}

// rowJSON gives a row as it is kept. Errors are *TreeError, with the place in the row.
func rowJSON(v lua.LValue, marks *jsonMarks) ([]byte, error) {
	w := rowWriter{marks: marks, buf: make([]byte, 0, 256), left: rowNodes}
	if err := w.value(v); err != nil {
		return nil, treeRoot("row", err)
	}
	return w.buf, nil
}

func (w *rowWriter) value(v lua.LValue) error {
	if w.left--; w.left < 0 {
		return treeFail("holds more than %d values", rowNodes)
	}
	if len(w.buf) > rowSize {
		return treeFail("is larger than %d MB", rowSize>>20)
	}
	switch v := v.(type) {
	case lua.LBool:
		w.buf = strconv.AppendBool(w.buf, bool(v))
	case lua.LNumber:
		w.number(float64(v))
	case lua.LString:
		w.text(string(v))
	case *lua.LTable:
		return w.table(v)
	case *lua.LUserData:
		return w.object(v)
	default:
		return treeFail("must be plain data, got %s", describe(v))
	}
	return nil
}

func (w *rowWriter) number(n float64) {
	switch {
	case n == math.Trunc(n) && math.Abs(n) < 1e15 && (n != 0 || !math.Signbit(n)):
		w.buf = strconv.AppendInt(w.buf, int64(n), 10)
	case math.IsNaN(n):
		w.special(formNumber, "nan")
	case math.IsInf(n, 1):
		w.special(formNumber, "inf")
	case math.IsInf(n, -1):
		w.special(formNumber, "-inf")
	default:
		w.buf = strconv.AppendFloat(w.buf, n, 'g', -1, 64)
	}
}

func (w *rowWriter) special(name, text string) {
	w.buf = append(w.buf, `{"`...)
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, `":"`...)
	w.buf = append(w.buf, text...)
	w.buf = append(w.buf, `"}`...)
}

func (w *rowWriter) text(s string) {
	if utf8.ValidString(s) {
		w.quoted(s)
		return
	}
	w.special(formBytes, base64.StdEncoding.EncodeToString([]byte(s)))
}

// quoted writes valid UTF-8.
func (w *rowWriter) quoted(s string) {
	w.buf = append(w.buf, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
			continue
		}
		w.buf = append(w.buf, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			w.buf = append(w.buf, '\\', c)
		case '\n':
			w.buf = append(w.buf, '\\', 'n')
		case '\t':
			w.buf = append(w.buf, '\\', 't')
		case '\r':
			w.buf = append(w.buf, '\\', 'r')
		default:
			const digits = "0123456789abcdef"
			w.buf = append(w.buf, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
	}
	w.buf = append(w.buf, s[from:]...)
	w.buf = append(w.buf, '"')
}

func (w *rowWriter) object(ud *lua.LUserData) error {
	switch v := ud.Value.(type) {
	case jsonNull, data.SQLNull:
		w.buf = append(w.buf, "null"...)
		return nil
	case time.Time:
		w.special(formTime, rowTimeText(v))
		return nil
	}
	return treeFail("must be plain data, got %s", describe(ud))
}

// rowTimeText writes a time with its zone's name, where it has one that can be looked up.
func rowTimeText(t time.Time) string {
	text := t.Format(time.RFC3339Nano)
	if zone := t.Location().String(); strings.Contains(zone, "/") {
		text += "[" + zone + "]"
	}
	return text
}

func (w *rowWriter) table(t *lua.LTable) error {
	if slices.Contains(w.open, t) {
		return treeFail("holds itself")
	}
	if len(w.open) >= rowDepth {
		return treeFail("nests deeper than %d tables", rowDepth)
	}
	w.open = append(w.open, t)
	defer func() { w.open = w.open[:len(w.open)-1] }()
	n := t.Len()
	after, _ := optAfter(t, n)
	switch {
	case n > 0 && after == lua.LNil && !hasHole(t, n):
		return w.list(t, n)
	case n == 0 && after == lua.LNil && w.marks != nil && t.Metatable == w.marks.array:
		w.buf = append(w.buf, "[]"...)
		return nil
	case n == 0 && namesOnly(t):
		return w.fields(t)
	}
	return w.pairs(t)
}

func hasHole(t *lua.LTable, n int) bool {
	for i := 1; i <= n; i++ {
		if t.RawGetInt(i) == lua.LNil {
			return true
		}
	}
	return false
}

// namesOnly tells whether all keys of a table can be names in JSON.
func namesOnly(t *lua.LTable) bool {
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		if name, ok := key.(lua.LString); !ok || !utf8.ValidString(string(name)) {
			return false
		}
	}
	return true
}

func (w *rowWriter) list(t *lua.LTable, n int) error {
	w.buf = append(w.buf, '[')
	for i := 1; i <= n; i++ {
		if i > 1 {
			w.buf = append(w.buf, ',')
		}
		if err := w.value(t.RawGetInt(i)); err != nil {
			return treeUnder("["+strconv.Itoa(i)+"]", err)
		}
	}
	w.buf = append(w.buf, ']')
	return nil
}

func (w *rowWriter) fields(t *lua.LTable) error {
	w.buf = append(w.buf, '{')
	first := len(w.buf)
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		if len(w.buf) > first {
			w.buf = append(w.buf, ',')
		}
		name := string(key.(lua.LString))
		if strings.HasPrefix(name, "$") {
			name = "$" + name
		}
		w.quoted(name)
		w.buf = append(w.buf, ':')
		if err := w.value(value); err != nil {
			return treeUnder(treeStep(string(key.(lua.LString))), err)
		}
	}
	w.buf = append(w.buf, '}')
	return nil
}

// pairs writes a table of any keys.
func (w *rowWriter) pairs(t *lua.LTable) error {
	name := formTable
	if w.marks != nil && t.Metatable == w.marks.object {
		name = formObject
	}
	w.buf = append(append(append(w.buf, `{"`...), name...), `":[`...)
	first := len(w.buf)
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		switch key.(type) {
		case lua.LString, lua.LNumber, lua.LBool:
		default:
			return treeFail("has %s for a key", describe(key))
		}
		if len(w.buf) > first {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(w.buf, '[')
		if err := w.value(key); err != nil {
			return err
		}
		w.buf = append(w.buf, ',')
		if err := w.value(value); err != nil {
			return treeUnder("["+optQuote(key.String())+"]", err)
		}
		w.buf = append(w.buf, ']')
	}
	w.buf = append(w.buf, `]}`...)
	return nil
}
