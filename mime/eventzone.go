package mime

import (
	"fmt"
	"time"
)

// zoneYears is how many years of a repeated event's zone are written where it follows no rule of its own.
const zoneYears = 10

// lastNeeded is until when the event needs its zone.
func (e *Event) lastNeeded(rule *eventRule) time.Time {
	last := e.Finish
	if e.Occurrence.After(last) {
		last = e.Occurrence
	}
	if rule != nil {
		last = e.Start.AddDate(zoneYears, 0, 0)
		if !rule.until.IsZero() && rule.until.Before(last) {
			last = rule.until.Add(e.Finish.Sub(e.Start))
		}
	}
	return last
}

// shift is a moment at which the clocks of a zone are changed.
type shift struct {
	at       time.Time
	from, to int // seconds east of UTC
	name     string
}

// clock is what clocks show when they are changed, before they are.
func (s shift) clock() time.Time { return s.at.UTC().Add(time.Duration(s.from) * time.Second) }

// shifts lists the changes of a zone between two moments.
func shifts(loc *time.Location, from, to time.Time) []shift {
	var list []shift
	for t := from.In(loc); ; {
		_, end := t.ZoneBounds()
		if end.IsZero() || end.After(to) {
			return list
		}
		_, before := t.Zone()
		t = end.In(loc)
		if name, after := t.Zone(); after != before {
			list = append(list, shift{at: end, from: before, to: after, name: name})
		}
	}
}

// zone writes the definition of a zone as it is from the year before the first moment to the last: as a yearly rule if
// the clocks follow one, which is what Outlook reads best, else change by change.
func (w *calendarWriter) zone(loc *time.Location, first, last time.Time) { // RFC 5545 §3.6.5
	if loc == nil {
		return
	}
	w.line("BEGIN", "VTIMEZONE")
	w.line("TZID", loc.String())
	defer w.line("END", "VTIMEZONE")
	begin := time.Date(first.Year()-1, 1, 1, 0, 0, 0, 0, loc)
	if summer, winter, ok := yearlyShifts(loc, begin); ok {
		w.observance(summer.shift, summer.rule())
		w.observance(winter.shift, winter.rule())
		return
	}
	name, offset := begin.Zone()
	w.observance(shift{at: begin, from: offset, to: offset, name: name}, "")
	for _, s := range shifts(loc, begin, last) {
		w.observance(s, "")
	}
}

func (w *calendarWriter) observance(s shift, rule string) {
	kind := "STANDARD"
	if s.to > s.from {
		kind = "DAYLIGHT"
	}
	w.line("BEGIN", kind)
	w.line("DTSTART", s.clock().Format("20060102T150405"))
	if rule != "" {
		w.line("RRULE", rule)
	}
	w.line("TZOFFSETFROM", calendarOffset(s.from))
	w.line("TZOFFSETTO", calendarOffset(s.to))
	w.line("TZNAME", s.name)
	w.line("END", kind)
}

// calendarOffset writes an offset, with seconds only where it has some.
func calendarOffset(seconds int) string { // RFC 5545 §3.3.14
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	text := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		text += fmt.Sprintf("%02d", seconds%60)
	}
	return text
}

// yearlyShift is a change that comes each year in the same month, on the same weekday of it.
type yearlyShift struct {
	shift

	week int // 1 to 4; -1: the last
}

func (y yearlyShift) rule() string {
	clock := y.clock()
	return fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", clock.Month(), y.week, weekdays[clock.Weekday()])
}

// weekdays as rules name them.
var weekdays = [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// yearlyShifts finds the two changes of a year if they come by the same rule for some years.
func yearlyShifts(loc *time.Location, begin time.Time) (first, second yearlyShift, ok bool) {
	const years = 6
	list := shifts(loc, begin, begin.AddDate(years, 0, 0))
	if len(list) != 2*years {
		return first, second, false
	}
	if first, ok = sameRule(list, 0); ok {
		second, ok = sameRule(list, 1)
	}
	return first, second, ok
}

// sameRule compares every second change, beginning with the one at index i.
func sameRule(list []shift, i int) (rule yearlyShift, ok bool) {
	a := list[i]
	start := a.clock()
	last, week := true, (start.Day()-1)/7+1
	same := true
	for n := 0; i < len(list); i, n = i+2, n+1 {
		b := list[i]
		clock := b.clock()
		if b.from != a.from || b.to != a.to || clock.Month() != start.Month() || clock.Weekday() != start.Weekday() ||
			clock.Format("150405") != start.Format("150405") || clock.Year() != start.Year()+n {
			return rule, false
		}
		same = same && (clock.Day()-1)/7+1 == week
		last = last && clock.AddDate(0, 0, 7).Month() != clock.Month()
	}
	switch {
	case last:
		return yearlyShift{a, -1}, true
	case same && week <= 4:
		return yearlyShift{a, week}, true
	}
	return rule, false
}
