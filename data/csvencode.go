package data

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// CSVStyle says how CSV is written.
type CSVStyle struct {
	Comma    rune // separator; 0: a comma
	Mark     bool // begin with a byte order mark, by which Excel knows UTF-8
	Formulas bool // texts that a spreadsheet would compute get an apostrophe before them
}

// EncodeCSV writes a header and rows, with CRLF (RFC 4180 §2). Each
// row has as many values as there are columns; a row that has not is a
// *CSVError, whose line is that of the record, and the writing stops there.
// Without columns no header is written and the first row sets the number.
func EncodeCSV(w io.Writer, columns []string, rows [][]string, style CSVStyle) error {
	if style.Comma == 0 {
		style.Comma = ','
	}
	if !validComma(style.Comma) {
		return &CSVError{What: fmt.Sprintf("%q cannot separate fields", style.Comma)}
	}
	out := bufio.NewWriter(w)
	if style.Mark {
		_, _ = out.WriteString("\ufeff")
	}
	width := len(columns)
	if width > 0 {
		style.record(out, columns)
	}
	for i, row := range rows {
		if width == 0 {
			width = len(row)
		}
		if len(row) != width {
			return &CSVError{Line: i + 1, What: fmt.Sprintf("row %d has %s, expected %d", i+1, count(len(row), "value"), width)}
		}
		style.record(out, row)
	}
	return out.Flush()
}

// record leaves errors to Flush, which returns the first.
func (s CSVStyle) record(out *bufio.Writer, values []string) {
	for i, v := range values {
		if i > 0 {
			_, _ = out.WriteRune(s.Comma)
		}
		if s.Formulas && isFormula(v) {
			v = "'" + v
		}
		alone := len(values) == 1 && v == "" // else readers would take it for a blank line
		if alone || s.needsQuotes(v) {
			v = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
		}
		_, _ = out.WriteString(v)
	}
	_, _ = out.WriteString("\r\n") // RFC 4180 §2
}

// needsQuotes also quotes outer blanks, which some readers would trim.
func (s CSVStyle) needsQuotes(v string) bool {
	return strings.ContainsRune(v, s.Comma) || strings.ContainsAny(v, "\"\r\n") || v != strings.TrimSpace(v) || v == `\.`
}

// isFormula holds for what spreadsheets compute when they open the file; numbers with a sign are none.
func isFormula(v string) bool {
	if v == "" || strings.IndexByte("=+-@\t\r", v[0]) < 0 {
		return false
	}
	_, err := strconv.ParseFloat(v, 64)
	return err != nil
}
