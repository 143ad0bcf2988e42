package mime

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// planning is an event of an hour on Monday, 2 March 2026.
func planning(t *testing.T, zone string) *Event {
	t.Helper()
	start := time.Date(2026, 3, 2, 10, 0, 0, 0, zoneOf(t, zone))
	return &Event{
		UID: "planning-2026-03@example.org", Start: start, Finish: start.Add(time.Hour), Summary: "Planning", Stamp: time.Date(2026, 2, 25, 9, 0, 0, 0, time.UTC),
		Organizer: Address{Name: "Desk", Address: "desk@example.org"},
		Attendees: []Attendee{{Address: Address{Name: "Ann Lee, Sales", Address: "ann@example.org"}}, {Address: Address{Address: "bob@example.org"}, Role: "optional", Quiet: true}},
	}
}

func eventText(t *testing.T, e *Event, method string) string {
	t.Helper()
	spec, err := e.Calendar(method)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSuffix(spec.Content, "\r\n"), "\r\n") {
		if len(line) > calendarFold && !strings.Contains(line, "{{") || strings.ContainsAny(line, "\r\n") || line == "" {
			t.Errorf("the line %q", line)
		}
	}
	return spec.Content
}

func TestEventRequest(t *testing.T) {
	e := planning(t, "Europe/Berlin")
	e.Rule, e.Alarms = "rrule:freq=weekly;byday=mo;until=2026-06-29", []time.Duration{15 * time.Minute, 36 * time.Hour}
	e.Location, e.Details, e.URL, e.Sequence = "Room 7; first floor", "Agenda:\r\n1. Übersicht\\Plan\x00", "https://example.org/plan?a=1", 2
	const want = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//moonpost//moonpost//EN
CALSCALE:GREGORIAN
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:20250330T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20251026T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:planning-2026-03@example.org
DTSTAMP:20260225T090000Z
SEQUENCE:2
DTSTART;TZID=Europe/Berlin:20260302T100000
DTEND;TZID=Europe/Berlin:20260302T110000
RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260629T215959Z
SUMMARY:Planning
LOCATION:Room 7\; first floor
DESCRIPTION:Agenda:\n1. Übersicht\\Plan
URL:https://example.org/plan?a=1
STATUS:CONFIRMED
TRANSP:OPAQUE
ORGANIZER;CN="Desk":mailto:desk@example.org
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=
 TRUE;CN="Ann Lee, Sales":mailto:ann@example.org
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=
 FALSE:mailto:bob@example.org
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Planning
TRIGGER:-PT15M
END:VALARM
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Planning
TRIGGER:-PT36H
END:VALARM
END:VEVENT
END:VCALENDAR
`
	if got := strings.ReplaceAll(eventText(t, e, "REQUEST"), "\r\n", "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestEventForms(t *testing.T) {
	days := func(e *Event) {
		e.Start, e.Finish, e.WholeDays = time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 8, 0, 0, 0, 0, time.UTC), true
	}
	for name, c := range map[string]struct {
		method string
		change func(*Event)
		want   []string
		lacks  string
	}{
		"cancelled": {"CANCEL", func(e *Event) { e.Sequence, e.Alarms = 1, []time.Duration{time.Hour} },
			[]string{"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1", "DTSTART;TZID=Europe/Berlin:20260302T100000"}, "VALARM"},
		"whole days":          {"REQUEST", days, []string{"DTSTART;VALUE=DATE:20261005", "DTEND;VALUE=DATE:20261008"}, "VTIMEZONE"},
		"repeated whole days": {"REQUEST", func(e *Event) { days(e); e.Rule = "FREQ=YEARLY;UNTIL=20301231" }, []string{"RRULE:FREQ=YEARLY;UNTIL=20301231"}, "TZID"},
		"in UTC":              {"REQUEST", func(e *Event) { e.Start, e.Finish = e.Start.UTC(), e.Finish.UTC() }, []string{"DTSTART:20260302T090000Z", "DTEND:20260302T100000Z"}, "TZID"},
		"in an offset":        {"REQUEST", func(e *Event) { e.Start = e.Start.In(time.FixedZone("X", 3600)) }, []string{"DTSTART:20260302T090000Z"}, "TZID"},
		"one repetition": {"CANCEL", func(e *Event) { e.Occurrence = e.Start.AddDate(0, 0, 35) },
			[]string{"RECURRENCE-ID;TZID=Europe/Berlin:20260406T100000"}, "RRULE:FREQ=W"},
		"tentative":           {"REQUEST", func(e *Event) { e.Status = "TENTATIVE" }, []string{"STATUS:TENTATIVE"}, "CONFIRMED"},
		"a name that escapes": {"REQUEST", func(e *Event) { e.Organizer.Name = "A\"\r\nATTENDEE:x" }, []string{`ORGANIZER;CN="A' ATTENDEE:x":mailto:`}, "\nATTENDEE:x"},
		"a text that escapes": {"REQUEST", func(e *Event) { e.Summary = "A\r\nATTENDEE:x" }, []string{`SUMMARY:A\nATTENDEE:x`}, "\nATTENDEE:x"},
		"gaps": {"REQUEST", func(e *Event) {
			e.Attendees = []Attendee{{Address: Address{Name: "{{.name}}", Address: "{{.email}}"}}}
			e.Summary = "Planning of a quarter that lies far ahead of us all, with our friend {{.name}}"
		}, []string{`RSVP=TRUE;CN="{{.name}}":mailto:{{.email}}`, "friend {{.name}}\r\n"}, "\r\n "},
	} {
		t.Run(name, func(t *testing.T) {
			e := planning(t, "Europe/Berlin")
			c.change(e)
			got := eventText(t, e, c.method)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("want %q in\n%s", want, got)
				}
			}
			if strings.Contains(got, c.lacks) {
				t.Errorf("%q in\n%s", c.lacks, got)
			}
		})
	}
}

func TestEventErrors(t *testing.T) {
	for want, change := range map[string]func(*Event){
		"no uid":                func(e *Event) { e.UID = " " },
		"one short line":        func(e *Event) { e.UID = "a\r\nATTENDEE:x" },
		"the url must":          func(e *Event) { e.URL = "https://x.example/\r\nX:y" },
		"end after it begins":   func(e *Event) { e.Finish = e.Start },
		"longer than 3660 days": func(e *Event) { e.Finish = e.Start.AddDate(20, 0, 0) },
		"in the year 1815": func(e *Event) {
			e.Start = time.Date(1815, 6, 18, 0, 0, 0, 0, time.UTC)
			e.Finish = e.Start.Add(time.Hour)
		},
		"no organizer":                  func(e *Event) { e.Organizer = Address{} },
		"no attendees":                  func(e *Event) { e.Attendees = nil },
		"sequence is negative":          func(e *Event) { e.Sequence = -1 },
		"more than 10 alarms":           func(e *Event) { e.Alarms = make([]time.Duration, 11) },
		"must be a mailto: address":     func(e *Event) { e.Attendees[0].Address.Address = "ann" },
		"rrule: FREQ is missing":        func(e *Event) { e.Rule = "BYDAY=MO" },
		"FREQ is DAILY":                 func(e *Event) { e.Rule = "FREQ=HOURLY" },
		"COUNT and UNTIL":               func(e *Event) { e.Rule = "FREQ=DAILY;COUNT=2;UNTIL=20270101" },
		"there twice":                   func(e *Event) { e.Rule = "FREQ=DAILY;COUNT=2;COUNT=3" },
		"this part is unknown":          func(e *Event) { e.Rule = "FREQ=DAILY;BYHOUR=9" },
		"a number up to 10000":          func(e *Event) { e.Rule = "FREQ=DAILY;COUNT=0" },
		"a number up to 12":             func(e *Event) { e.Rule = "FREQ=YEARLY;BYMONTH=3,13" },
		"no date as in UNTIL":           func(e *Event) { e.Rule = "FREQ=DAILY;UNTIL=tomorrow" },
		"ends before it begins":         func(e *Event) { e.Rule = "FREQ=DAILY;UNTIL=20260301" },
		"this is no weekday":            func(e *Event) { e.Rule = "FREQ=WEEKLY;WKST=X" },
		"weekdays are written":          func(e *Event) { e.Rule = "FREQ=WEEKLY;BYDAY=MONDAY" },
		"weekdays with a number":        func(e *Event) { e.Rule = "FREQ=WEEKLY;BYDAY=1MO" },
		"doesn't go with FREQ=WEEKLY":   func(e *Event) { e.Rule = "FREQ=WEEKLY;BYMONTHDAY=2" },
		"BYSETPOS needs another":        func(e *Event) { e.Rule = "FREQ=MONTHLY;BYSETPOS=1" },
		"Monday, 2 March 2026":          func(e *Event) { e.Rule = "FREQ=WEEKLY;BYDAY=TU,TH" },
		"is no day of the rule":         func(e *Event) { e.Rule = "FREQ=MONTHLY;BYDAY=-1MO" },
		"no day of the rule; calendars": func(e *Event) { e.Rule = "FREQ=MONTHLY;BYMONTHDAY=3,-1" },
		"it is too long":                func(e *Event) { e.Rule = "FREQ=DAILY;" + strings.Repeat("X", maxRule) },
	} {
		e := planning(t, "Europe/Berlin")
		change(e)
		_, err := e.Calendar("REQUEST")
		var fault *Error
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestEventRules(t *testing.T) {
	for rule, want := range map[string]string{
		"FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10":          "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10",
		"freq=monthly;byday=1mo;":                   "FREQ=MONTHLY;BYDAY=1MO",
		"FREQ=MONTHLY;BYDAY=-5MO,1MO":               "FREQ=MONTHLY;BYDAY=-5MO,1MO",
		"FREQ=MONTHLY;BYMONTHDAY=2":                 "FREQ=MONTHLY;BYMONTHDAY=2",
		"FREQ=MONTHLY;BYMONTHDAY=-30":               "FREQ=MONTHLY;BYMONTHDAY=-30",
		"FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1":       "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
		"FREQ=YEARLY;BYMONTH=3;BYDAY=1MO":           "FREQ=YEARLY;BYMONTH=3;BYDAY=1MO",
		"FREQ=YEARLY;BYDAY=9MO":                     "FREQ=YEARLY;BYDAY=9MO",
		"FREQ=DAILY;INTERVAL=2;UNTIL=20260310":      "FREQ=DAILY;INTERVAL=2;UNTIL=20260310T225959Z",
		"FREQ=DAILY;UNTIL=20260710T100000":          "FREQ=DAILY;UNTIL=20260710T080000Z",
		"FREQ=DAILY;UNTIL=20260710T100000Z;WKST=SU": "FREQ=DAILY;UNTIL=20260710T100000Z;WKST=SU",
	} {
		e := planning(t, "Europe/Berlin")
		e.Rule = rule
		if got := strings.ReplaceAll(eventText(t, e, "REQUEST"), "\r\n ", ""); !strings.Contains(got, "RRULE:"+want+"\r\n") {
			t.Errorf("%s gives\n%s", rule, got)
		}
	}
}

// TestEventZones asks the definition of a zone for its offset at many moments, and Go.
func TestEventZones(t *testing.T) {
	for _, zone := range []string{
		"Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Santiago", "Australia/Sydney", "Australia/Lord_Howe", // with a rule
		"Asia/Jerusalem", "Africa/Casablanca", "Africa/Cairo", "Asia/Kolkata", "Asia/Tokyo", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", // without
	} {
		e := planning(t, zone)
		e.Rule = "FREQ=WEEKLY"
		loc := e.Start.Location()
		onsets := onsetsOf(t, eventText(t, e, "REQUEST"))
		for at := e.Start; at.Before(e.Start.AddDate(9, 0, 0)); at = at.Add(41 * time.Hour) {
			want, got := 0, 0
			_, want = at.In(loc).Zone()
			var latest time.Time
			for _, o := range onsets {
				if !o.at.After(at) && o.at.After(latest) {
					latest, got = o.at, o.offset
				}
			}
			if got != want {
				t.Errorf("%s: %v is %d s east in the definition, %d for Go", zone, at, got, want)
				break
			}
		}
	}
}

// onset is a moment from which an offset holds.
type onset struct {
	at     time.Time
	offset int
}

// onsetsOf reads the observances of a calendar, with the rules followed for twelve years.
func onsetsOf(t *testing.T, text string) (list []onset) {
	t.Helper()
	offset := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n/100*3600 + n%100*60
	}
	for _, block := range strings.Split(text, "BEGIN:")[1:] {
		if !strings.HasPrefix(block, "STANDARD") && !strings.HasPrefix(block, "DAYLIGHT") {
			continue
		}
		fields := map[string]string{}
		for _, line := range strings.Split(block, "\r\n") {
			name, value, _ := strings.Cut(line, ":")
			fields[name] = value
		}
		first, err := time.Parse("20060102T150405", fields["DTSTART"])
		if err != nil {
			t.Fatal(err)
		}
		before := time.Duration(offset(fields["TZOFFSETFROM"])) * time.Second
		clocks := []time.Time{first}
		if rule := fields["RRULE"]; rule != "" {
			clocks = yearlyClocks(t, first, rule)
		}
		for _, clock := range clocks {
			list = append(list, onset{clock.Add(-before), offset(fields["TZOFFSETTO"])})
		}
	}
	return list
}

// yearlyClocks follows FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU.
func yearlyClocks(t *testing.T, first time.Time, rule string) (list []time.Time) {
	t.Helper()
	_, day, _ := strings.Cut(rule, "BYDAY=")
	n, weekday, ok := ruleDay(day)
	if !ok {
		t.Fatal(rule)
	}
	for year := first.Year(); year < first.Year()+12; year++ {
		var days []time.Time
		for d := time.Date(year, first.Month(), 1, first.Hour(), first.Minute(), first.Second(), 0, time.UTC); d.Month() == first.Month(); d = d.AddDate(0, 0, 1) {
			if d.Weekday() == weekday {
				days = append(days, d)
			}
		}
		if n < 0 {
			list = append(list, days[len(days)+n])
		} else {
			list = append(list, days[n-1])
		}
	}
	if !list[0].Equal(first) {
		t.Errorf("%s begins with %v, not %v", rule, list[0], first)
	}
	return list
}

func FuzzEvent(f *testing.F) {
	for _, s := range [][2]string{{"Planning, \"x\"\r\nA:b", "FREQ=WEEKLY;BYDAY=MO"}, {"{{.x}}", "FREQ=MONTHLY;BYDAY=1MO;UNTIL=20270101"}, {"\xff\x00", ""}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, text, rule string) {
		e := planning(t, "UTC")
		e.Summary, e.Location, e.Organizer.Name, e.Rule = text, text, text, rule
		spec, err := e.Calendar("REQUEST")
		if err != nil || strings.Contains(spec.Content, "{{") {
			return
		}
		object, err := parseCalendar(spec.Content)
		if err != nil || len(object.all(calendarEvent, "SUMMARY")) > 1 || len(object.all(calendarEvent, "ATTENDEE")) != 2 || len(object.all(calendarEvent, "RRULE")) > 1 {
			t.Errorf("%q and %q give\n%s\n%v", text, rule, spec.Content, err)
		}
	})
}
