package luabind

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"moonpost/data"
	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// calendarModule is `calendar`: invitations.
func calendarModule(rt *Runtime) Module {
	const event = `local event = { uid = "planning-2026-03@example.org", summary = "Planning", start = "2026-03-02T10:00", duration = "1h", tz = "Europe/Berlin", organizer = "Desk <desk@example.org>", attendees = "ann@example.org" }` + "\n"
	return Module{
		Name: "calendar", Doc: "Invitations to meetings, which `mime.message` and `mime.template` take as `calendar =`. Outlook, Gmail and Apple's mail show them with buttons to answer. " +
			"A changed event keeps its `uid` and has a higher `sequence`.",
		Functions: []Function{
			{"request", "(event: calendar.Event): mime.Calendar", "Invites to an event, or tells of a change. The sender of the mail should be the organizer.",
				event + `local invite = mime.message{ from = "Desk <desk@example.org>", to = "ann@example.org", subject = "Planning", text = "See you on Monday.", calendar = require("calendar").request(event) }` + "\n" +
					`print(invite:attachments()[1].filename) --> invite.ics`, rt.calendarSpec("REQUEST")},
			{"cancel", "(event: calendar.Event): mime.Calendar", "Cancels an event: the fields are those with which people were invited.",
				event + `print(calendar.cancel(event).method) --> CANCEL`, rt.calendarSpec("CANCEL")},
		},
		Types: []string{
			optionsClass("calendar.Event", reflect.TypeFor[eventOptions]()),
			optionsClass("calendar.Attendee", reflect.TypeFor[attendeeOptions]()),
		},
	}
}

// eventOptions are an event.
type eventOptions struct {
	UID         string        `lua:"uid" required:"true" doc:"by which calendars find the event again: the same for all its mails"`
	Summary     string        `lua:"summary" required:"true" doc:"what calendars show as its title"`
	Start       lua.LValue    `lua:"start" required:"true" type:"string|number|time.Time" doc:"when it begins; a date alone means whole days"`
	Duration    time.Duration `lua:"duration" min:"1s" doc:"how long it takes; or finish" default:"one day, of whole days"`
	Finish      lua.LValue    `lua:"finish" type:"string|number|time.Time" doc:"when it ends; of whole days the last one"`
	TZ          string        `lua:"tz" doc:"zone, such as Europe/Berlin: of texts that name none, and the one in which the event is repeated" default:"local"`
	Location    string        `lua:"location" doc:"where"`
	Description string        `lua:"description" doc:"text about it"`
	URL         string        `lua:"url" doc:"page about it"`
	Organizer   lua.LValue    `lua:"organizer" required:"true" type:"string|table" doc:"who gets the answers: the sender of the mail"`
	Attendees   lua.LValue    `lua:"attendees" required:"true" type:"string|calendar.Attendee|(string|calendar.Attendee)[]" doc:"who is invited: addresses, or { name=, address=, role=, rsvp= }"`
	Alarm       lua.LValue    `lua:"alarm" type:"number|string|(number|string)[]" doc:"reminders so long before the start, such as \"15m\""`
	RRule       string        `lua:"rrule" doc:"how it is repeated: FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10"`
	Except      lua.LValue    `lua:"except" type:"string|number|time.Time|(string|number|time.Time)[]" doc:"repetitions that are left out, by their dates"`
	Occurrence  lua.LValue    `lua:"occurrence" type:"string|number|time.Time" doc:"start of the one repetition that is changed or cancelled"`
	Sequence    *int          `lua:"sequence" min:"0" doc:"counts the changes" default:"0, of cancel 1"`
	Status      string        `lua:"status" enum:"confirmed,tentative" doc:"how sure it is" default:"confirmed"`
	Filename    string        `lua:"filename" doc:"name of the copy that people can save" default:"invite.ics"`
}

