package luabind

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

const timeClassName = "time.Time"

// timeModule is `time`: dates and times with zones, and waits.
func timeModule(rt *Runtime) Module {
	return Module{
		Name: "time", Doc: "Dates and times: read, reckoned with, written. A zone is a name such as \"Europe/Berlin\", \"UTC\", \"local\" or an offset such as \"+02:00\".",
		Functions: []Function{
			{"now", "(zone?: string): time.Time", "The present moment, in the zone given, else in the machine's.", `print(time.now("UTC").year >= 2026) --> true`, rt.timeNow},
			{"today", "(zone?: string): time.Time", "The moment at which the present day began, in the zone given, else in the machine's.", `print(time.today("Europe/Berlin").hour) --> 0`, rt.timeToday},
			{"parse", "(date: string|number|time.Time, options?: time.ParseOptions|string): time.Time",
				"Reads ISO 8601 (`2026-10-05`, `2026-10-05T10:00:00+02:00`, `2026-10-05 10:00`), RFC 5322 (`Mon, 05 Oct 2026 10:00:00 +0200`), `os.time()` numbers, or a text by a layout of one's own. The second argument is a zone, or options; a text that names no zone is in that one, else in the machine's.",
				`print(time.parse("05.10.2026", { layout = "%d.%m.%Y", zone = "UTC" })) --> 2026-10-05T00:00:00Z`, rt.timeParse},
			{"new", "(parts: time.Parts): time.Time", "Puts a time together; what is left out is 1 or 0.", `print(time.new{ year = 2026, month = 10, day = 5, hour = 9, zone = "Europe/Berlin" }) --> 2026-10-05T09:00:00+02:00`, rt.timeNew},
			{"sleep", "(duration: number|string)", "Waits; seconds or a duration such as \"500ms\". An interrupt or --timeout ends the wait and the script.", `time.sleep("10ms")`, rt.timeSleep},
			{"duration", "(duration: number|string): number", "Gives a duration such as \"2h30m\" in seconds.", `print(time.duration("2h30m")) --> 9000`, timeDuration},
			{"format_duration", "(seconds: number): string", "Writes seconds as a duration, to the millisecond.", `print(time.format_duration(93784.5)) --> 1d2h3m4s500ms`, timeFormatDuration},
		},
		Classes: []Class{rt.timeClass()},
		Types: []string{
			optionsClass("time.ParseOptions", reflect.TypeFor[timeParseOptions]()),
			optionsClass("time.Parts", reflect.TypeFor[timeParts]()),
			optionsClass("time.Step", reflect.TypeFor[timeStep]()),
		},
	}
}

// timeParseOptions are the options of time.parse.
type timeParseOptions struct {
	Zone   string `lua:"zone" doc:"zone of a text that names none" default:"local"`
	Layout string `lua:"layout" doc:"how the text is written, in the letters of os.date: %d.%m.%Y %H:%M"`
}

// timeParts are what time.new takes.
type timeParts struct {
	Year   int    `lua:"year" required:"true" min:"1" max:"9999" doc:"the year"`
	Month  int    `lua:"month" doc:"1 to 12" default:"1"`
	Day    int    `lua:"day" doc:"day of the month" default:"1"`
	Hour   int    `lua:"hour" doc:"0 to 23" default:"0"`
	Minute int    `lua:"minute" doc:"0 to 59" default:"0"`
	Second int    `lua:"second" doc:"0 to 59" default:"0"`
	Zone   string `lua:"zone" doc:"zone in which they are meant" default:"local"`
}

func (rt *Runtime) pushTime(L *lua.LState, t time.Time) int {
	L.Push(rt.newObject(L, timeClassName, t))
	return 1
}

// argZone reads the zone that may stand at argument n.
func argZone(L *lua.LState, call string, n int) *time.Location {
	loc, err := data.Zone(optString(L, call, n, "zone"))
	if err != nil {
		raise(L, callFault(call, err))
	}
	return loc
}

