package report

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"moonpost/data"
)

// Value is what a cell holds: nil (nothing), bool, float64, string or time.Time. Decimals and integers with more
// than 15 digits are strings, as databases give them, and count as numbers where a number is wanted.
type Value any

// maxDigits bounds the texts that are read as numbers.
const maxDigits = 1000

// Number returns the exact number that a value is: a float64 with a value, or a text that is a plain decimal
// ("-12.50").
func Number(v Value) (n *big.Rat, ok bool) {
	text, ok := decimal(v)
	if !ok {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// decimal is a number in digits, without an exponent.
func decimal(v Value) (text string, ok bool) {
	switch v := v.(type) {
	case float64: // the shortest decimal is what the script wrote: 0.1, not the binary fraction next to it
		return strconv.FormatFloat(v, 'f', -1, 64), !math.IsNaN(v) && !math.IsInf(v, 0)
	case string:
		return v, IsDecimal(v)
	}
	return "", false
}

// IsDecimal tells whether a text is digits with a sign and a point at most, and so counts as a number.
func IsDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(s, ".")
	return len(s) <= maxDigits && digits(whole) && (!point || digits(fraction))
}

func digits(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Float is the number that a value is, as near as a float64 comes.
func Float(v Value) (f float64, ok bool) {
	if f, ok = v.(float64); ok {
		return f, !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	n, ok := Number(v)
	if !ok {
		return 0, false
	}
	f, _ = n.Float64()
	return f, true
}

// Moment is the time that a value is: a time.Time, or a text in ISO 8601 with a date. A text without a zone is UTC.
func Moment(v Value) (t time.Time, ok bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		if len(v) < len("2026-10-05") || v[4] != '-' {
			return t, false
		}
		t, err := data.ParseTime(v, time.UTC)
		return t, err == nil
	}
	return t, false
}

// Text is a value as it stands: numbers without an exponent as far as they are exact, times in ISO 8601,
// nothing for nil.
func Text(v Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(v)
	case float64:
		if math.Abs(v) < 1e21 {
			return data.DecimalText(v)
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		return v
	case time.Time:
		return data.ISOTime(v)
	}
	return ""
}
