package outbox

import (
	"testing"
	"time"
)

func TestHours(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("LOUD: this machine has no time zones:", err)
	}
	weekdays := [7]bool{false, true, true, true, true, true, false}
	office := Hours{Days: weekdays, From: 8 * time.Hour, To: 18 * time.Hour, Zone: berlin}
	night := Hours{Days: weekdays, From: 22 * time.Hour, To: 4 * time.Hour, Zone: berlin}
	gap := Hours{Days: [7]bool{true}, From: 2*time.Hour + 30*time.Minute, To: 5 * time.Hour, Zone: berlin}
	for _, test := range []struct {
		name     string
		hours    Hours
		at, next string
	}{
		{"always", Hours{}, "2026-10-03 03:00", "2026-10-03 03:00"},
		{"within", office, "2026-10-02 08:00", "2026-10-02 08:00"},
		{"just before", office, "2026-10-02 07:59", "2026-10-02 08:00"},
		{"at the end of the week", office, "2026-10-02 18:00", "2026-10-05 08:00"},
		{"over a change of clocks", office, "2026-10-24 12:00", "2026-10-26 08:00"},
		{"at night", night, "2026-10-05 23:00", "2026-10-05 23:00"},
		{"the night of Friday goes on", night, "2026-10-03 03:59", "2026-10-03 03:59"},
		{"the night of Sunday is none", night, "2026-10-05 03:00", "2026-10-05 22:00"},
		{"a time that doesn't exist", gap, "2026-03-28 12:00", "2026-03-29 03:30"},
		{"never", Hours{Zone: berlin, To: time.Hour}, "2026-10-02 18:00", ""},
	} {
		parse := func(s string) time.Time {
			at, err := time.ParseInLocation("2006-01-02 15:04", s, berlin)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		next, ok := test.hours.Next(parse(test.at))
		if ok != (test.next != "") || ok && !next.Equal(parse(test.next)) {
			t.Errorf("%s: %s, %v", test.name, next, ok)
		}
	}
}

func TestOpens(t *testing.T) {
	now := time.Date(2026, 10, 2, 7, 0, 0, 0, time.UTC) // a Friday
	every := [7]bool{true, true, true, true, true, true, true}
	office := Hours{Days: every, From: 8 * time.Hour, To: 18 * time.Hour, Zone: time.UTC}
	for _, test := range []struct {
		name string
		job  Job
		at   time.Time
		ok   bool
		why  string
	}{
		{"now", Job{}, now, true, ""},
		{"later", Job{NotBefore: now.Add(time.Hour)}, now.Add(time.Hour), true, "hours: not_before is 2026-10-02 08:00:00"},
		{"closed", Job{Hours: office}, now.Add(time.Hour), true, "hours: its hours are closed until 2026-10-02 08:00 UTC"},
		{"later and closed", Job{Hours: office, NotBefore: now.Add(12 * time.Hour)}, now.Add(25 * time.Hour), true, "hours: not_before is 2026-10-03 08:00:00"},
		{"expires before", Job{Hours: office, Expires: now.Add(time.Minute)}, time.Time{}, false, "hours: its hours never open before it expires"},
		{"expired", Job{Expires: now}, time.Time{}, false, "expired: expires was 2026-10-02 07:00:00"},
	} {
		at, ok := test.job.opens(now)
		if ok != test.ok || ok && !at.Equal(test.at) {
			t.Errorf("%s: %s, %v", test.name, at, ok)
		}
		if test.why == "" {
			continue
		}
		if why := test.job.whyClosed(now, at, ok); why != test.why {
			t.Errorf("%s: %q", test.name, why)
		}
	}
}