func (rt *Runtime) calendarSpec(method string) lua.LGFunction {
	call := "calendar." + strings.ToLower(method)
	return func(L *lua.LState) int {
		var o eventOptions
		if err := readOptions(call, argTable(L, call, 1, "event"), &o); err != nil {
			raise(L, err)
		}
		event, err := o.engine(call)
		if err != nil {
			raise(L, err)
		}
		event.Stamp = rt.host.Wall()
		if o.Sequence == nil && method == "CANCEL" {
			event.Sequence = 1
		}
		spec, err := event.Calendar(method)
		if err != nil {
			raise(L, err)
		}
		out := L.NewTable()
		out.RawSetString("method", lua.LString(spec.Method))
		out.RawSetString("content", lua.LString(spec.Content))
		if o.Filename != "" {
			out.RawSetString("filename", lua.LString(o.Filename))
		}
		L.Push(out)
		return 1
	}
}

// engine turns the options into an event.
func (o *eventOptions) engine(call string) (*mime.Event, error) {
	e := &mime.Event{
		UID: o.UID, Summary: o.Summary, Location: o.Location, Details: o.Description, URL: o.URL, Rule: o.RRule, Status: strings.ToUpper(o.Status),
	}
	if o.Sequence != nil {
		e.Sequence = *o.Sequence
	}
	if err := o.times(call, e); err != nil {
		return nil, err
	}
	organizer, err := eventPeople(call, "organizer", o.Organizer)
	if err != nil {
		return nil, err
	}
	if len(organizer) != 1 {
		return nil, &OptionError{Call: call, Key: "organizer", What: `option "organizer" must be one address`}
	}
	e.Organizer = organizer[0].Address
	if e.Attendees, err = eventPeople(call, "attendees", o.Attendees); err != nil {
		return nil, err
	}
	e.Alarms, err = alarms(call, o.Alarm)
	return e, err
}

// alarms reads one duration or a list of them.
func alarms(call string, v lua.LValue) (list []time.Duration, err error) {
	values := []lua.LValue{v}
	if t, ok := v.(*lua.LTable); ok {
		values = values[:0]
		for i := 1; i <= t.Len(); i++ {
			values = append(values, t.RawGetInt(i))
		}
	}
	for _, v := range values {
		if v == nil || v == lua.LNil {
			continue
		}
		d, err := durationValue(call+": alarm", v)
		if err != nil {
			return nil, err
		}
		if d < 0 {
			return nil, &OptionError{Call: call, Key: "alarm", What: `option "alarm" is how long before the start, and not negative`}
		}
		list = append(list, d)
	}
	return list, nil
}

// times reads when the event is.
func (o *eventOptions) times(call string, e *mime.Event) error {
	loc, err := data.Zone(o.TZ)
	if err != nil {
		return callFault(call, err)
	}
	if e.Start, e.WholeDays, err = o.moment(call, "start", o.Start, loc); err != nil {
		return err
	}
	place := e.Start.Location().String()
	if o.RRule != "" && !e.WholeDays && (o.TZ == "" || place == "Local") && !strings.Contains(place, "/") {
		return &OptionError{Call: call, Key: "tz", What: `option "tz" is missing: a repeated event has a zone`, hint: `tz = "Europe/Berlin" keeps it at ten o'clock in summer and winter; tz = "UTC" doesn't`}
	}
	finish := o.Finish != nil && o.Finish != lua.LNil
	switch {
	case finish && o.Duration != 0:
		return &OptionError{Call: call, Key: "duration", What: `options "duration" and "finish" exclude each other`}
	case finish:
		err = o.finish(call, e, loc)
	case e.WholeDays && o.Duration%(24*time.Hour) != 0:
		err = &OptionError{Call: call, Key: "duration", What: `option "duration" must be whole days, as the event begins on a date without a time`, hint: `give start a time, as in "2026-03-02T10:00"`}
	case e.WholeDays:
		e.Finish = e.Start.AddDate(0, 0, max(int(o.Duration/(24*time.Hour)), 1))
	case o.Duration == 0:
		err = &OptionError{Call: call, Key: "duration", What: `option "duration" or "finish" is missing`}
	default:
		e.Finish = e.Start.Add(o.Duration)
	}
	if err == nil {
		err = o.exceptions(call, e, loc)
	}
	if err != nil || o.Occurrence == nil || o.Occurrence == lua.LNil {
		return err
	}
	return o.occurrence(call, e, loc)
}

