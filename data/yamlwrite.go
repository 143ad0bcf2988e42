package data

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// YAMLWriter writes one YAML document in blocks, piece by piece as JSONWriter does: Begin, Key and a value, End. What
// it writes means the same in YAML 1.1, which other programs still read. An error leaves the writer useless.
type YAMLWriter struct {
	buf  []byte
	open []yamlOpen
	dash bool // "- " stands before the next line's content
}

// yamlOpen is a mapping or sequence that is written.
type yamlOpen struct {
	bracket byte // that has begun it
	indent  int
	filled  bool
}

const yamlIndent = 2

// String returns what was written.
func (w *YAMLWriter) String() string { return string(w.buf) }

// Begin opens a sequence by '[' or a mapping by '{'.
func (w *YAMLWriter) Begin(bracket byte) error {
	if len(w.open) == jsonDepth {
		return fmt.Errorf("nests deeper than %d tables", jsonDepth)
	}
	w.item()
	indent := 0
	if len(w.open) > 0 {
		indent = w.top().indent + yamlIndent
	}
	w.open = append(w.open, yamlOpen{bracket: bracket, indent: indent})
	return nil
}

func (w *YAMLWriter) top() *yamlOpen { return &w.open[len(w.open)-1] }

// End closes what the last Begin that is open has opened.
func (w *YAMLWriter) End(bracket byte) {
	top := *w.top()
	w.open = w.open[:len(w.open)-1]
	if !top.filled {
		w.scalar(string([]byte{top.bracket, bracket}))
	}
}

// Key writes the name of a field; its value must follow.
func (w *YAMLWriter) Key(name string) error {
	text, err := yamlQuotable(name)
	if err != nil {
		return err
	}
	w.begin()
	w.buf = append(append(w.buf, text...), ':')
	return nil
}

// begin goes to where an element or field is written.
func (w *YAMLWriter) begin() {
	top := w.top()
	if !top.filled && len(w.open) > 1 && !w.dash { // behind "key:"
		w.buf = append(w.buf, '\n')
	}
	top.filled = true
	if !w.dash {
		w.buf = append(w.buf, strings.Repeat(" ", top.indent)...)
	}
	w.dash = false
}

// item goes to where a value is written.
func (w *YAMLWriter) item() {
	if len(w.open) > 0 && w.top().bracket == '[' {
		w.begin()
		w.buf = append(w.buf, "- "...)
		w.dash = true
	}
}

// value writes a scalar.
func (w *YAMLWriter) value(text string) {
	w.item()
	w.scalar(text)
}

func (w *YAMLWriter) scalar(text string) {
	if n := len(w.buf); n > 0 && w.buf[n-1] == ':' {
		w.buf = append(w.buf, ' ')
	}
	w.buf = append(append(w.buf, text...), '\n')
	w.dash = false
}

// Null writes null.
func (w *YAMLWriter) Null() { w.value("null") }

// Bool writes true or false.
func (w *YAMLWriter) Bool(b bool) { w.value(strconv.FormatBool(b)) }

// Number writes n with as many digits as it needs.
func (w *YAMLWriter) Number(n float64) error {
	var digits JSONWriter
	switch {
	case math.IsNaN(n):
		w.value(".nan")
	case math.IsInf(n, 1):
		w.value(".inf")
	case math.IsInf(n, -1):
		w.value("-.inf")
	default:
		if err := digits.Number(n); err != nil {
			return err
		}
		text := digits.String()
		if at := strings.IndexByte(text, 'e'); at >= 0 && !strings.Contains(text, ".") { // YAML 1.1 wants a point
			text = text[:at] + ".0" + text[at:]
		}
		w.value(text)
	}
	return nil
}

// Text writes a string; one that is no UTF-8 is refused.
func (w *YAMLWriter) Text(s string) error {
	w.item()
	if yamlBlockFits(s) && len(w.open) > 0 {
		w.block(s)
		return nil
	}
	text, err := yamlQuotable(s)
	if err == nil {
		w.scalar(text)
	}
	return err
}

// block writes a text of several lines as such.
func (w *YAMLWriter) block(s string) {
	body := strings.TrimSuffix(s, "\n")
	mark := "|"
	switch {
	case body == s:
		mark = "|-"
	case strings.HasSuffix(body, "\n"):
		mark = "|+"
	}
	indent := "\n" + strings.Repeat(" ", w.top().indent+yamlIndent)
	lines := strings.Split(body, "\n")
	for i, line := range lines {
		if line == "" {
			lines[i] = "\n"
		} else {
			lines[i] = indent + line
		}
	}
	w.scalar(mark + strings.Join(lines, ""))
}
