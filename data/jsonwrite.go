package data

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// JSONWriter writes one JSON value (RFC 8259), piece by piece: Begin, Key and
// a value, End. The zero value writes without white space. An error leaves
// the writer useless.
type JSONWriter struct {
	Indent string // for each level; "": all on one line
	HTML   bool   // writes < > & as escapes, so that the text can stand in a <script>
	buf    []byte
	depth  int
	filled bool // something stands in the innermost array or object
	named  bool // a name waits for its value
}

// String returns what was written.
func (w *JSONWriter) String() string { return string(w.buf) }

// Begin opens an array by '[' or an object by '{'.
func (w *JSONWriter) Begin(bracket byte) error {
	if w.depth == jsonDepth {
		return fmt.Errorf("nests deeper than %d tables", jsonDepth)
	}
	w.next()
	w.buf = append(w.buf, bracket)
	w.depth++
	w.filled = false
	return nil
}

// End closes what the last Begin that is open has opened, by ']' or '}'.
func (w *JSONWriter) End(bracket byte) {
	w.depth--
	if w.filled {
		w.line()
	}
	w.buf = append(w.buf, bracket)
	w.filled = true
}

// Key writes the name of a field; its value must follow.
func (w *JSONWriter) Key(name string) error {
	if err := w.Text(name); err != nil {
		return err
	}
	w.buf = append(w.buf, ':')
	if w.Indent != "" {
		w.buf = append(w.buf, ' ')
	}
	w.named = true
	return nil
}

// Null writes null.
func (w *JSONWriter) Null() {
	w.next()
	w.buf = append(w.buf, "null"...)
}

// Bool writes true or false.
func (w *JSONWriter) Bool(b bool) {
	w.next()
	w.buf = strconv.AppendBool(w.buf, b)
}

// errNoJSONNumber refuses what JSON cannot write.
var errNoJSONNumber = errors.New("is no number that JSON can hold")

// Number writes n with as many digits as it needs, without an exponent
// between 1e-6 and 1e21, as browsers do.
func (w *JSONWriter) Number(n float64) error {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return errNoJSONNumber
	}
	w.next()
	if abs := math.Abs(n); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		w.buf = strconv.AppendFloat(w.buf, n, 'e', -1, 64)
		return nil
	}
	w.buf = strconv.AppendFloat(w.buf, n, 'f', -1, 64)
	return nil
}

// Text writes a string; one that is no UTF-8 is refused.
func (w *JSONWriter) Text(s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("is not valid UTF-8 at octet %d", invalidAt(s)+1)
	}
	w.next()
	w.buf = append(w.buf, '"')
	plain := 0
	for i := 0; i < len(s); i++ {
		if !w.escapes(s, i) {
			continue
		}
		w.buf = append(w.buf, s[plain:i]...)
		r, size := utf8.DecodeRuneInString(s[i:])
		w.escape(r)
		plain = i + size
	}
	w.buf = append(append(w.buf, s[plain:]...), '"')
	return nil
}

// escapes tells whether the character at i cannot stand for itself. U+2028
// and U+2029 end a line in older JavaScript.
func (w *JSONWriter) escapes(s string, i int) bool {
	switch c := s[i]; {
	case c < 0x20 || c == '"' || c == '\\' || c == 0x7f:
		return true
	case c == '<' || c == '>' || c == '&':
		return w.HTML
	case c == 0xe2:
		return w.HTML && (strings.HasPrefix(s[i:], "\u2028") || strings.HasPrefix(s[i:], "\u2029"))
	}
	return false
}

func (w *JSONWriter) escape(r rune) {
	if i := strings.IndexRune(jsonMeanings, r); i >= 0 && r != '/' {
		w.buf = append(w.buf, '\\', jsonEscapes[i])
		return
	}
	w.buf = fmt.Appendf(w.buf, `\u%04x`, r)
}

// invalidAt finds the first octet of s that is no UTF-8.
func invalidAt(s string) int {
	at := 0
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

// next writes what must stand before the next name or value.
func (w *JSONWriter) next() {
	if w.named {
		w.named = false
		return
	}
	if w.filled {
		w.buf = append(w.buf, ',')
	}
	if w.depth > 0 {
		w.line()
	}
	w.filled = true
}

// line begins a new line where the text is indented.
func (w *JSONWriter) line() {
	if w.Indent == "" {
		return
	}
	w.buf = append(w.buf, '\n')
	for range w.depth {
		w.buf = append(w.buf, w.Indent...)
	}
}
