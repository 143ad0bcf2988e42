package lua51

import (
	"math"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestMatchingDoesNotAllocate holds the promise of matcher.
func TestMatchingDoesNotAllocate(t *testing.T) {
	for _, pattern := range []string{"(%a+)@([%w.-]+)", "^%s*(.-)%s*$", "%f[%w]%w+%f[%W]", "(.)%1", "%b()", "[^,]*,()", "plain"} {
		allocations := testing.AllocsPerRun(100, func() {
			m := matcher{subject: "to: (ann.example@mail.example.org), plain hello", pattern: pattern, budget: lookEvery}
			if _, end := m.find(0); end == broken {
				t.Error(m.err)
			}
		})
		if allocations != 0 {
			t.Errorf("%s: %v allocations", pattern, allocations)
		}
	}
}

// TestNumberText compares with what the virtual machine's ".." writes.
func TestNumberText(t *testing.T) {
	numbers := []float64{
		0, math.Copysign(0, -1), 1, -1, 0.1, 0.1 + 0.2, 1e15, 1 << 53, 1 << 62, 1 << 63, -1 << 63, 1e20, 1e21, 1e100, 1e-5, 1e-4, 1234567.5,
		123456.75, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, math.SmallestNonzeroFloat64, 1.0 / 3, 100, 255.5,
	}
	for _, f := range numbers {
		if got, want := numberText(lua.LNumber(f)), lua.LNumber(f).String(); got != want {
			t.Errorf("%v: %q, want %q", f, got, want)
		}
	}
}

// TestIteratorOutlivesItsCoroutine: the context of a coroutine ends with it,
// that of the script doesn't.
func TestIteratorOutlivesItsCoroutine(t *testing.T) {
	const code = `
		local co = coroutine.create(function() return ("a"):rep(2000):gmatch("a-b") end)
		local _, next = coroutine.resume(co)
		co = nil
		print(pcall(function() ("x"):rep(10) return next() end))`
	if got := runOurs(t.Context(), code); got != "true\n" {
		t.Errorf("printed %q", got)
	}
}
