package lua51

import (
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func TestSlotsAreSeen(t *testing.T) {
	table := &lua.LTable{}
	table.RawSetInt(1, lua.LTrue)
	table.RawSetInt(2, lua.LNil)
	if got := slots(table); got != 2 {
		t.Fatalf("slots = %d, want 2: gopher-lua's tables look different now", got)
	}
}

func TestTrim(t *testing.T) {
	table := &lua.LTable{}
	for i := 1; i <= 3*trimSteps; i++ {
		table.RawSetInt(i, lua.LNumber(i))
	}
	for i := 2; i <= 3*trimSteps; i++ {
		table.RawSetInt(i, lua.LNil)
	}
	for _, step := range []struct {
		key  lua.LValue
		want int
	}{
		{lua.LString("x"), 3 * trimSteps}, {lua.LNumber(5), 3 * trimSteps},
		{lua.LNumber(3 * trimSteps), 2 * trimSteps}, {lua.LNumber(2 * trimSteps), trimSteps}, {lua.LNumber(trimSteps), 1},
	} {
		if Trim(table, step.key); slots(table) != step.want {
			t.Errorf("after Trim(%v): %d slots, want %d", step.key, slots(table), step.want)
		}
	}
}
