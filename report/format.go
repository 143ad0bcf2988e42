package report

import (
	"math/big"
	"strings"
	"time"
)

// FormatKind is what a format is for.
type FormatKind int

// The kinds: the zero value shows values as they stand.
const (
	PlainFormat FormatKind = iota
	NumberFormat
	TimeFormat
)

// Format says how the values of a column are shown. It is written as in spreadsheets, of whose number formats it takes
// the part that all of them read alike: digits "0", "0.00", "#,##0.00", "0%", with texts around them in quotes or,
// for signs of currencies, as they are; dates "yyyy-mm-dd hh:mm:ss", "d mmm yyyy", "h:mm AM/PM".
type Format struct {
	Kind           FormatKind
	Code           string // how a workbook takes it
	prefix, suffix string
	decimals       int
	group, point   string // between thousands, none in "0"; before decimals
	percent        bool
	moments        []formatPart // of a time; the texts of those that aren't 't' are layouts
}

// Text shows a value. What the format isn't for, a text in a column of numbers, is shown as it stands.
func (f *Format) Text(v Value) string {
	switch f.Kind {
	case NumberFormat:
		if n, ok := Number(v); ok {
			return f.number(n)
		}
	case TimeFormat:
		if t, ok := Moment(v); ok {
			return f.time(t)
		}
	}
	return Text(v)
}

func (f *Format) number(n *big.Rat) string {
	if f.percent {
		n = new(big.Rat).Mul(n, big.NewRat(100, 1))
	}
	text := n.FloatString(f.decimals) // halves away from zero, as spreadsheets round
	sign := ""
	if text[0] == '-' {
		if text = text[1:]; strings.Trim(text, "0.") != "" {
			sign = "-"
		}
	}
	return sign + f.prefix + marked(text, f.group, f.point) + f.suffix
}

// marked writes the marks of a country into a number without any but a point.
func marked(text, group, point string) string {
	whole, fraction, isFraction := strings.Cut(text, ".")
	for at := len(whole) - 3; group != "" && at > 0; at -= 3 {
		whole = whole[:at] + group + whole[at:]
	}
	if isFraction {
		return whole + point + fraction
	}
	return whole
}

func (f *Format) time(t time.Time) string {
	var b strings.Builder
	for _, p := range f.moments {
		if p.kind == 't' {
			b.WriteString(p.text)
		} else {
			b.WriteString(t.Format(p.text))
		}
	}
	return b.String()
}
