package mime

import (
	"slices"
	"strings"
)

// calendarMethod tells which properties an event must have for a method; the tables of iTIP ask for more, which readers
// do without.
type calendarMethod struct {
	name string
	must []string
}

var calendarMethods = [...]calendarMethod{
	{"PUBLISH", []string{"UID", "DTSTAMP", "DTSTART"}},                          // RFC 5546 §3.2.1
	{"REQUEST", []string{"UID", "DTSTAMP", "DTSTART", "ORGANIZER", "ATTENDEE"}}, // RFC 5546 §3.2.2
	{"REPLY", []string{"UID", "DTSTAMP", "ORGANIZER", "ATTENDEE"}},              // RFC 5546 §3.2.3
	{"ADD", []string{"UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE"}},     // RFC 5546 §3.2.4
	{"CANCEL", []string{"UID", "DTSTAMP", "ORGANIZER", "SEQUENCE"}},             // RFC 5546 §3.2.5
	{"REFRESH", []string{"UID", "DTSTAMP", "ORGANIZER", "ATTENDEE"}},            // RFC 5546 §3.2.6
	{"COUNTER", []string{"UID", "DTSTAMP", "DTSTART", "ORGANIZER"}},             // RFC 5546 §3.2.7
	{"DECLINECOUNTER", []string{"UID", "DTSTAMP", "ORGANIZER"}},                 // RFC 5546 §3.2.8
}

const calendarRoot, calendarEvent = "VCALENDAR", "VCALENDAR/VEVENT"

// all gives the values of a property of a component.
func (c *calendar) all(path, name string) []string {
	var list []string
	for _, l := range c.lines {
		if l.path == path && l.name == name {
			list = append(list, strings.TrimSpace(l.value))
		}
	}
	return list
}

// method is that of the object, in capitals.
func (c *calendar) method() string {
	if list := c.all(calendarRoot, "METHOD"); len(list) > 0 {
		return strings.ToUpper(list[0])
	}
	return ""
}

// check wants what Outlook and Gmail need to show an invitation as one.
func (c *calendar) check(want string) error {
	for _, name := range []string{"VERSION", "PRODID", "METHOD"} { // RFC 5545 §3.6
		if n := len(c.all(calendarRoot, name)); n != 1 {
			return &Error{Field: "calendar", What: "the VCALENDAR must have one " + name + ", not " + itoa(n), Advice: calendarAdvice(name, want)}
		}
	}
	method := c.method()
	if want != "" && !strings.EqualFold(want, method) { // RFC 6047 §2.4
		return &Error{Field: "calendar", What: "the method is " + method + " in the content", Value: want, Advice: "leave the method out, or make both the same"}
	}
	i := slices.IndexFunc(calendarMethods[:], func(m calendarMethod) bool { return m.name == method })
	if i < 0 {
		return &Error{Field: "calendar", What: "this is not a method", Value: method, Advice: "use REQUEST, CANCEL, REPLY, PUBLISH, ADD, REFRESH, COUNTER or DECLINECOUNTER"}
	}
	if err := c.checkPeople(); err != nil {
		return err
	}
	return c.checkEvents(calendarMethods[i])
}

// checkPeople wants addresses of mail.
func (c *calendar) checkPeople() error { // RFC 6047 §2.3
	for _, l := range c.lines {
		if l.name != "ORGANIZER" && l.name != "ATTENDEE" {
			continue
		}
		address, ok := cutPrefixFold(strings.TrimSpace(l.value), "mailto:")
		if !ok || !strings.Contains(address, "@") {
			return &Error{Field: "calendar", What: "the " + l.name + " must be a mailto: address", Value: l.value}
		}
	}
	return nil
}

func cutPrefixFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func calendarAdvice(name, method string) string {
	switch {
	case name == "VERSION":
		return "add VERSION:2.0"
	case name == "PRODID":
		return "add a PRODID such as PRODID:-//Example//Desk//EN"
	case method != "":
		return "add METHOD:" + strings.ToUpper(method)
	default:
		return "add METHOD:REQUEST for an invitation"
	}
}

