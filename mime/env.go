package mime

import (
	crand "crypto/rand"
	"encoding/hex"
	"io"
	"sync"
	"time"
)

// Env is what a message takes from the world around it. Both fields must be set; NewEnv sees to it.
type Env struct {
	Now  func() time.Time // gives the Date of messages without one
	Rand io.Reader        // gives boundaries and message identifiers; must be safe for use by several goroutines
}

// NewEnv makes an Env from a clock, which must not be nil, and a source of random octets. A nil source means the
// system's; any other is guarded by a lock, so that a seeded one may serve several goroutines.
func NewEnv(now func() time.Time, rand io.Reader) *Env {
	if now == nil {
		panic("mime: NewEnv needs a clock")
	}
	if rand == nil {
		return &Env{Now: now, Rand: crand.Reader}
	}
	return &Env{Now: now, Rand: &lockedReader{r: rand}}
}

// token gives 128 random bits as 32 lower-case hexadecimal digits.
func (e *Env) token() (string, error) {
	var raw [16]byte
	if _, err := io.ReadFull(e.Rand, raw[:]); err != nil {
		return "", &Error{What: "no randomness for boundaries and identifiers", Err: err}
	}
	return hex.EncodeToString(raw[:]), nil
}

type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return io.ReadFull(l.r, b)
}
