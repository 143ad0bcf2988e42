package sqlstore

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"moonpost/outbox"
)

// rows is a group of rows, each with the same columns, for the mark {rows}.
type rows struct {
	values []any // int64 or string, row after row
	n      int
}

// begin begins a row.
func (r *rows) begin() { r.n++ }

func (r *rows) int(n int64)   { r.values = append(r.values, n) }
func (r *rows) text(s string) { r.values = append(r.values, s) }

func (r *rows) bool(b bool) {
	if b {
		r.int(1)
	} else {
		r.int(0)
	}
}

// reply adds code, enhanced, text and queue_id. A server's words may be any
// bytes: what no database keeps is replaced, since an outcome must not be lost
// for its wording.
func (r *rows) reply(p outbox.Reply) {
	r.int(int64(p.Code))
	r.text(clean(p.Enhanced))
	r.text(clean(p.Text))
	r.text(clean(p.QueueID))
}

// json is the rows as an array of arrays, as PostgreSQL takes them.
func (r *rows) json() string {
	b := []byte{'['}
	width := 1
	if r.n > 0 {
		width = len(r.values) / r.n
	}
	for i, value := range r.values {
		switch {
		case i == 0:
			b = append(b, '[')
		case i%width == 0:
			b = append(b, "],["...)
		default:
			b = append(b, ',')
		}
		switch v := value.(type) {
		case int64:
			b = strconv.AppendInt(b, v, 10)
		case string:
			b = appendQuoted(b, v)
		}
	}
	if r.n > 0 {
		b = append(b, ']')
	}
	return string(append(b, ']'))
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends s, which is UTF-8, as a JSON string.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		if c < 0x20 {
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		} else {
			b = append(b, '\\', c)
		}
		from = i + 1
	}
	return append(append(b, s[from:]...), '"')
}

// list is texts as a JSON array; none are "".
func list(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return array(texts)
}

// array is texts as a JSON array, for the mark {texts}.
func array(texts []string) string {
	b := []byte{'['}
	for i, s := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, s)
	}
	return string(append(b, ']'))
}

func parseList(s string) []string {
	if s == "" {
		return nil
	}
	var texts []string
	if json.Unmarshal([]byte(s), &texts) != nil {
		return nil
	}
	return texts
}

// checkTexts refuses what PostgreSQL does not keep; SQLite would, and what is
// kept by one should be by the other.
func checkTexts(what string, texts ...string) error {
	for _, s := range texts {
		if !isText(s) {
			return &outbox.TextError{What: what, Text: s}
		}
	}
	return nil
}

func isText(texts ...string) bool {
	for _, s := range texts {
		if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
			return false
		}
	}
	return true
}

func clean(s string) string {
	if isText(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMilli(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
