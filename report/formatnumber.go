package report

import "math"

// PlainNumber is a format of its own making, as "#,##0.00" or, with percent, "0.0%" would be.
func PlainNumber(decimals int, group, percent bool) Format {
	f := Format{Kind: NumberFormat, decimals: decimals, group: map[bool]string{true: ","}[group], point: ".", percent: percent}
	if percent {
		f.suffix = "%"
	}
	return f
}

// WithDecimals is the format of a number with fewer or more decimals.
func (f Format) WithDecimals(n int) Format {
	f.decimals = n
	return f
}

// Decimals is how many decimals of a value a format shows: two more than it writes for a percentage.
func (f *Format) Decimals() int {
	switch {
	case f.Kind != NumberFormat:
		return 0
	case f.percent:
		return f.decimals + percentDecimals
	}
	return f.decimals
}

// Written is how many decimals it writes.
func (f *Format) Written() int { return f.decimals }

const percentDecimals = 2

// LeastStep is the smallest difference that a format of numbers shows, 0 of any other.
func (f *Format) LeastStep() float64 {
	if f.Kind != NumberFormat {
		return 0
	}
	return math.Pow10(-f.Decimals())
}