// exceptions reads the repetitions that are left out. A date alone means the one of that day.
func (o *eventOptions) exceptions(call string, e *mime.Event, loc *time.Location) error {
	values := []lua.LValue{o.Except}
	if t, ok := o.Except.(*lua.LTable); ok {
		values = values[:0]
		for i := 1; i <= t.Len(); i++ {
			values = append(values, t.RawGetInt(i))
		}
	}
	for _, v := range values {
		if v == nil || v == lua.LNil {
			continue
		}
		at, days, err := o.moment(call, "except", v, loc)
		switch {
		case err != nil:
			return err
		case e.WholeDays && !days:
			return mixedDays(call, "except")
		case days && !e.WholeDays:
			hour, minute, second := e.Start.Clock()
			at = time.Date(at.Year(), at.Month(), at.Day(), hour, minute, second, 0, e.Start.Location())
		}
		e.Exceptions = append(e.Exceptions, at)
	}
	return nil
}

func (o *eventOptions) finish(call string, e *mime.Event, loc *time.Location) error {
	end, days, err := o.moment(call, "finish", o.Finish, loc)
	switch {
	case err != nil:
		return err
	case days != e.WholeDays:
		return mixedDays(call, "finish")
	case days:
		end = end.AddDate(0, 0, 1)
	}
	e.Finish = end
	return nil
}

func (o *eventOptions) occurrence(call string, e *mime.Event, loc *time.Location) error {
	at, days, err := o.moment(call, "occurrence", o.Occurrence, loc)
	switch {
	case err != nil:
		return err
	case days != e.WholeDays:
		return mixedDays(call, "occurrence")
	case o.RRule != "":
		return &OptionError{Call: call, Key: "occurrence", What: `options "occurrence" and "rrule" exclude each other`, hint: "one repetition is not itself repeated: leave the rule out"}
	}
	e.Occurrence = at
	return nil
}

func mixedDays(call, key string) error {
	return &OptionError{Call: call, Key: key, What: fmt.Sprintf(`options "start" and %q must both be dates, or both have a time`, key)}
}

// moment reads a time in the event's zone. A date alone is a whole day.
func (o *eventOptions) moment(call, key string, v lua.LValue, loc *time.Location) (t time.Time, days bool, err error) {
	if text, ok := v.(lua.LString); ok {
		if t, err := time.Parse(time.DateOnly, strings.TrimSpace(string(text))); err == nil {
			return t, true, nil
		}
	}
	t, err = timeFrom(v, timeParseOptions{Zone: o.TZ})
	if err == nil {
		err = skippedTime(v, t)
	}
	if err != nil {
		return t, false, &OptionError{Call: call, Key: key, What: fmt.Sprintf("option %q: %v", key, err)}
	}
	if o.TZ != "" {
		t = t.In(loc)
	}
	return t, false, nil
}

// skippedTime refuses a time that no clock shows, as it is put forward that night. A text that names its offset is the
// same moment in all zones.
func skippedTime(v lua.LValue, t time.Time) error {
	asked, err := timeFrom(v, timeParseOptions{Zone: "UTC"})
	if _, isText := v.(lua.LString); err == nil && isText && !asked.Equal(t) && asked.Format(time.TimeOnly) != t.Format(time.TimeOnly) {
		return fmt.Errorf("there is no %s on that day in %s: clocks are put forward", asked.Format("15:04"), t.Location())
	}
	return err
}
