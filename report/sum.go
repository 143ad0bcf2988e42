package report

import (
	"math/big"
	"strconv"
	"strings"
)

// Sum adds values up, exact to the last digit. The zero value is empty.
type Sum struct {
	total  big.Int // in units of the last decimal
	places int     // decimals
	rough  bool    // whether some number has digits that only stand for its binary fraction
}

// exactDigits is how many digits of a decimal a float64 keeps; what 0.1+0.2 has beyond them means nothing.
const exactDigits = 15

// Add adds a value, and tells whether it is a number. The sum has as many decimals as the value with the most.
func (s *Sum) Add(v Value) bool {
	text, ok := decimal(v)
	if !ok {
		return false
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if _, isFloat := v.(float64); isFloat && fraction != "" && len(text) > exactDigits {
		s.rough = true
	}
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
	return true
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

// Plain is the sum as it is shown without a format: without digits that mean nothing.
func (s *Sum) Plain() Value {
	if n, ok := Float(s.Value()); ok && s.rough {
		return n
	}
	return s.Value()
}
