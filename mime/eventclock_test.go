package mime

import (
	"strings"
	"testing"
	"time"
)

// TestEventRepeatedHour writes events of the hour that clocks show twice, from 02:00 to 03:00 on 25 October 2026.
func TestEventRepeatedHour(t *testing.T) {
	first := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC).In(zoneOf(t, "Europe/Berlin")) // 02:30 in summer
	for name, c := range map[string]struct {
		start time.Time
		want  []string
	}{
		"it ends in the second":    {first, []string{"DTSTART:20261025T003000Z", "DTEND:20261025T013000Z"}},
		"it is in the second":      {first.Add(time.Hour), []string{"DTSTART:20261025T013000Z"}},
		"it ends with the first":   {first.Add(-31 * time.Minute), []string{"DTSTART;TZID=Europe/Berlin:20261025T015900", "DTEND;TZID=Europe/Berlin:20261025T025900"}},
		"it begins after the both": {first.Add(90 * time.Minute), []string{"DTSTART;TZID=Europe/Berlin:20261025T030000"}},
	} {
		e := planning(t, "Europe/Berlin")
		e.Start, e.Finish = c.start, c.start.Add(time.Hour)
		got := eventText(t, e, "REQUEST")
		for _, want := range c.want {
			if !strings.Contains(got, want+"\r\n") {
				t.Errorf("%s: no %s in\n%s", name, want, got)
			}
		}
	}
	e := planning(t, "Europe/Berlin")
	e.Start, e.Finish, e.Rule = first, first.Add(time.Hour), "FREQ=YEARLY"
	if _, err := e.Calendar("REQUEST"); err == nil || !strings.Contains(err.Error(), "clocks show twice") {
		t.Errorf("repeated: %v", err)
	}
}

// TestEventZoneNames writes repeated events in zones whose names are no places: they too have summer and winter.
func TestEventZoneNames(t *testing.T) {
	for zone, want := range map[string]string{
		"CET": "DTSTART;TZID=CET:20260302T100000", "EST5EDT": "DTSTART;TZID=EST5EDT:20260302T100000", "UTC": "DTSTART:20260302T100000Z",
	} {
		e := planning(t, zone)
		e.Rule = "FREQ=WEEKLY"
		if got := eventText(t, e, "REQUEST"); !strings.Contains(got, want+"\r\n") || strings.Contains(want, "TZID") != strings.Contains(got, "TZOFFSETTO") {
			t.Errorf("%s:\n%s", zone, got)
		}
	}
	e := planning(t, "UTC")
	e.Start = e.Start.In(time.FixedZone("+02:00", 7200))
	if got := eventText(t, e, "REQUEST"); !strings.Contains(got, "DTSTART:20260302T100000Z\r\n") {
		t.Errorf("an offset:\n%s", got)
	}
}

// TestEventInternationalDomains writes addresses as the mail's fields have them: by these calendars find whose event it is.
func TestEventInternationalDomains(t *testing.T) {
	e := planning(t, "UTC")
	e.Organizer.Address, e.Attendees[0].Address.Address, e.Attendees[1].Address.Address = "desk@müller.example", "ann@müller.example", "jörg@müller.example"
	got := strings.ReplaceAll(eventText(t, e, "REQUEST"), "\r\n ", "")
	for _, want := range []string{"mailto:desk@xn--mller-kva.example\r\n", "mailto:ann@xn--mller-kva.example\r\n", "mailto:jörg@müller.example\r\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	spec := &CalendarSpec{Method: "REQUEST", Content: got}
	if warned := spec.organizerWarning([]Address{{Address: "desk@müller.example"}}); warned != nil {
		t.Error(warned)
	}
}

func TestEventExceptions(t *testing.T) {
	day := func(e *Event, month time.Month, day int) time.Time {
		return time.Date(2026, month, day, 10, 0, 0, 0, e.Start.Location())
	}
	e := planning(t, "Europe/Berlin")
	e.Rule, e.Exceptions = "FREQ=WEEKLY;COUNT=20", []time.Time{day(e, 3, 30), day(e, 4, 6)}
	if got := eventText(t, e, "REQUEST"); !strings.Contains(got, "EXDATE;TZID=Europe/Berlin:20260330T100000\r\nEXDATE;TZID=Europe/Berlin:20260406T100000\r\n") {
		t.Errorf("got\n%s", got)
	}
	e.Start, e.Finish, e.WholeDays, e.Exceptions = day(e, 3, 2), day(e, 3, 3), true, e.Exceptions[:1]
	if got := eventText(t, e, "REQUEST"); !strings.Contains(got, "EXDATE;VALUE=DATE:20260330\r\n") {
		t.Errorf("whole days:\n%s", got)
	}
	for rule, c := range map[string]struct {
		month time.Month
		day   int
		want  string
	}{
		"":                               {3, 9, "not repeated"},
		"FREQ=WEEKLY":                    {3, 10, "no repetition to leave out on Tuesday, 10 March 2026"},
		"FREQ=WEEKLY;UNTIL=20260401":     {4, 6, "no repetition to leave out on Monday, 6 April 2026"},
		"FREQ=WEEKLY;COUNT=3;BYDAY=MO":   {3, 2, "the first repetition cannot be left out"},
		"FREQ=MONTHLY;BYDAY=1MO;COUNT=9": {4, 13, "no repetition to leave out on Monday, 13 April 2026"},
	} {
		e := planning(t, "Europe/Berlin")
		e.Rule, e.Exceptions = rule, []time.Time{day(e, c.month, c.day)}
		if _, err := e.Calendar("REQUEST"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", rule, err, c.want)
		}
	}
	e = planning(t, "Europe/Berlin")
	e.Rule, e.Exceptions = "FREQ=DAILY", []time.Time{e.Start.Add(25 * time.Hour)}
	if _, err := e.Calendar("REQUEST"); err == nil || !strings.Contains(err.Error(), "begins at 10:00, as all do") {
		t.Errorf("another hour: %v", err)
	}
}
