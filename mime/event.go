package mime

import (
	"strconv"
	"strings"
	"time"
)

// Event is a meeting to which people are invited, or which is cancelled.
type Event struct {
	UID        string // by which calendars find the event when it is changed or cancelled
	Sequence   int    // counts the changes
	Start      time.Time
	Finish     time.Time // the moment after the end; of whole days the day after the last
	WholeDays  bool
	Rule       string      // how it is repeated, "FREQ=WEEKLY;COUNT=10"; empty: not
	Exceptions []time.Time // repetitions that are left out, by their own starts
	Occurrence time.Time   // which of the repetitions is meant, by its own start; zero: all
	Summary    string
	Location   string
	Details    string
	URL        string
	Status     string // "CONFIRMED" or "TENTATIVE"; a cancelled event has its own
	Organizer  Address
	Attendees  []Attendee
	Alarms     []time.Duration // before the start
	Stamp      time.Time       // when this was written
}

// Attendee is somebody who is invited.
type Attendee struct {
	Address

	Role  string // "required" (or empty), "optional", "chair" or "none"
	Quiet bool   // no answer is asked for
}

// attendeeRoles are the values of ROLE.
var attendeeRoles = map[string]string{"": "REQ-PARTICIPANT", "required": "REQ-PARTICIPANT", "optional": "OPT-PARTICIPANT", "chair": "CHAIR", "none": "NON-PARTICIPANT"} // RFC 5545 §3.2.16

// maxEventDays bounds an event's length, maxAlarms the number of its alarms.
const (
	maxEventDays = 3660
	maxAlarms    = 10
)

// Calendar writes the event as the message of a method: "REQUEST" or "CANCEL". What the event lacks is an *Error. Lines
// with gaps of a template ({{.name}}) are not folded; those of a message are, when it is made.
func (e *Event) Calendar(method string) (*CalendarSpec, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	rule, err := parseRule(e)
	if err == nil {
		err = e.checkExceptions(rule)
	}
	if err != nil {
		return nil, err
	}
	w := &calendarWriter{}
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//moonpost//moonpost//EN") // RFC 5545 §3.7.3
	w.line("CALSCALE", "GREGORIAN")
	w.line("METHOD", method)
	w.zone(e.zone(), e.Start, e.lastNeeded(rule))
	w.line("BEGIN", "VEVENT")
	w.event(e, method, rule)
	w.people(e)
	if method == "REQUEST" {
		for _, before := range e.Alarms {
			w.alarm(before, e.Summary)
		}
	}
	w.line("END", "VEVENT")
	w.line("END", "VCALENDAR")
	spec := &CalendarSpec{Method: method, Content: w.b.String()}
	if strings.Contains(spec.Content, "{{") {
		return spec, nil // its gaps are checked when they are filled
	}
	object, err := parseCalendar(spec.Content)
	if err == nil {
		err = object.check(method)
	}
	return spec, err
}

func eventError(what, value, advice string) error {
	return &Error{Field: "calendar", What: what, Value: value, Advice: advice}
}

func (e *Event) check() error {
	switch {
	case strings.TrimSpace(e.UID) == "":
		return eventError("the event has no uid", "", `give it one that stays the same through all changes, such as "planning-2026-03@example.org"`)
	case len(e.UID) > 255 || !plainValue(e.UID):
		return eventError("the uid must be one short line of ASCII", e.UID, "")
	case e.URL != "" && !plainValue(e.URL):
		return eventError("the url must be one line of ASCII", e.URL, "")
	case !e.Finish.After(e.Start):
		return eventError("the event must end after it begins", "", "")
	case e.Finish.Sub(e.Start) > maxEventDays*24*time.Hour:
		return eventError("the event is longer than "+itoa(maxEventDays)+" days", "", "")
	case e.Start.Year() < 1900 || e.Start.Year() > 9000:
		return eventError("the event begins in the year "+itoa(e.Start.Year()), "", "")
	case e.Organizer.Address == "":
		return eventError("the event has no organizer", "", "name the one who sends the invitation: answers go there")
	case len(e.Attendees) == 0:
		return eventError("the event has no attendees", "", "name those who get the mail")
	case e.Sequence < 0:
		return eventError("the sequence is negative", itoa(e.Sequence), "")
	case len(e.Alarms) > maxAlarms:
		return eventError("the event has more than "+itoa(maxAlarms)+" alarms", "", "")
	}
	return nil
}

// plainValue tells whether a text can stand where no escapes are known.
func plainValue(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7F }) < 0
}

// zone is that in which times are written; nil for UTC, which stands for offsets and for the machine's own zone, too: only
// the names of zones mean something elsewhere. A moment that clocks show for the second time that night cannot be
// written in its zone.
func (e *Event) zone() *time.Location {
	loc := e.Start.Location()
	since, until := e.Start.ZoneBounds()
	offset := since.IsZero() && until.IsZero() && !strings.Contains(loc.String(), "/")
	if e.WholeDays || offset || loc == time.Local || clockRepeats(e.Start) || clockRepeats(e.Finish) {
		return nil
	}
	return loc
}

