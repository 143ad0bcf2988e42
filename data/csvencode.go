package data

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// EncodeCSV writes a header and rows with commas and CRLF (RFC 4180 §2). Each
// row has as many values as there are columns; a row that has not is a
// *CSVError, whose line is that of the record, and the writing stops there.
// Without columns no header is written and the first row sets the number.
func EncodeCSV(w io.Writer, columns []string, rows [][]string) error {
	out := bufio.NewWriter(w)
	width := len(columns)
	if width > 0 {
		writeRecord(out, columns)
	}
	for i, row := range rows {
		if width == 0 {
			width = len(row)
		}
		if len(row) != width {
			return &CSVError{Line: i + 1, What: fmt.Sprintf("row %d has %s, expected %d", i+1, count(len(row), "value"), width)}
		}
		writeRecord(out, row)
	}
	return out.Flush()
}

// writeRecord leaves errors to Flush, which returns the first.
func writeRecord(out *bufio.Writer, values []string) {
	for i, v := range values {
		if i > 0 {
			_ = out.WriteByte(',')
		}
		alone := len(values) == 1 && v == "" // else readers would take it for a blank line
		if alone || needsQuotes(v) {
			v = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
		}
		_, _ = out.WriteString(v)
	}
	_, _ = out.WriteString("\r\n") // RFC 4180 §2
}

// needsQuotes also quotes outer blanks, which some readers would trim.
func needsQuotes(v string) bool {
	return strings.ContainsAny(v, ",\"\r\n") || v != strings.TrimSpace(v) || v == `\.`
}
