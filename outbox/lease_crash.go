//go:build crash

package outbox

import "time"

// LeaseTime and BeatTime are short where tests wait for the end of a lease.
const (
	LeaseTime = 3 * time.Second
	BeatTime  = 500 * time.Millisecond
)
