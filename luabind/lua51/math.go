package lua51

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// mathFunctions is the library math without its random numbers.
func mathFunctions() map[string]function {
	functions := map[string]function{
		"fmod": mathFmod, "frexp": mathFrexp, "ldexp": mathLdexp,
		"max": mathMax, "min": mathMin, "modf": mathModf,
		"atan2": binary(math.Atan2), "pow": binary(math.Pow),
	}
	for name, f := range map[string]func(float64) float64{
		"abs": math.Abs, "acos": math.Acos, "asin": math.Asin, "atan": math.Atan, "ceil": math.Ceil,
		"cos": math.Cos, "cosh": math.Cosh, "exp": math.Exp, "floor": math.Floor, "log": math.Log,
		"log10": log10, "sin": math.Sin, "sinh": math.Sinh, "sqrt": math.Sqrt, "tan": math.Tan, "tanh": math.Tanh,
		"deg": func(x float64) float64 { return x / (math.Pi / 180) },
		"rad": func(x float64) float64 { return x * (math.Pi / 180) },
	} {
		functions[name] = unary(f)
	}
	return functions
}

// log10 is exact for powers of ten, which math.Log10 is not.
func log10(x float64) float64 {
	near := math.Round(math.Log10(x))
	if math.Abs(near) < 309 && math.Pow10(int(near)) == x {
		return near
	}
	return math.Log10(x)
}

func unary(f func(float64) float64) function {
	return func(c call) int { return c.pushNumber(f(c.number(1))) }
}

func binary(f func(x, y float64) float64) function {
	return func(c call) int { return c.pushNumber(f(c.number(1), c.number(2))) }
}

func mathFmod(c call) int { return c.pushNumber(math.Mod(c.number(1), c.number(2))) }

func mathFrexp(c call) int {
	fraction, exponent := math.Frexp(c.number(1))
	c.Push(lua.LNumber(fraction))
	c.Push(lua.LNumber(exponent))
	return 2
}

func mathLdexp(c call) int { return c.pushNumber(math.Ldexp(c.number(1), c.integer(2))) }

func mathMax(c call) int {
	greatest := c.number(1)
	for i := 2; i <= c.GetTop(); i++ {
		if x := c.number(i); x > greatest {
			greatest = x
		}
	}
	return c.pushNumber(greatest)
}

func mathMin(c call) int {
	least := c.number(1)
	for i := 2; i <= c.GetTop(); i++ {
		if x := c.number(i); x < least {
			least = x
		}
	}
	return c.pushNumber(least)
}

// mathModf is C's modf: both parts have the sign of the number, and infinity
// has no fraction.
func mathModf(c call) int {
	x := c.number(1)
	whole, fraction := math.Trunc(x), 0.0
	if !math.IsInf(x, 0) {
		fraction = math.Copysign(x-whole, x)
	}
	c.Push(lua.LNumber(whole))
	c.Push(lua.LNumber(fraction))
	return 2
}
