package outbox

import (
	"errors"
	"time"

	"moonpost/smtp"
)

// health is what is known of a place that couldn't be reached. Mails that were
// under way together are a cohort: they fail for one reason and count once.
type health struct {
	cohort  int       // the number of those that begin now
	cohorts int       // that failed, in a row
	next    time.Time // nothing goes there before
	reason  Reply
	hint    string
}

// Between the first cohorts that fail it is only waited for a moment; with the
// last of these a place is dead, and its mail waits for the retry schedule.
var quickPauses = [...]time.Duration{300 * time.Millisecond, time.Second}

// deadAfter is how many cohorts failed when a place is dead.
const deadAfter = len(quickPauses) + 1

// hasty tells that it is only waited for a moment.
func (h *health) hasty() bool { return h.cohorts > 0 && h.cohorts < deadAfter }

// worked notes that the place could be reached.
func (h *health) worked() { *h = health{cohort: h.cohort} }

// failed notes that a mail of a cohort could not reach the place. It tells whether
// that was news.
func (h *health) failed(cohort int, a *attempted, r Retry, now time.Time) bool {
	if cohort != h.cohort {
		return false
	}
	h.cohort++
	h.cohorts++
	if hopeless(a.err) {
		h.cohorts = max(h.cohorts, deadAfter)
	}
	h.reason, h.hint = a.reply(), hintOf(a.err)
	if h.cohorts < deadAfter {
		h.next = now.Add(quickPauses[h.cohorts-1])
	} else {
		h.next = now.Add(r.wait(h.cohorts-deadAfter+1, 0))
	}
	return true
}

// hopeless tells a failure that doesn't heal within seconds, as a wrong password.
func hopeless(err error) bool {
	var auth *smtp.AuthError
	return errors.As(err, &auth) && !auth.Temporary()
}

func hintOf(err error) string {
	var hint interface{ Hint() string }
	if errors.As(err, &hint) {
		return hint.Hint()
	}
	return ""
}
