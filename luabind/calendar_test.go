package luabind

import (
	"strings"
	"testing"
)

const calendarBase = `local calendar, mime, time = require "calendar", require "mime", require "time"
	local function event(changes)
		local e = { uid = "p1@example.org", summary = "Planning", start = "2026-03-02T10:00", duration = "1h", tz = "Europe/Berlin", organizer = "Desk <desk@example.org>", attendees = "ann@example.org" }
		for k, v in pairs(changes) do e[k] = v end
		if e.none then e[e.none], e.none = nil, nil end
		return e
	end
	local function show(spec, ...)
		local text = spec.content:gsub("\r\n ", "")
		for _, pattern in ipairs{ ... } do print((text:match("(" .. pattern .. "[^\r]*)"))) end
	end
	`

func TestCalendarEvents(t *testing.T) {
	for code, want := range map[string]string{
		`local s = calendar.request(event{}) print(s.method, s.filename) show(s, "DTSTAMP", "DTSTART;", "DTEND", "SEQUENCE")`:                                                                                              "REQUEST\tnil\nDTSTAMP:20270115T080000Z\nDTSTART;TZID=Europe/Berlin:20260302T100000\nDTEND;TZID=Europe/Berlin:20260302T110000\nSEQUENCE:0\n",
		`local s = calendar.cancel(event{ filename = "off.ics" }) print(s.method, s.filename) show(s, "STATUS", "SEQUENCE")`:                                                                                               "CANCEL\toff.ics\nSTATUS:CANCELLED\nSEQUENCE:1\n",
		`show(calendar.cancel(event{ sequence = 7 }), "SEQUENCE")`:                                                                                                                                                         "SEQUENCE:7\n",
		`show(calendar.request(event{ start = "2026-03-02T09:00Z" }), "DTSTART;")`:                                                                                                                                         "DTSTART;TZID=Europe/Berlin:20260302T100000\n",
		`show(calendar.request(event{ start = time.parse("2026-03-02T10:00", "Asia/Tokyo"), none = "tz" }), "DTSTART;")`:                                                                                                   "DTSTART;TZID=Asia/Tokyo:20260302T100000\n",
		`show(calendar.request(event{ start = 1772445600, tz = "UTC" }), "DTSTART", "DTEND")`:                                                                                                                              "DTSTART:20260302T100000Z\nDTEND:20260302T110000Z\n",
		`show(calendar.request(event{ start = "2026-03-02T10:00+01:00", tz = "+02:00" }), "DTSTART")`:                                                                                                                      "DTSTART:20260302T090000Z\n",
		`show(calendar.request(event{ start = "2026-03-02", none = "duration" }), "DTSTART;", "DTEND")`:                                                                                                                    "DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260303\n",
		`show(calendar.request(event{ start = "2026-03-02", duration = "2d" }), "DTEND")`:                                                                                                                                  "DTEND;VALUE=DATE:20260304\n",
		`show(calendar.request(event{ start = "2026-03-02", finish = "2026-03-04", none = "duration" }), "DTEND")`:                                                                                                         "DTEND;VALUE=DATE:20260305\n",
		`show(calendar.request(event{ finish = "2026-03-02T12:30", none = "duration" }), "DTEND")`:                                                                                                                         "DTEND;TZID=Europe/Berlin:20260302T123000\n",
		`show(calendar.request(event{ alarm = { "15m", 7200 } }), "TRIGGER", "TRIGGER:.PT2")`:                                                                                                                              "TRIGGER:-PT15M\nTRIGGER:-PT2H\n",
		`show(calendar.request(event{ rrule = "FREQ=WEEKLY;COUNT=3", status = "tentative" }), "RRULE:FREQ=W", "STATUS")`:                                                                                                   "RRULE:FREQ=WEEKLY;COUNT=3\nSTATUS:TENTATIVE\n",
		`show(calendar.request(event{ rrule = "FREQ=WEEKLY", except = { "2026-03-30", "2026-04-06T10:00" } }), "EXDATE[^:]*:20260330", "EXDATE[^:]*:20260406")`:                                                            "EXDATE;TZID=Europe/Berlin:20260330T100000\nEXDATE;TZID=Europe/Berlin:20260406T100000\n",
		`show(calendar.request(event{ start = "2026-03-29T02:30:00+01:00" }), "DTSTART;")`:                                                                                                                                 "DTSTART;TZID=Europe/Berlin:20260329T033000\n",
		`show(calendar.cancel(event{ occurrence = "2026-03-09T10:00", start = "2026-03-09T10:00" }), "RECURRENCE.ID")`:                                                                                                     "RECURRENCE-ID;TZID=Europe/Berlin:20260309T100000\n",
		`show(calendar.request(event{ attendees = { "Ann Lee <ann@x.example>, cy@x.example", { name = "Bob", address = "bob@x.example", role = "optional", rsvp = false } } }), "ATTENDEE[^\r]*ann", "ATTENDEE[^\r]*OPT")`: "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"Ann Lee\":mailto:ann@x.example\nATTENDEE;CUTYPE=INDIVIDUAL;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE;CN=\"Bob\":mailto:bob@x.example\n",
		`local t = mime.template{ from = "desk@example.org", to = "{{.name}} <{{.email}}>", subject = "P", text = "Hi", calendar = calendar.request(event{ summary = "With {{.name}}", attendees = "{{.name}} <{{.email}}>" }) }
		show({ content = t:render{ name = "Lee; Ann", email = "ann@x.example" }:attachments()[1]:data() }, "SUMMARY", "ATTENDEE")`: "SUMMARY:With Lee\\; Ann\nATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"Lee; Ann\":mailto:ann@x.example\n",
	} {
		got, _, err := runBinding(t, calendarBase+code, "")
		if err != nil || got != want {
			t.Errorf("%s\n%v\n got %q\nwant %q", code, err, got, want)
		}
	}
}

