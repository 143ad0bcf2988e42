package outbox

import (
	"slices"
	"strings"
)

// Why a run came to its end before its mail did, as Summary.Stopped tells it.
// Other reasons are in words.
const (
	StoppedFailures = "stop_if"  // too much failed
	StoppedHours    = "hours"    // the batch may not send now
	StoppedExpired  = "expired"  // it is too late for the batch
	StoppedDeclined = "declined" // Confirm said no: nothing was sent
)

// wasCancelled is why a batch that a person has ended sends nothing.
const wasCancelled = "the batch was cancelled: nothing of it is sent any more"

// stop notes why the run stopped. Behind one of the reasons above and a colon follow details.
func (s *Summary) stop(text string) {
	reason, why, _ := strings.Cut(text, ": ")
	if slices.Contains([]string{StoppedFailures, StoppedHours, StoppedExpired, StoppedDeclined}, reason) {
		s.Stopped, s.Why = reason, why
		return
	}
	s.Stopped, s.Why = text, ""
}
