package outbox

import (
	"fmt"
	"testing"
)

func TestComplaints(t *testing.T) {
	var c complaints
	for i := range 3000 {
		c.add(fmt.Sprintf("reason %d", i), "", fmt.Sprint(i))
		c.add("the same", "a hint", fmt.Sprint(i))
	}
	list := c.list()
	if len(list) != complaintsKept+1 || list[0] != (Complaint{"the same", "a hint", 3000, "0"}) {
		t.Errorf("%d complaints, the first %+v", len(list), list[0])
	}
	var n int64
	for _, one := range list {
		n += one.N
	}
	if last := list[len(list)-1]; n != 6000 || last.Text != "other reasons" {
		t.Errorf("%d in all, the last %+v", n, last)
	}
}
