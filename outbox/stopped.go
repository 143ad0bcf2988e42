package outbox

// Why a run came to its end before its mail did, as Summary.Stopped tells it.
// Other reasons are in words.
const (
	StoppedFailures = "stop_if"  // too much failed
	StoppedHours    = "hours"    // the batch may not send now
	StoppedExpired  = "expired"  // it is too late for the batch
	StoppedDeclined = "declined" // Confirm said no: nothing was sent
)
