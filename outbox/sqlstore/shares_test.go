package sqlstore

import (
	"fmt"
	"slices"
	"testing"
)

func TestDivide(t *testing.T) {
	for _, test := range []struct {
		owners, wanters []int64
		worker          int64
		want            string
	}{
		{[]int64{0, 0, 0, 0}, []int64{7}, 7, "[7 7 7 7]"},
		{[]int64{7, 7, 7, 7}, []int64{7, 8}, 8, "[7 7 7 7]"}, // none while another has all
		{[]int64{7, 7, 7, 7}, []int64{7, 8}, 7, "[7 7 0 0]"}, // who gives back
		{[]int64{7, 7, 0, 0}, []int64{7, 8}, 8, "[7 7 8 8]"},
		{[]int64{7, 7, 8, 8}, []int64{7, 8}, 7, "[7 7 8 8]"},
		{[]int64{7, 7, 8, 8}, []int64{7, 8, 9}, 7, "[7 7 8 8]"}, // the odd one goes to the first
		{[]int64{7, 7, 8, 8}, []int64{7, 8, 9}, 8, "[7 7 8 0]"},
		{[]int64{7, 7, 8, 0}, []int64{7, 8, 9}, 9, "[7 7 8 9]"},
		{[]int64{7, 8}, []int64{7, 8, 9}, 9, "[7 8]"}, // more workers than shards
		{[]int64{7, 0}, []int64{8}, 7, "[0 0]"},       // who wants it no more
	} {
		before := slices.Clone(test.owners)
		if got := fmt.Sprint(divide(test.owners, test.wanters, test.worker)); got != test.want {
			t.Errorf("%v among %v for %d: %s, want %s", test.owners, test.wanters, test.worker, got, test.want)
		}
		if !slices.Equal(before, test.owners) {
			t.Errorf("%v was changed to %v", before, test.owners)
		}
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		owners []int64
		shards int
		want   string
	}{
		{nil, 3, "[0 0 0]"}, {nil, 0, "[0]"}, {[]int64{0, 0}, 3, "[0 0 0]"}, {[]int64{0, 7}, 3, "[0 7]"}, {[]int64{0, 0, 0}, 1, "[0]"},
	} {
		if got := fmt.Sprint(cut(test.owners, test.shards)); got != test.want {
			t.Errorf("%v into %d: %s, want %s", test.owners, test.shards, got, test.want)
		}
	}
}

// TestDivideSettles lets workers come and go, and beat in turn: after two rounds
// all is divided fairly, and never is a shard owned by two or by nobody who knows.
func TestDivideSettles(t *testing.T) {
	owners := make([]int64, 16)
	for _, wanters := range [][]int64{{1}, {1, 2}, {1, 2, 3}, {1, 2, 3, 4, 5}, {2, 5}, {5}} {
		for i, owner := range owners {
			if owner != 0 && !slices.Contains(wanters, owner) {
				owners[i] = 0 // as if it had been buried
			}
		}
		for range 2 {
			for _, worker := range wanters {
				owners = divide(owners, wanters, worker)
			}
		}
		for _, worker := range wanters {
			if got, want := held(owners, worker), fair(len(owners), wanters, worker); got != want {
				t.Errorf("%d of %v holds %d, want %d", worker, wanters, got, want)
			}
		}
		if held(owners, 0) != 0 {
			t.Errorf("%v: free ones are left: %v", wanters, owners)
		}
	}
}
