package data

import "time"

// TimeIn is the moment at which a clock in loc shows a date and a time of
// day; parts beyond their range carry over as in time.Date. Of a time that
// clocks show twice it is the first, and one that they skip counts as if they
// had not been changed, which is later by what they skip (RFC 5545 §3.3.5).
// time.Date promises neither, and puts midnight, where that is skipped, into
// the day before.
func TimeIn(year int, month time.Month, day, hour, minute, second, nanosecond int, loc *time.Location) time.Time {
	shown := time.Date(year, month, day, hour, minute, second, nanosecond, time.UTC)
	_, before := shown.AddDate(0, 0, -1).In(loc).Zone()
	_, after := shown.AddDate(0, 0, 1).In(loc).Zone()
	first := shown.Add(-time.Duration(before) * time.Second).In(loc)
	if _, offset := first.Zone(); offset == before {
		return first
	}
	last := shown.Add(-time.Duration(after) * time.Second).In(loc)
	if _, offset := last.Zone(); offset == after {
		return last
	}
	return first
}

// reclock gives the moment at which a clock in loc shows what t shows.
func reclock(t time.Time, loc *time.Location) time.Time {
	year, month, day := t.Date()
	return TimeIn(year, month, day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), loc)
}
