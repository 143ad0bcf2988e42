package outbox

import (
	"fmt"
	"time"
)

// expired tells that the batch is not to be sent any more.
func (j *Job) expired(now time.Time) bool { return !j.Expires.IsZero() && !now.Before(j.Expires) }

func (j *Job) whyExpired() string {
	return fmt.Sprintf(StoppedExpired+": expires was %s", j.Expires.Format(time.DateTime))
}

// opens tells when the batch may send, from now on; ok is false if it never may.
func (j *Job) opens(now time.Time) (at time.Time, ok bool) {
	if j.NotBefore.After(now) {
		now = j.NotBefore
	}
	at, ok = j.Hours.Next(now)
	return at, ok && !j.expired(at)
}

// whyClosed says why nothing may be sent at a moment.
func (j *Job) whyClosed(now, opens time.Time, ok bool) string {
	switch {
	case j.expired(now):
		return j.whyExpired()
	case !ok:
		return StoppedHours + ": its hours never open before it expires"
	case j.NotBefore.After(now):
		return fmt.Sprintf(StoppedHours+": not_before is %s", opens.Format(time.DateTime))
	}
	return fmt.Sprintf(StoppedHours+": its hours are closed until %s", opens.In(j.Hours.Zone).Format("2006-01-02 15:04 MST"))
}
