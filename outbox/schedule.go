package outbox

import (
	"hash/fnv"
	"strconv"
	"time"
)

// What Retry says by zero.
const (
	defaultAttempts = 5
	defaultFirst    = time.Minute
	defaultFactor   = 2
	defaultCap      = time.Hour
	defaultGiveUp   = 48 * time.Hour
)

// jitter is by which part of itself a wait is longer or shorter: mail that failed
// together doesn't come back together.
const jitter = 0.1

// complete fills in what isn't said.
func (r Retry) complete() Retry {
	return Retry{
		Attempts: orElse(r.Attempts, defaultAttempts),
		First:    orElse(r.First, defaultFirst),
		Factor:   orElse(r.Factor, defaultFactor),
		Cap:      orElse(r.Cap, defaultCap),
		GiveUp:   orElse(r.GiveUp, defaultGiveUp),
	}
}

// wait is the time behind the n-th attempt, from 1. spread, from -1 to 1, is the
// share of the jitter that is taken.
func (r Retry) wait(n int, spread float64) time.Duration {
	wait := float64(r.First)
	for range min(n-1, 64) { // beyond that every wait is the longest
		if wait *= r.Factor; wait >= float64(r.Cap) {
			break
		}
	}
	wait = min(wait, float64(r.Cap))
	return time.Duration(wait * (1 + jitter*spread))
}

// due tells when an item is tried again that made n attempts; ok is false if it is
// given up.
func (r Retry) due(it *Item, n int, counts bool, now time.Time) (due time.Time, ok bool) {
	if counts && n >= r.Attempts {
		return time.Time{}, false
	}
	due = now.Add(r.wait(max(n, 1), spread(it.ID, it.Tries)))
	if !it.Expires.IsZero() && due.After(it.Expires) {
		return due, false
	}
	return due, !due.After(it.Created.Add(r.GiveUp)) || it.Batch != Queue && r.waited(n) <= r.GiveUp
}

// waited is the time that an item of n attempts waits for in all. Mail of a batch is as
// old as that: it may have lain in the store for days before anybody tried it.
func (r Retry) waited(n int) (sum time.Duration) {
	for i := 1; i <= n && sum <= r.GiveUp; i++ {
		sum += r.wait(i, 0)
	}
	return sum
}

// spread is a number from -1 to 1 that differs between items and tries, and is
// the same whoever asks.
func spread(id int64, try int) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strconv.FormatInt(id, 10) + "/" + strconv.Itoa(try)))
	const steps = 1 << 20
	return float64(h.Sum64()>>13%(steps+1))/steps*2 - 1
}

func orElse[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}
