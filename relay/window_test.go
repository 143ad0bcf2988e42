package relay

import (
	"strings"
	"testing"
)

// TestWindow feeds a window with outcomes, + and -, and looks at its sizes; x is the
// failure by which the site is given up.
func TestWindow(t *testing.T) {
	tests := []struct {
		name     string
		from     int
		outcomes string
		sizes    string
	}{
		{"one more for each connection that went well", 1, "+ + + + + + + + + +", "2 2 3 3 3 4 4 4 4 4"},
		{"never above the limit", 4, "+ + + + +", "4 4 4 4 4"},
		{"as many as go well", 4, "- + - + - + - + -", "3 3 3 3 3 4 3 3 3"},
		{"a failure is charged at once, the next after a cycle", 4, "- - + - - - + -", "3 3 3 3 3 2 2 2"},
		{"what goes well after it counts", 4, "- + + + - + + +", "3 3 3 4 3 3 3 4"},
		{"nothing goes well", 4, "- - - - - - - - -", "3 3 3 3 2 2 2 1x 1x"},
		{"alone", 1, "- - - - + - - -", "1 1 1x 1x 2 1 1 1"},
		{"something goes well between", 1, "- - + - - + -", "1 1 2 1 1 2 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := window{size: tt.from}
			var got []string
			for _, one := range strings.Fields(tt.outcomes) {
				mark := ""
				if one == "+" {
					w.worked(w.size, 4)
				} else if w.failed(4) {
					mark = "x"
				}
				got = append(got, string(rune('0'+w.size))+mark)
			}
			if text := strings.Join(got, " "); text != tt.sizes {
				t.Errorf("%s, want %s", text, tt.sizes)
			}
		})
	}
}

func TestWindowGrowsOnlyWhereItIsUsed(t *testing.T) {
	w := window{size: 2}
	for range 10 {
		w.worked(1, 4)
	}
	if w.size != 2 {
		t.Error(w.size)
	}
	w = window{size: 8}
	if w.failed(3); w.size != 2 {
		t.Errorf("of three in use %d are left", w.size)
	}
	if w = (window{size: 8}); true {
		w.halve(6)
	}
	if w.size != 3 {
		t.Error(w.size)
	}
}
