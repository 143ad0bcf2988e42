package lua51

import (
	"fmt"
	"math"
	"testing"
)

// TestFormatNumber holds the text form of numbers, and where it is not PUC's.
func TestFormatNumber(t *testing.T) {
	for _, tt := range []struct {
		f    float64
		want string
	}{
		{0, "0"},
		{math.Copysign(0, -1), "-0"},
		{1, "1"},
		{-1, "-1"},
		{100, "100"},
		{0.1, "0.1"},
		{0.1 + 0.2 - 0.1 + 0.1, "0.3"},
		{0.30000000000000004, "0.3"},
		{1.0 / 3, "0.33333333333333"},
		{2.0 / 3, "0.66666666666667"},
		{-2.5, "-2.5"},
		{1234567.5, "1234567.5"},
		{12345678901234.5, "12345678901234"},
		{123456789012345.5, "1.2345678901235e+14"},
		{99999999999999.9, "1e+14"},
		{0.0001, "0.0001"},
		{0.00001, "1e-05"},
		{0.000123456789, "0.000123456789"},
		{1e100, "1e+100"},
		{-1e-100, "-1e-100"},
		{math.Inf(1), "inf"},
		{math.Inf(-1), "-inf"},
		{math.MaxFloat64, "1.7976931348623e+308"},
		{math.SmallestNonzeroFloat64, "4.9406564584125e-324"},
		// Here PUC's Lua writes 1e+15, 9.007199254741e+15 and so on.
		{1e14, "100000000000000"},
		{1e15, "1000000000000000"},
		{1 << 53, "9007199254740992"},
		{-(1<<53 - 1), "-9007199254740991"},
		{1 << 62, "4611686018427387904"},
		{-1 << 63, "-9223372036854775808"},
		{1 << 63, "9.2233720368548e+18"},
		{1e19, "1e+19"},
		// And here -nan, if the processor says so.
		{math.NaN(), "nan"},
		{math.Copysign(math.NaN(), -1), "nan"},
	} {
		if got := FormatNumber(tt.f); got != tt.want || len(got) > numberSize {
			t.Errorf("%v: %q, want %q", tt.f, got, tt.want)
		}
	}
	if n := testing.AllocsPerRun(100, func() { FormatNumber(1234567.5) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzFormatNumber compares with PUC's Lua 5.1.
func FuzzFormatNumber(f *testing.F) {
	for _, n := range []float64{0.1, 1e15 + 0.5, 0.5, 1e-5, 123456789.123456789, 1e22, 5e-324, 99999999999999.95, 2.5e15, -0.00001} {
		f.Add(math.Float64bits(n))
	}
	puc := startPUC(f)
	f.Fuzz(func(t *testing.T, bits uint64) {
		n := math.Float64frombits(bits)
		if math.IsNaN(n) || n == math.Trunc(n) && math.Abs(n) <= 1<<63 || puc == nil {
			return
		}
		mantissa, exponent := math.Frexp(n)
		if math.IsInf(n, 0) {
			mantissa, exponent = n, 0
		}
		code := fmt.Sprintf("print(math.ldexp(%d / 2^53, %d))", int64(mantissa*(1<<53)), exponent)
		if math.IsInf(n, 0) {
			code = fmt.Sprintf("print(%v * math.huge)", math.Copysign(1, n))
		}
		if want := puc.run(t, code); FormatNumber(n)+"\n" != want {
			t.Errorf("%v: %s, want %s", n, FormatNumber(n), want)
		}
	})
}