func (rt *Runtime) timeNow(L *lua.LState) int {
	return rt.pushTime(L, rt.host.Wall().In(argZone(L, "time.now", 1)).Round(0))
}

func (rt *Runtime) timeToday(L *lua.LState) int {
	loc := argZone(L, "time.today", 1)
	year, month, day := rt.host.Wall().In(loc).Date()
	return rt.pushTime(L, data.TimeIn(year, month, day, 0, 0, 0, 0, loc))
}

func (rt *Runtime) timeParse(L *lua.LState) int {
	const call = "time.parse"
	var o timeParseOptions
	if zone, ok := L.Get(2).(lua.LString); ok {
		o.Zone = string(zone)
	} else {
		checkOptions(L, call, 2, &o)
	}
	t, err := timeFrom(L.Get(1), o)
	if err != nil {
		raise(L, callFault(call, err))
	}
	return rt.pushTime(L, t)
}

// timeFrom reads a date in any of the forms that time.parse takes.
func timeFrom(v lua.LValue, o timeParseOptions) (time.Time, error) {
	loc, err := data.Zone(o.Zone)
	if err != nil {
		return time.Time{}, err
	}
	switch v := v.(type) {
	case lua.LNumber:
		return data.AddTime(time.Unix(0, 0).In(loc), data.TimeStep{Seconds: float64(v)})
	case lua.LString:
		if o.Layout != "" {
			return data.ParseTimeAs(o.Layout, string(v), loc)
		}
		return data.ParseTime(string(v), loc)
	case *lua.LUserData:
		if t, ok := v.Value.(time.Time); ok {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("date must be a string, a number or a time, got %s", describe(v))
}

func (rt *Runtime) timeNew(L *lua.LState) int {
	const call = "time.new"
	p := timeParts{Month: 1, Day: 1}
	argTable(L, call, 1, "parts")
	checkOptions(L, call, 1, &p)
	loc, err := data.Zone(p.Zone)
	if err == nil {
		var t time.Time
		if t, err = data.MakeTime(p.Year, p.Month, p.Day, p.Hour, p.Minute, p.Second, loc); err == nil {
			return rt.pushTime(L, t)
		}
	}
	raise(L, callFault(call, err))
	return 0
}

func (rt *Runtime) timeSleep(L *lua.LState) int {
	d, err := durationValue("time.sleep", L.Get(1))
	if err == nil {
		err = rt.host.sleep(L.Context(), d)
	}
	if err != nil {
		raise(L, err)
	}
	return 0
}

// sleep waits, or returns the context's cause.
func (h *Host) sleep(ctx context.Context, d time.Duration) error {
	if h.Sleep != nil {
		return h.Sleep(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// durationValue reads seconds or a duration that is no option.
func durationValue(call string, v lua.LValue) (time.Duration, error) {
	if v.Type() != lua.LTNumber && v.Type() != lua.LTString {
		return 0, &argumentError{text: fmt.Sprintf("%s: the duration must be seconds or a text such as \"30s\", got %s", call, describe(v))}
	}
	ns, err := optQuantity(optDuration, v)
	if err != nil {
		return 0, callFault(call, err)
	}
	return time.Duration(ns), nil
}

func timeDuration(L *lua.LState) int {
	d, err := durationValue("time.duration", L.Get(1))
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LNumber(d.Seconds()))
	return 1
}

func timeFormatDuration(L *lua.LState) int {
	const call = "time.format_duration"
	n, ok := L.Get(1).(lua.LNumber)
	if !ok {
		raiseArgument(L, fmt.Sprintf("%s: seconds must be a number, got %s", call, describe(L.Get(1))))
	}
	text, err := data.FormatDuration(float64(n))
	if err != nil {
		raise(L, callFault(call, err))
	}
	L.Push(lua.LString(text))
	return 1
}
