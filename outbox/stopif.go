package outbox

import "fmt"

// stops says why a run in which so many were done, and so many of them failed, is
// to end; "" if it goes on.
func (s StopIf) stops(done, failed int64) string {
	switch {
	case failed == 0 || done < s.After:
		return ""
	case s.Failed > 0 && failed >= s.Failed:
		return fmt.Sprintf("%s: %d of %d", StoppedFailures, failed, done)
	case s.Fraction > 0 && float64(failed) >= s.Fraction*float64(done):
		return fmt.Sprintf("%s: %d of %d, %.3g %%", StoppedFailures, failed, done, 100*float64(failed)/float64(done))
	}
	return ""
}
