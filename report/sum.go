package report

import (
	"math/big"
	"strconv"
	"strings"
)

// Sum adds values up, exact to the last digit. What is no number counts for nothing. The zero value is empty.
type Sum struct {
	total  big.Int // in units of the last decimal
	places int     // decimals
}

// Summand tells whether a value can be added up: a number, or nothing (nil, an empty text).
func Summand(v Value) bool {
	_, isNumber := decimal(v)
	return isNumber || v == nil || v == ""
}

// Add adds a value. The sum has as many decimals as the value with the most.
func (s *Sum) Add(v Value) {
	text, ok := decimal(v)
	if !ok {
		return
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > s.places {
		scale(&s.total, len(fraction)-s.places)
		s.places = len(fraction)
	}
	var units big.Int
	if n, err := strconv.ParseInt(whole+fraction, 10, 64); err == nil {
		units.SetInt64(n)
	} else {
		units.SetString(whole+fraction, 10)
	}
	scale(&units, s.places-len(fraction))
	s.total.Add(&s.total, &units)
}

// scale moves the point of n by some places.
func scale(n *big.Int, places int) {
	if places > 0 {
		n.Mul(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	}
}

// Value is the sum so far, as a decimal.
func (s *Sum) Value() Value {
	sign, text := "", s.total.String()
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	if s.places == 0 {
		return sign + text
	}
	if missing := s.places + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	point := len(text) - s.places
	return sign + text[:point] + "." + text[point:]
}