func TestCalendarEventErrors(t *testing.T) {
	for changes, want := range map[string]string{
		`none = "uid"`:                                                `calendar.request: option "uid" is missing`,
		`none = "summary"`:                                            `option "summary" is missing`,
		`none = "organizer"`:                                          `option "organizer" is missing`,
		`none = "attendees"`:                                          `option "attendees" is missing`,
		`none = "duration"`:                                           `option "duration" or "finish" is missing`,
		`finish = "2026-03-02T12:00"`:                                 `options "duration" and "finish" exclude each other`,
		`finish = "2026-03-02T09:00", none = "duration"`:              `the event must end after it begins`,
		`finish = "2026-03-03", none = "duration"`:                    `options "start" and "finish" must both be dates`,
		`start = "2026-03-02"`:                                        `option "duration" must be whole days`,
		`start = "monday"`:                                            `option "start": "monday" is not a date`,
		`start = true`:                                                `option "start": date must be a string, a number or a time, got a boolean`,
		`tz = "Europe/Berlon"`:                                        `unknown time zone "Europe/Berlon"; did you mean "Europe/Berlin"?`,
		`rrule = "FREQ=WEEKLY", none = "tz"`:                          `option "tz" is missing: a repeated event has a zone`,
		`rrule = "FREQ=WEEKLY", tz = "local"`:                         `option "tz" is missing: a repeated event has a zone`,
		`rrule = "FREQ=WEEKLY", except = "2026-03-10"`:                `no repetition to leave out on Tuesday, 10 March 2026`,
		`except = "2026-03-09"`:                                       `the event is not repeated`,
		`start = "2026-03-29T02:30"`:                                  `option "start": there is no 02:30 on that day in Europe/Berlin: clocks are put forward`,
		`rrule = "FREQ=WEEKLY;BYDAY=TU"`:                              `the event begins on Monday, 2 March 2026`,
		`rrule = "FREQ=WEEKLY", occurrence = "2026-03-09T10:00"`:      `options "occurrence" and "rrule" exclude each other`,
		`organizer = "a@x.example, b@x.example"`:                      `option "organizer" must be one address`,
		`organizer = "desk"`:                                          `organizer`,
		`attendees = { "ann@x.example", { name = "Bob" } }`:           `attendees[2]`,
		`attendees = { { address = "b@x.example", role = "guest" } }`: `option "role" must be one of required, optional, chair, none; got "guest"`,
		`attendees = { address = "b@x.example", nme = "B" }`:          `unknown option "nme"; did you mean "name"?`,
		`attendees = {}`:                                              `the event has no attendees`,
		`alarm = "soon"`:                                              `alarm`,
		`status = "maybe"`:                                            `option "status" must be one of confirmed, tentative; got "maybe"`,
		`titel = "x"`:                                                 `unknown option "titel"`,
	} {
		out, _, err := runBinding(t, calendarBase+`print(calendar.request(event{ `+changes+` }).content)`, "")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v %s\nwant %s", changes, err, out, want)
		}
	}
}
