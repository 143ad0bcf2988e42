package luabind

import (
	"testing"
	"time"
)

func TestStackIsEmptiedInLinearTime(t *testing.T) {
	begin := time.Now()
	out := runOnMoonpost(t, `
local stack, heap = {}, {}
for i = 1, 200000 do stack[i], heap[i] = i, i end
while #stack > 0 do stack[#stack] = nil end
while #heap > 1 do heap[1], heap[#heap] = heap[#heap], nil end
print(#stack, #heap)`)
	if out != "0\t1\n" {
		t.Errorf("printed %q", out)
	}
	if took := time.Since(begin); took > 20*time.Second { // two minutes where the square is taken
		t.Errorf("took %v", took)
	}
}
