package relay

import "time"

// backOff remembers that a server could not be reached.
type backOff struct {
	until   time.Time
	wait    time.Duration
	last    error
	longest time.Duration // 0: longestBackOff
	probed  bool          // somebody tries whether it is over
	whole   bool          // messages fail over connections that can be had: only one that goes well ends it
}

const (
	firstBackOff   = 250 * time.Millisecond
	longestBackOff = 5 * time.Second
)

// shuns tells whether connecting was in vain so recently that it is not tried.
func (b *backOff) shuns(now time.Time) bool {
	return b.last != nil && (b.probed || now.Before(b.until))
}

// failed counts attempts that ran side by side as one.
func (b *backOff) failed(now time.Time, err error) {
	if b.shuns(now) {
		return
	}
	b.wait = min(max(2*b.wait, firstBackOff), orElse(b.longest, longestBackOff))
	b.until, b.last = now.Add(b.wait), err
}

func (b *backOff) worked() { *b = backOff{longest: b.longest} }

// reached notes that a connection could be had.
func (b *backOff) reached() {
	if !b.whole {
		b.worked()
	}
}

// recovered notes that a message went well.
func (b *backOff) recovered() {
	if b.whole {
		b.worked()
	}
}
