//go:build !crash

package outbox

import "time"

// LeaseTime is how long a worker of a shared store lives without a beat, BeatTime
// how often it gives one.
const (
	LeaseTime = 30 * time.Second
	BeatTime  = 5 * time.Second
)
