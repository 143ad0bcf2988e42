package mime

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// eventRule is how an event is repeated.
type eventRule struct {
	parts []rulePart
	until time.Time
}

// rulePart is one part of a rule: FREQ=WEEKLY.
type rulePart struct{ name, value string }

// maxRule bounds a rule's length.
const maxRule = 400

// ruleNumbers are the parts that are numbers, with the greatest of each; those of lists may count from the end.
var ruleNumbers = map[string]struct {
	most int
	list bool
	back bool // may be negative
}{
	"INTERVAL": {1000, false, false}, "COUNT": {10000, false, false},
	"BYMONTH": {12, true, false}, "BYMONTHDAY": {31, true, true}, "BYYEARDAY": {366, true, true}, "BYWEEKNO": {53, true, true}, "BYSETPOS": {366, true, true},
}

// parseRule reads and checks the event's rule; nil without one. Rules that calendars read in different ways are errors:
// an end that isn't in the form that the start demands, a start that is no day of the rule.
func parseRule(e *Event) (*eventRule, error) { // RFC 5545 §3.3.10
	text := strings.ToUpper(strings.TrimSpace(e.Rule))
	text = strings.TrimSuffix(strings.TrimPrefix(text, "RRULE:"), ";")
	if text == "" {
		return nil, nil
	}
	bad := func(what, value string) (*eventRule, error) {
		return nil, eventError("rrule: "+what, value, `a rule is written as in "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10" or "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231"`)
	}
	if len(text) > maxRule {
		return bad("it is too long", text)
	}
	r := &eventRule{}
	for _, part := range strings.Split(text, ";") {
		name, value, _ := strings.Cut(part, "=")
		if r.get(name) != "" {
			return bad("this is there twice", name)
		}
		if what := r.add(e, name, value); what != "" {
			return bad(what, part)
		}
	}
	freq := r.get("FREQ")
	switch {
	case freq == "":
		return bad("FREQ is missing", text)
	case r.get("COUNT") != "" && r.get("UNTIL") != "":
		return bad("it has COUNT and UNTIL; it can end by one of them only", text)
	case freq != "YEARLY" && (r.get("BYYEARDAY") != "" || r.get("BYWEEKNO") != ""), freq == "WEEKLY" && r.get("BYMONTHDAY") != "":
		return bad("this part doesn't go with FREQ="+freq, text)
	case freq != "MONTHLY" && freq != "YEARLY" && strings.ContainsAny(r.get("BYDAY"), "0123456789"):
		return bad("weekdays with a number go with FREQ=MONTHLY and YEARLY only", text)
	case r.get("BYSETPOS") != "" && !strings.Contains(strings.ReplaceAll(text, "BYSETPOS", ""), ";BY"):
		return bad("BYSETPOS needs another BY… part to choose from", text)
	case !e.WholeDays && (clockRepeats(e.Start) || clockRepeats(e.Finish)):
		return bad("the event begins or ends at a time that clocks show twice that night", e.Start.Format(time.DateTime))
	case !r.begins(e.Start, freq):
		return bad("the event begins on "+e.Start.Format("Monday, 2 January 2006")+", which is no day of the rule; calendars disagree about such events", text)
	}
	return r, nil
}

// maxExceptions bounds how many repetitions are left out.
const maxExceptions = 100

// checkExceptions finds those that no calendar would leave out: it looks for the very start of a repetition.
func (e *Event) checkExceptions(r *eventRule) error { // RFC 5545 §3.8.5.1
	switch {
	case len(e.Exceptions) == 0:
		return nil
	case r == nil:
		return eventError("the event is not repeated, so no repetition can be left out", "", "give its rrule, or cancel the event")
	case len(e.Exceptions) > maxExceptions:
		return eventError("more than "+itoa(maxExceptions)+" repetitions are left out", "", "")
	}
	for _, t := range e.Exceptions {
		day := t.Format("Monday, 2 January 2006")
		switch {
		case !t.After(e.Start):
			return eventError("the first repetition cannot be left out, and none before it", day, "let the event begin with the next one")
		case !r.until.IsZero() && t.After(r.until), !r.begins(t, r.get("FREQ")), r.get("FREQ") == "WEEKLY" && r.get("BYDAY") == "" && t.Weekday() != e.Start.Weekday():
			return eventError("there is no repetition to leave out on "+day, "", "")
		case t.Format(time.TimeOnly) != e.Start.Format(time.TimeOnly):
			return eventError("the repetition that is left out begins at "+e.Start.Format("15:04")+", as all do", t.Format(time.DateTime), "a date alone will do")
		}
	}
	return nil
}

