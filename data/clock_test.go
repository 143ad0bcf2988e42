package data

import (
	"testing"
	"time"
)

// What no clock shows, and what clocks show twice, around changes of an hour,
// of half an hour, at midnight, and of a whole day.
func TestTimeIn(t *testing.T) {
	for _, c := range []struct{ zone, shown, want string }{
		{"Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T01:59:59+01:00"},
		{"Europe/Berlin", "2026-03-29T02:00:00", "2026-03-29T03:00:00+02:00"},
		{"Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T03:30:00+02:00"},
		{"Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T03:00:00+02:00"},
		{"Europe/Berlin", "2026-10-25T01:59:59", "2026-10-25T01:59:59+02:00"},
		{"Europe/Berlin", "2026-10-25T02:00:00", "2026-10-25T02:00:00+02:00"},
		{"Europe/Berlin", "2026-10-25T02:59:59", "2026-10-25T02:59:59+02:00"},
		{"Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T03:00:00+01:00"},
		{"America/Havana", "2026-03-08T00:00:00", "2026-03-08T01:00:00-04:00"},
		{"America/Havana", "2026-11-01T00:30:00", "2026-11-01T00:30:00-04:00"},
		{"Africa/Cairo", "2026-04-24T00:00:00", "2026-04-24T01:00:00+03:00"},
		{"Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-05T01:45:00+11:00"},
		{"Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-04T02:45:00+11:00"},
		{"Pacific/Apia", "2011-12-30T12:00:00", "2011-12-31T12:00:00+14:00"},
		{"UTC", "2026-03-29T02:30:00", "2026-03-29T02:30:00Z"},
	} {
		loc, err := Zone(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := time.Parse("2006-01-02T15:04:05", c.shown)
		if err != nil {
			t.Fatal(err)
		}
		if got := ISOTime(reclock(shown, loc)); got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.shown, c.zone, got, c.want)
		}
	}
}

// A day whose midnight is skipped begins later, and not on the day before.
func TestDayWithoutMidnight(t *testing.T) {
	loc, err := Zone("America/Havana")
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 3, 8, 12, 0, 0, 0, loc)
	if start, err := StartOf(noon, "day"); err != nil || ISOTime(start) != "2026-03-08T01:00:00-04:00" {
		t.Error(start, err)
	}
	if next, err := AddTime(time.Date(2026, 3, 7, 0, 0, 0, 0, loc), TimeStep{Days: 1}); err != nil || next.Day() != 8 {
		t.Error(next, err)
	}
}
