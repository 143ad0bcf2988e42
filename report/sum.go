package report

import (
	"math/big"
	"strings"
)

// Sum adds values up, exact to the last digit. What is no number counts for nothing. The zero value is empty.
type Sum struct {
	total  big.Rat
	places int
}

// Add adds a value. The sum has as many decimals as the value with the most.
func (s *Sum) Add(v Value) {
	n, ok := Number(v)
	if !ok {
		return
	}
	s.total.Add(&s.total, n)
	if exact, finite := n.FloatPrec(); finite {
		s.places = max(s.places, exact)
	}
	if text, isText := v.(string); isText {
		_, fraction, _ := strings.Cut(text, ".")
		s.places = max(s.places, len(fraction))
	}
}

// Value is the sum so far, as a decimal.
func (s *Sum) Value() Value { return s.total.FloatString(s.places) }