// checkEvents looks at each event; tasks and busy times are left to whoever sends them.
func (c *calendar) checkEvents(method calendarMethod) error {
	seen, events, others := map[string]int{}, 0, 0
	for _, l := range c.lines {
		switch {
		case l.path == calendarEvent && l.name == "BEGIN":
			clear(seen)
			events++
		case l.path == calendarEvent && l.name == "END":
			for _, name := range method.must {
				if seen[name] == 0 || seen[name] > 1 && name != "ATTENDEE" {
					return &Error{Field: "calendar", What: "event " + itoa(events) + ": a " + method.name + " needs " + calendarCount(name) + ", not " + itoa(seen[name])}
				}
			}
		case l.path == calendarEvent:
			seen[l.name]++
		case l.name == "BEGIN" && (strings.HasSuffix(l.path, "/VTODO") || strings.HasSuffix(l.path, "/VJOURNAL") || strings.HasSuffix(l.path, "/VFREEBUSY")):
			others++
		}
	}
	if events+others == 0 {
		return &Error{Field: "calendar", What: "there is no VEVENT"}
	}
	return nil
}

func calendarCount(name string) string {
	if name == "ATTENDEE" {
		return "an ATTENDEE"
	}
	return "one " + name
}

// warnings tell what makes readers show a mere file, or no buttons.
func (c *CalendarSpec) warnings(recipients ...[]Address) []string {
	object, err := parseCalendar(c.Content)
	if err != nil {
		return nil // an error by now
	}
	var list []string
	if object.method() == "PUBLISH" && len(object.all(calendarEvent, "ORGANIZER")) == 0 {
		list = append(list, "calendar: Outlook wants an ORGANIZER in the event")
	}
	if len(object.all(calendarEvent, "SUMMARY")) == 0 {
		list = append(list, "calendar: the event has no SUMMARY, so readers show it without a title")
	}
	list = append(list, object.unknownZones()...)
	if object.method() == "REQUEST" && !object.invitesAny(recipients) {
		list = append(list, "calendar: no recipient is an ATTENDEE, so their readers offer no answer")
	}
	return list
}

// organizerWarning tells when answers go to somebody else than who sends.
func (c *CalendarSpec) organizerWarning(senders ...[]Address) []string {
	object, err := parseCalendar(c.Content)
	if err != nil {
		return nil // an error by now
	}
	organizers, people := object.all(calendarEvent, "ORGANIZER"), slices.Concat(senders...)
	if len(organizers) == 0 || len(people) == 0 || object.method() != "REQUEST" && object.method() != "CANCEL" {
		return nil
	}
	for _, a := range people {
		if isAddress(organizers[0], a.Address) {
			return nil
		}
	}
	return []string{"calendar: the ORGANIZER " + quote(organizers[0]) + " is not the sender: answers go to somebody else than who asks"}
}

// invitesAny tells whether a recipient is among the attendees; without recipients there is nobody to ask for.
func (c *calendar) invitesAny(recipients [][]Address) bool {
	people := slices.Concat(recipients...)
	attendees := c.all(calendarEvent, "ATTENDEE")
	return len(people) == 0 || slices.ContainsFunc(people, func(a Address) bool {
		return slices.ContainsFunc(attendees, func(uri string) bool { return isAddress(uri, a.Address) })
	})
}

// unknownZones names the zones of times that the object does not define.
func (c *calendar) unknownZones() []string { // RFC 5545 §3.2.19
	known := c.all("VCALENDAR/VTIMEZONE", "TZID")
	var list []string
	for _, l := range c.lines {
		_, zone, found := strings.Cut(l.whole[:len(l.whole)-len(l.value)], ";TZID=")
		zone, _, _ = strings.Cut(strings.TrimRight(zone, ":"), ";")
		if zone = strings.Trim(zone, `"`); !found || slices.Contains(known, zone) || strings.HasPrefix(zone, "/") {
			continue
		}
		known = append(known, zone)
		list = append(list, "calendar: "+l.name+" is in the zone "+quote(zone)+", for which there is no VTIMEZONE; Outlook may refuse the invitation")
	}
	return list
}
