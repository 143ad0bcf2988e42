package sqlstore

import "slices"

// cut makes shards of a place, 0 for each that is free. Shards that somebody owns
// are cut no other way: their owners reckon with the number that they know.
func cut(owners []int64, shards int) []int64 {
	shards = max(shards, 1)
	if len(owners) == shards || slices.ContainsFunc(owners, func(id int64) bool { return id != 0 }) {
		return slices.Clone(owners)
	}
	return make([]int64, shards)
}

// divide gives a worker its fair share of the shards: it gives back what it has
// above that, and takes free ones up to it. Nobody else's are touched, so that the
// sum is never more than the whole; who has too much gives it back when it beats.
func divide(owners, wanters []int64, worker int64) []int64 {
	after := slices.Clone(owners)
	want := fair(len(after), wanters, worker)
	have := held(after, worker)
	for i := len(after) - 1; i >= 0 && have > want; i-- {
		if after[i] == worker {
			after[i] = 0
			have--
		}
	}
	for i := 0; i < len(after) && have < want; i++ {
		if after[i] == 0 {
			after[i] = worker
			have++
		}
	}
	return after
}

// fair is a worker's share of a number of shards; what cannot be divided goes to
// those that came first.
func fair(shards int, wanters []int64, worker int64) int {
	rank := slices.Index(wanters, worker)
	if rank < 0 {
		return 0
	}
	share := shards / len(wanters)
	if rank < shards%len(wanters) {
		share++
	}
	return share
}

func held(owners []int64, worker int64) (n int) {
	for _, owner := range owners {
		if owner == worker {
			n++
		}
	}
	return n
}
