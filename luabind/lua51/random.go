package lua51

import (
	"math"
	"math/rand/v2"
)

// randomFunctions are math.random and math.randomseed of one Lua state. They
// begin at a place that nobody knows; a seed makes the numbers that follow
// the same in every run.
func randomFunctions() map[string]function {
	source := rand.NewPCG(rand.Uint64(), rand.Uint64()) //nolint:gosec // math.random is for samples, not for secrets
	numbers := rand.New(source)                         //nolint:gosec // as above
	return map[string]function{
		"random": func(c call) int { return c.random(numbers.Float64()) },
		"randomseed": func(c call) int {
			source.Seed(math.Float64bits(c.number(1)), 0)
			return 0
		},
	}
}

// random makes r, which is at least 0 and less than 1, the number that the
// arguments ask for.
func (c call) random(r float64) int {
	low, high := 1.0, 0.0
	switch c.GetTop() {
	case 0:
		return c.pushNumber(r)
	case 1:
		if high = math.Trunc(c.number(1)); !(low <= high) {
			c.badArgument(1, "interval is empty")
		}
	case 2:
		if low, high = math.Trunc(c.number(1)), math.Trunc(c.number(2)); !(low <= high) {
			c.badArgument(2, "interval is empty")
		}
	default:
		c.fail("wrong number of arguments")
	}
	return c.pushNumber(min(math.Floor(r*(high-low+1))+low, high))
}
