package lua51

import (
	"testing"
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
