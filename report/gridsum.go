package report

import (
	"fmt"
	"strings"
)

// leftOut is what a sum leaves out, because it is no number.
type leftOut struct {
	first   string
	row, n  int
	counted bool // whether there was a number too
}

// sum counts a value into its column's sum.
func (g *Grid) sum(row, column int, v Value) {
	left := &g.left[column]
	switch {
	case g.sums[column].Add(v):
		left.counted = true
	case v == nil, v == "":
	default:
		if left.n++; left.n == 1 {
			left.first, left.row = Text(v), row
		}
	}
}

// SumError is a column that is to be summed up and has no numbers.
type SumError struct {
	Column, Value string
	Row           int
}

func (e *SumError) Error() string {
	return fmt.Sprintf("column %q has a total and not one number: row %d has %q", e.Column, e.Row, Brief(e.Value))
}

// Kind is that of a wrong argument.
func (e *SumError) Kind() string { return "argument" }

// Hint tells how numbers of other countries are read.
func (e *SumError) Hint() string { return NumberHint(e.Value) }

// NumberHint tells how a text becomes a number that wants to be one.
func NumberHint(text string) string {
	if strings.Contains(text, ",") {
		return `a number is written as 1234.50; row.x = row.x:gsub("%.", ""):gsub(",", ".") makes one of 1.234,50`
	}
	return ""
}

// Summand tells whether a total may meet a value: a number, nothing, or a text without a digit ("n/a"), which it leaves
// out. A text such as "1,200.50" may be meant as a number, and the total would be wrong without it.
func Summand(v Value) bool {
	text, isText := v.(string)
	return v == nil || isText && !strings.ContainsAny(text, "0123456789") || isNumber(v)
}

func isNumber(v Value) bool {
	_, ok := decimal(v)
	return ok
}

// CheckSums looks, once all rows are there, for what sums leave out: of a column without any number, which is a
// *SumError, or of some of its values, which is a warning.
func (g *Grid) CheckSums() (warnings []string, err error) {
	for i := range g.left {
		left := &g.left[i]
		switch {
		case left.n == 0:
		case !left.counted:
			return nil, &SumError{Column: g.name(i), Row: left.row, Value: left.first}
		default:
			warnings = append(warnings, fmt.Sprintf("column %q: the total leaves out what is no number, %q in row %d%s",
				g.name(i), Brief(left.first), left.row, besides(left.n-1)))
		}
	}
	return warnings, nil
}

func besides(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " and one more"
	}
	return fmt.Sprintf(" and %d more", n)
}
