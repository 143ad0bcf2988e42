package data

import (
	"math"
	"testing"
)

// TestDecimalText holds how numbers stand in texts.
func TestDecimalText(t *testing.T) {
	for _, tt := range []struct {
		f    float64
		want string
	}{
		{0.30000000000000004, "0.3"},
		{1.0 / 3, "0.33333333333333"},
		{1234567.5, "1234567.5"},
		{0.00001, "0.00001"},
		{1e20, "100000000000000000000"},
		{9007199254740993, "9007199254740992"},
		{123456789012345.5, "123456789012345.5"},
		{1234567890123.45, "1234567890123.45"},
		{123456.789012345, "123456.789012345"},
		{-99999999999999.9, "-99999999999999.9"},
		{1e6 / 7, "142857.14285714"},
		{math.Copysign(0, -1), "0"},
		{math.Inf(1), "inf"},
		{math.Inf(-1), "-inf"},
		{math.NaN(), "nan"},
	} {
		if got := DecimalText(tt.f); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.f, got, tt.want)
		}
	}
}
