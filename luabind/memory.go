package luabind

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"strconv"
	"time"
)

// MemoryError ends a script that uses more memory than it may, or is about to.
type MemoryError struct {
	Limit int64 // octets
	leap  int64 // not 0: what it grew by at once, so that it would pass the limit by far next
}

// Error is one line that names the flag.
func (e *MemoryError) Error() string {
	if e.leap > 0 {
		return fmt.Sprintf("script stopped: its memory grows by leaps, by %s just now, and would soon pass %s (--max-memory)", sizeText(e.leap), sizeText(e.Limit))
	}
	return fmt.Sprintf("script stopped: it uses more than %s of memory (--max-memory)", sizeText(e.Limit))
}

// Kind is "cancelled".
func (e *MemoryError) Kind() string { return "cancelled" }

// Hint says what to do.
func (e *MemoryError) Hint() string {
	return "rows can be read one by one, as by csv.rows, and need not be kept in a table; --max-memory 4GB allows more, --max-memory none all that there is"
}

// ParseSize reads a number of octets: "512MB" is 512 × 10⁶, "1GiB" is 2³⁰; a
// text without a unit is octets.
func ParseSize(text string) (int64, error) { return parseSize(text) }

// sizeText writes octets in the largest unit that is exact, or else with two digits.
func sizeText(n int64) string {
	for _, u := range []struct {
		size int64
		name string
	}{{1e9, "GB"}, {1 << 30, "GiB"}, {1e6, "MB"}, {1 << 20, "MiB"}} {
		if n >= u.size && n%u.size == 0 {
			return fmt.Sprintf("%d %s", n/u.size, u.name)
		}
	}
	switch {
	case n >= 1e9:
		return strconv.FormatFloat(float64(n)/1e9, 'f', 1, 64) + " GB"
	case n >= 1e6:
		return strconv.FormatFloat(float64(n)/1e6, 'f', 0, 64) + " MB"
	}
	return fmt.Sprintf("%d bytes", n)
}

const (
	// memoryPause lies between two looks at the memory: a loop of a script
	// gets some ten megabytes in it.
	memoryPause = 10 * time.Millisecond
	// leapSize is more than anything but one allocation can get in a few pauses.
	leapSize = 256 << 20
)

// memoryWatch looks at how much memory the process uses.
type memoryWatch struct {
	limit   int64
	samples []metrics.Sample
	before  int64         // use at the last look
	nextGC  time.Duration // since the beginning: when the next collection may be asked for
}

func newMemoryWatch(limit int64) *memoryWatch {
	w := &memoryWatch{limit: limit}
	for _, name := range []string{"/memory/classes/heap/objects:bytes", "/memory/classes/heap/stacks:bytes", "/gc/heap/allocs:bytes", "/gc/heap/live:bytes"} {
		w.samples = append(w.samples, metrics.Sample{Name: name})
	}
	w.before = w.look().use
	return w
}

// memoryUse is one look, in octets.
type memoryUse struct {
	use       int64 // objects and stacks, garbage included
	allocated int64 // since the process began
	live      int64 // what the last collection found
}

func (w *memoryWatch) look() memoryUse {
	metrics.Read(w.samples)
	value := func(i int) int64 { return int64(w.samples[i].Value.Uint64()) } //nolint:gosec // no process has 2⁶³ octets
	return memoryUse{use: value(0) + value(1), allocated: value(2), live: value(3)}
}

// judge looks and says whether the script has to stop. Garbage is collected
// before it counts, but not so often that nothing else is done.
func (w *memoryWatch) judge(elapsed time.Duration, clock func() time.Duration) error {
	m := w.look()
	leap := m.use - w.before
	w.before = m.use
	switch {
	case leap > leapSize && m.live+3*leap > w.limit+w.limit/2:
		// Nobody can wait for a collection, because the next leap would begin
		// meanwhile: s = s .. s doubles, and doubles again.
		if m.live+leap > w.limit {
			leap = 0
		}
		return &MemoryError{Limit: w.limit, leap: leap}
	case m.use <= w.limit || elapsed < w.nextGC:
		return nil
	}
	runtime.GC()
	after := w.look()
	w.before = after.use
	w.nextGC = clock() + 3*(clock()-elapsed)
	if after.use-(after.allocated-m.allocated) > w.limit { // what came meanwhile counts the next time
		return &MemoryError{Limit: w.limit}
	}
	return nil
}

// watchMemory looks until ctx ends or the script has to stop.
func (h *Host) watchMemory(ctx context.Context, stop context.CancelCauseFunc) {
	begin := h.Mono()
	clock := func() time.Duration { return h.Mono().Sub(begin) }
	w := newMemoryWatch(h.MaxMemory)
	ticker := time.NewTicker(memoryPause)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := w.judge(clock(), clock); err != nil {
				stop(err)
				return
			}
		}
	}
}

// stopped is why the host ended the script, if it did.
func stopped(ctx context.Context) *MemoryError {
	var e *MemoryError
	errors.As(context.Cause(ctx), &e)
	return e
}
