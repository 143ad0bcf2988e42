package report

import (
	"math"
	"math/big"
	"testing"
)

func TestSum(t *testing.T) {
	for want, values := range map[string][]Value{
		"0":                           {nil, "x", true, math.NaN(), math.Inf(1), ""},
		"0.3":                         {0.1, 0.2},
		"0.00":                        {"-0.05", 0.05, "0.00"},
		"-0.05":                       {"-0.05"},
		"99999999999999999999.95":     {"99999999999999999999.20", 0.75, 0.0},
		"100":                         {33.0, 33.0, "0034"},
		"1" + "000000000000000000001": {1e21, "1"},
		"-1.5":                        {"-2", "0.5"},
	} {
		var sum Sum
		for _, v := range values {
			sum.Add(v)
		}
		if got := sum.Value(); got != want {
			t.Errorf("the sum of %v is %v, want %s", values, got, want)
		}
	}
}

func FuzzSum(f *testing.F) {
	f.Add(1.5, "2.25", -3e20)
	f.Add(1e-300, "-0.1", 5e300)
	f.Fuzz(func(t *testing.T, a float64, b string, c float64) {
		var sum Sum
		want := new(big.Rat)
		for _, v := range []Value{a, b, c} {
			sum.Add(v)
			if n, ok := Number(v); ok {
				want.Add(want, n)
			}
		}
		got, ok := new(big.Rat).SetString(sum.Value().(string))
		if !ok || got.Cmp(want) != 0 {
			t.Errorf("%v + %q + %v = %v, want %v", a, b, c, sum.Value(), want)
		}
	})
}