// clockRepeats tells whether clocks, having been put back, show the moment's time for the second time.
func clockRepeats(t time.Time) bool { // RFC 5545 §3.3.5
	changed, _ := t.ZoneBounds()
	if changed.IsZero() {
		return false
	}
	_, now := t.Zone()
	_, before := changed.Add(-time.Second).Zone()
	return t.Before(changed.Add(time.Duration(before-now) * time.Second))
}

// calendarWriter writes an iCalendar object.
type calendarWriter struct{ b strings.Builder }

// line writes a property; the value stands as it is.
func (w *calendarWriter) line(name, value string) {
	text := name + ":" + value
	if !strings.Contains(text, "{{") {
		text = foldCalendar(text, text)
	}
	w.b.WriteString(text + "\r\n")
}

// text writes a property with a text for people.
func (w *calendarWriter) text(name, value string) {
	if value != "" {
		w.line(name, CalendarValue(name+":", value))
	}
}

// moment writes a property with a time of the event.
func (w *calendarWriter) moment(name string, e *Event, t time.Time) { // RFC 5545 §3.3.4, RFC 5545 §3.3.5
	zone := e.zone()
	switch {
	case e.WholeDays:
		w.line(name+";VALUE=DATE", t.Format("20060102"))
	case zone != nil:
		w.line(name+";TZID="+zone.String(), t.In(zone).Format("20060102T150405"))
	default:
		w.line(name, utcMoment(t))
	}
}

func utcMoment(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

func (w *calendarWriter) event(e *Event, method string, rule *eventRule) {
	w.line("UID", e.UID)
	w.line("DTSTAMP", utcMoment(e.Stamp))
	w.line("SEQUENCE", strconv.Itoa(e.Sequence))
	w.moment("DTSTART", e, e.Start)
	w.moment("DTEND", e, e.Finish)
	if rule != nil {
		w.line("RRULE", rule.text())
	}
	for _, t := range e.Exceptions {
		w.moment("EXDATE", e, t) // RFC 5545 §3.8.5.1
	}
	if !e.Occurrence.IsZero() {
		w.moment("RECURRENCE-ID", e, e.Occurrence)
	}
	w.text("SUMMARY", e.Summary)
	w.text("LOCATION", e.Location)
	w.text("DESCRIPTION", e.Details)
	if e.URL != "" {
		w.line("URL", e.URL)
	}
	status := e.Status
	switch {
	case method == "CANCEL":
		status = "CANCELLED"
	case status == "":
		status = "CONFIRMED"
	}
	w.line("STATUS", status)
	w.line("TRANSP", "OPAQUE")
}

func (w *calendarWriter) people(e *Event) {
	w.line("ORGANIZER"+commonName(e.Organizer.Name), calendarAddress(e.Organizer.Address))
	for _, a := range e.Attendees {
		asked := "TRUE"
		if a.Quiet {
			asked = "FALSE"
		}
		// Outlook takes the answer of a former invitation where PARTSTAT is missing.
		w.line("ATTENDEE;CUTYPE=INDIVIDUAL;ROLE="+attendeeRoles[a.Role]+";PARTSTAT=NEEDS-ACTION;RSVP="+asked+commonName(a.Name), calendarAddress(a.Address.Address))
	}
}

// calendarAddress is an address as calendars compare it: with the domain as it stands in the mail's fields.
func calendarAddress(address string) string { // RFC 5545 §3.3.3
	at := strings.LastIndexByte(address, '@')
	if ascii, wrong := asciiDomain(address[at+1:]); at > 0 && wrong == "" && isASCII(address[:at]) {
		address = address[:at+1] + ascii
	}
	return "mailto:" + address
}

// isAddress compares the value of a property with an address.
func isAddress(value, address string) bool {
	return strings.EqualFold(value, "mailto:"+address) || strings.EqualFold(value, calendarAddress(address))
}

// commonName is the parameter with a name. Quotation marks can't stand in it.
func commonName(name string) string { // RFC 5545 §3.2.2
	if name = strings.TrimSpace(CalendarValue(`X;CN="`, name)); name == "" {
		return ""
	}
	return `;CN="` + name + `"`
}

func (w *calendarWriter) alarm(before time.Duration, summary string) { // RFC 5545 §3.6.6
	w.line("BEGIN", "VALARM")
	w.line("ACTION", "DISPLAY")
	w.text("DESCRIPTION", summary)
	w.line("TRIGGER", "-"+calendarDuration(before))
	w.line("END", "VALARM")
}

// calendarDuration writes whole seconds.
func calendarDuration(d time.Duration) string { // RFC 5545 §3.3.6
	seconds := int64(d / time.Second)
	switch {
	case seconds == 0:
		return "PT0S"
	case seconds%86400 == 0:
		return "P" + strconv.FormatInt(seconds/86400, 10) + "D"
	case seconds%3600 == 0:
		return "PT" + strconv.FormatInt(seconds/3600, 10) + "H"
	case seconds%60 == 0:
		return "PT" + strconv.FormatInt(seconds/60, 10) + "M"
	}
	return "PT" + strconv.FormatInt(seconds, 10) + "S"
}