func (r *eventRule) get(name string) string {
	for _, p := range r.parts {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

func (r *eventRule) text() string {
	var parts []string
	for _, p := range r.parts {
		parts = append(parts, p.name+"="+p.value)
	}
	return strings.Join(parts, ";")
}

// add checks a part and keeps it.
func (r *eventRule) add(e *Event, name, value string) (wrong string) {
	numbers, isNumber := ruleNumbers[name]
	switch {
	case name == "FREQ":
		if !slices.Contains([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}, value) {
			return "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY; Outlook knows no other"
		}
	case name == "UNTIL":
		if r.until, value = e.ruleEnd(value); value == "" {
			return "this is no date as in UNTIL=20261231"
		}
		if r.until.Before(e.Start) {
			return "it ends before it begins"
		}
	case name == "WKST":
		if !slices.Contains(weekdays[:], value) {
			return "this is no weekday"
		}
	case name == "BYDAY":
		for _, day := range strings.Split(value, ",") {
			if _, _, ok := ruleDay(day); !ok {
				return "weekdays are written as in BYDAY=MO,TH or BYDAY=2TU,-1FR"
			}
		}
	case isNumber:
		values := []string{value}
		if numbers.list {
			values = strings.Split(value, ",")
		}
		for _, v := range values {
			if n, err := strconv.Atoi(v); err != nil || n == 0 || n > numbers.most || n < 0 && (!numbers.back || -n > numbers.most) {
				return "this must be a number up to " + itoa(numbers.most)
			}
		}
	default:
		return "this part is unknown"
	}
	r.parts = append(r.parts, rulePart{name, value})
	return ""
}

// ruleEnd reads UNTIL and gives the form that goes with the start: a date for whole days, else UTC. A date means the
// whole day, a time without a zone that of the event's.
func (e *Event) ruleEnd(value string) (end time.Time, text string) {
	loc := e.Start.Location()
	if end, err := time.ParseInLocation("20060102", strings.ReplaceAll(value, "-", ""), loc); err == nil {
		if e.WholeDays {
			return end, end.Format("20060102")
		}
		end = end.AddDate(0, 0, 1).Add(-time.Second)
		return end, utcMoment(end)
	}
	end, err := time.ParseInLocation("20060102T150405Z", value, time.UTC)
	if err != nil {
		end, err = time.ParseInLocation("20060102T150405", value, loc)
	}
	switch {
	case err != nil:
		return end, ""
	case e.WholeDays:
		return end, end.Format("20060102")
	}
	return end, utcMoment(end)
}

// ruleDay reads a weekday with or without a number before it.
func ruleDay(text string) (n int, day time.Weekday, ok bool) {
	if len(text) < 2 {
		return 0, 0, false
	}
	i := slices.Index(weekdays[:], text[len(text)-2:])
	if number := text[:len(text)-2]; number != "" {
		var err error
		if n, err = strconv.Atoi(number); err != nil || n == 0 || n > 53 || n < -53 {
			return 0, 0, false
		}
	}
	return n, time.Weekday(max(i, 0)), i >= 0
}

// begins tells whether the first day is one of the rule's, as far as that is simple.
func (r *eventRule) begins(start time.Time, freq string) bool {
	has := func(name string, values ...int) bool {
		list := r.get(name)
		return list == "" || slices.ContainsFunc(strings.Split(list, ","), func(v string) bool {
			n, err := strconv.Atoi(v)
			return err == nil && slices.Contains(values, n)
		})
	}
	length := time.Date(start.Year(), start.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if !has("BYMONTH", int(start.Month())) || !has("BYMONTHDAY", start.Day(), start.Day()-length-1) {
		return false
	}
	monthly := freq == "MONTHLY" || freq == "YEARLY" && r.get("BYMONTH") != ""
	days := r.get("BYDAY")
	return days == "" || slices.ContainsFunc(strings.Split(days, ","), func(text string) bool {
		n, day, _ := ruleDay(text)
		inMonth := n == (start.Day()-1)/7+1 || n == -(length-start.Day())/7-1
		return day == start.Weekday() && (n == 0 || !monthly || inMonth)
	})
}
