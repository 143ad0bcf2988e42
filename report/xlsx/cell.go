package xlsx

import (
	"math"
	"strconv"
	"strings"
	"time"

	"moonpost/report"
)

// cell is a value as a workbook holds it.
type cell struct {
	kind byte    // 'n' number, 'b' boolean, 's' text; 0: nothing
	text string  // as it is written
	n    float64 // of a number
	code string  // the number format; empty: the program's own
}

// exactDigits are how many digits a spreadsheet program's number holds; plainDigits how many it shows without being
// told how.
const (
	exactDigits = 15
	plainDigits = 11
)

// The formats of dates in columns that have none.
const (
	dateCode   = "yyyy-mm-dd"
	momentCode = "yyyy-mm-dd hh:mm:ss"
)

// cellOf decides what a value is. Texts that are numbers become numbers if that loses nothing, neither digits nor
// leading zeros, and show as many decimals as they had; texts that are dates become dates, on the clock that they name.
func cellOf(c *report.Column, v report.Value, asText bool) cell {
	if v == "" { // an empty field of a CSV file
		return cell{}
	}
	if asText && v != nil {
		return cell{kind: 's', text: report.Text(v)}
	}
	switch v := v.(type) {
	case bool:
		return cell{kind: 'b', text: map[bool]string{true: "1", false: "0"}[v]}
	case float64:
		return floatCell(c, v)
	case string:
		return textCell(c, v)
	case time.Time:
		return momentCell(c, v, momentCode)
	}
	return cell{}
}

func floatCell(c *report.Column, v float64) cell {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return cell{kind: 's', text: report.Text(v)}
	}
	out := cell{kind: 'n', text: report.Text(v), n: v}
	switch {
	case c.Format.Kind == report.NumberFormat:
		out.code = c.Format.Code
	case v == math.Trunc(v) && math.Abs(v) >= math.Pow10(plainDigits) && math.Abs(v) < math.Pow10(exactDigits):
		out.code = "0"
	}
	return out
}

func textCell(c *report.Column, s string) cell {
	if report.IsDecimal(s) {
		if out, ok := decimalCell(c, s); ok {
			return out
		}
	} else if len(s) >= len(dateCode) && s[4] == '-' && c.Format.Kind != report.NumberFormat {
		if t, ok := report.Moment(s); ok {
			code := momentCode
			if len(s) == len(dateCode) {
				code = dateCode
			}
			if out := momentCell(c, t, code); out.kind == 'n' || c.Format.Kind == report.TimeFormat {
				return out
			}
		}
	}
	return cell{kind: 's', text: s}
}

// decimalCell makes a number of digits, unless some would be lost. In a column of numbers leading zeros mean nothing.
func decimalCell(c *report.Column, s string) (out cell, ok bool) {
	sign, unsigned := "", s
	if s[0] == '-' {
		sign, unsigned = "-", s[1:]
	}
	whole, fraction, _ := strings.Cut(unsigned, ".")
	trimmed := strings.TrimLeft(whole, "0")
	isNumber := c.Format.Kind == report.NumberFormat || c.Total
	switch {
	case len(strings.TrimLeft(trimmed+fraction, "0")) > exactDigits, len(fraction) > report.MaxDecimals:
		return out, false
	case len(trimmed) < len(whole) && whole != "0" && !isNumber:
		return out, false
	}
	if trimmed == "" {
		trimmed = "0"
	}
	out = cell{kind: 'n', text: sign + trimmed, code: "0"}
	if fraction != "" {
		out.text += "." + fraction
		out.code += "." + strings.Repeat("0", len(fraction))
	}
	if c.Format.Kind == report.NumberFormat {
		out.code = c.Format.Code
	}
	n, err := strconv.ParseFloat(out.text, 64)
	out.n = n
	return out, err == nil
}

// momentCell counts days since the end of 1899. Spreadsheet programs have a 29th of February 1900, so that days before
// March of that year would be others.
func momentCell(c *report.Column, t time.Time, code string) cell {
	clock := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	if clock.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)) || clock.Year() > 9999 {
		return cell{kind: 's', text: c.Format.Text(t)}
	}
	seconds := float64(clock.Unix()-time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()) + float64(clock.Nanosecond())/1e9
	days := seconds / 86400
	if c.Format.Kind == report.TimeFormat {
		code = c.Format.Code
	}
	return cell{kind: 'n', text: strconv.FormatFloat(days, 'f', -1, 64), n: days, code: code}
}

// forbidden tells the characters that XML can't hold.
func forbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// cellText gives a text as XML holds it in a cell: what can't stand there becomes U+FFFD, and what looks like an
// escape of spreadsheet programs (_x0041_) stays as it is.
func cellText(s string) string {
	if strings.ContainsRune(s, '\r') {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c >= ' ' && c < 0x80 && c != '&' && c != '<' && c != '>' && c != '_'
	}
	if plain {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '_' && isCellEscape(s[i:]):
			b.WriteString("_x005F_")
		case forbidden(r):
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isCellEscape tells whether a text begins with _xHHHH_.
func isCellEscape(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}

// attributeText gives a text as XML holds it in an attribute.
func attributeText(s string) string { return strings.ReplaceAll(cellText(s), `"`, "&quot;") }
