package luabind

import (
	"fmt"
	"math"
	"strings"
	"time"

	"moonpost/data"
	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// timeFields are the fields of a time.
var timeFields = []Field{
	{"year", "integer", "the year"},
	{"quarter", "integer", "1 to 4"},
	{"month", "integer", "1 to 12"},
	{"day", "integer", "day of the month"},
	{"hour", "integer", "0 to 23"},
	{"minute", "integer", "0 to 59"},
	{"second", "integer", "0 to 59"},
	{"weekday", "integer", "1 is Monday, 7 Sunday (ISO 8601; the wday of os.date begins with 1 for Sunday)"},
	{"yday", "integer", "day of the year, from 1"},
	{"week", "integer", "week of the year (ISO 8601): the first has the year's first Thursday"},
	{"days_in_month", "integer", "28 to 31"},
	{"zone", "string", "short name of the zone then, such as \"CEST\", or its offset"},
	{"offset", "integer", "seconds east of UTC"},
}

// timeClass is time.Time.
func (rt *Runtime) timeClass() Class {
	return Class{
		Name: timeClassName,
		Doc: "A moment in a zone; it never changes. `==`, `<` and `<=` compare moments, whatever their zones; `t + \"2h\"`, `t + seconds` and `t - \"2h\"` give times on the clock, `t2 - t1` seconds; `tostring` gives ISO 8601. " +
			"Every option that takes a date takes a time.",
		Extra: "---@operator add(number|string): time.Time\n---@operator sub(time.Time): number\n---@operator sub(number|string): time.Time",
		Methods: []Function{
			{"add", "(self: time.Time, step: time.Step|number|string): time.Time",
				"A later time, or an earlier one for negative numbers: first years and months, where a day that the month lacks becomes its last; then weeks and days, which keep the time of day; then hours, minutes and seconds on the clock. A number is seconds.",
				`print(time.parse("2026-01-31", "UTC"):add{ months = 1 }) --> 2026-02-28T00:00:00Z`, rt.timeAdd},
			{"format", "(self: time.Time, layout?: string): string",
				"Writes the time in the letters of os.date (`%-d` has no leading zero), or as \"iso\", \"rfc5322\", \"http\", \"date\" (2026-10-05), \"time\" (10:00:00) or \"datetime\" (both). Names of days and months are English.",
				`print(time.parse("2026-10-05", "UTC"):format("%-d %B %Y")) --> 5 October 2026`, timeFormat},
			{"iso", "(self: time.Time): string", "ISO 8601 and RFC 3339, with the offset.", `print(time.parse("2026-10-05T10:00+02:00"):iso()) --> 2026-10-05T10:00:00+02:00`,
				timeText("iso")},
			{"rfc5322", "(self: time.Time): string", "As in the Date field of a mail.", `print(time.parse("2026-10-05T10:00+02:00"):rfc5322()) --> Mon, 05 Oct 2026 10:00:00 +0200`,
				timeText("rfc5322")},
			{"unix", "(self: time.Time): number", "Seconds since 1970, as os.time has them.", `print(time.parse("2026-10-05", "UTC"):unix()) --> 1791158400`, timeUnix},
			{"in_zone", "(self: time.Time, zone: string): time.Time", "The same moment in another zone.", `print(time.parse("2026-10-05T12:00Z"):in_zone("America/New_York").hour) --> 8`, rt.timeInZone},
			{"start_of", "(self: time.Time, unit: \"year\"|\"quarter\"|\"month\"|\"week\"|\"day\"|\"hour\"|\"minute\"|\"second\"): time.Time", "The beginning of the unit in which the time lies; a week begins on Monday.",
				`print(time.parse("2026-10-08", "UTC"):start_of("week"):format("date")) --> 2026-10-05`, rt.timeStartOf},
			{"since", "(self: time.Time, earlier: time.Time): number", "Seconds from the other time to this one, as `t - earlier`.", `print(time.parse("2026-10-06", "UTC"):since(time.parse("2026-10-05", "UTC"))) --> 86400`, timeSince},
		},
		Fields: timeFields,
		get:    timeField,
		meta: map[string]lua.LGFunction{
			"__tostring": timeText("iso"), "__concat": timeConcat,
			"__eq":  timeCompare(func(a, b time.Time) bool { return a.Equal(b) }),
			"__lt":  timeCompare(time.Time.Before),
			"__le":  timeCompare(func(a, b time.Time) bool { return !a.After(b) }),
			"__add": rt.timePlus, "__sub": rt.timeMinus,
			"__newindex": func(L *lua.LState) int {
				raiseArgument(L, "time.Time: a time never changes; time:add gives another")
				return 0
			},
		},
	}
}

func checkTime(L *lua.LState, n int) time.Time { return checkObject[time.Time](L, n, timeClassName) }

// timeField reads one field.
func timeField(_ *lua.LState, self any, key lua.LValue) lua.LValue {
	t, ok := self.(time.Time)
	if !ok {
		return nil
	}
	zone, offset := t.Zone()
	_, week := t.ISOWeek()
	switch key.String() {
	case "year":
		return lua.LNumber(t.Year())
	case "quarter":
		return lua.LNumber((t.Month() + 2) / 3)
	case "month":
		return lua.LNumber(t.Month())
	case "day":
		return lua.LNumber(t.Day())
	case "hour":
		return lua.LNumber(t.Hour())
	case "minute":
		return lua.LNumber(t.Minute())
	case "second":
		return lua.LNumber(t.Second())
	case "weekday":
		return lua.LNumber((t.Weekday()+6)%7 + 1)
	case "yday":
		return lua.LNumber(t.YearDay())
	case "week":
		return lua.LNumber(week)
	case "days_in_month":
		return lua.LNumber(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day())
	case "zone":
		if zone == "" {
			zone = t.Format("-07:00")
		}
		return lua.LString(zone)
	case "offset":
		return lua.LNumber(offset)
	}
	return nil
}

// timeStep is a way that time:add goes.
type timeStep struct {
	Years   int     `lua:"years" doc:"years by the calendar"`
	Months  int     `lua:"months" doc:"months by the calendar"`
	Weeks   int     `lua:"weeks" doc:"weeks by the calendar"`
	Days    int     `lua:"days" doc:"days by the calendar: the same time of day"`
	Hours   float64 `lua:"hours" doc:"hours on the clock"`
	Minutes float64 `lua:"minutes" doc:"minutes on the clock"`
	Seconds float64 `lua:"seconds" doc:"seconds on the clock"`
}

func (rt *Runtime) timeAdd(L *lua.LState) int {
	const call = "time:add"
	t := checkTime(L, 1)
	if _, isTable := L.Get(2).(*lua.LTable); !isTable {
		return rt.timeShift(L, call, t, L.Get(2), 1)
	}
	var s timeStep
	checkOptions(L, call, 2, &s)
	step := data.TimeStep{Years: s.Years, Months: s.Months, Weeks: s.Weeks, Days: s.Days, Seconds: s.Hours*3600 + s.Minutes*60 + s.Seconds}
	return rt.pushShifted(L, call, t, step)
}

// timeShift adds seconds or a duration, times sign.
func (rt *Runtime) timeShift(L *lua.LState, call string, t time.Time, v lua.LValue, sign float64) int {
	if n, ok := v.(lua.LNumber); ok {
		return rt.pushShifted(L, call, t, data.TimeStep{Seconds: sign * float64(n)})
	}
	d, err := durationValue(call, v)
	if err != nil {
		raise(L, err)
	}
	return rt.pushShifted(L, call, t, data.TimeStep{Seconds: sign * d.Seconds()})
}

func (rt *Runtime) pushShifted(L *lua.LState, call string, t time.Time, step data.TimeStep) int {
	later, err := data.AddTime(t, step)
	if err != nil {
		raise(L, callFault(call, err))
	}
	return rt.pushTime(L, later)
}

// timePlus is t + x and x + t.
func (rt *Runtime) timePlus(L *lua.LState) int {
	at, step := 1, 2
	if ud, ok := L.Get(1).(*lua.LUserData); !ok || ud.Metatable != rt.metas[timeClassName] {
		at, step = 2, 1
	}
	return rt.timeShift(L, "time + duration", checkTime(L, at), L.Get(step), 1)
}

// timeMinus is t - x: seconds between two times, or an earlier time.
func (rt *Runtime) timeMinus(L *lua.LState) int {
	if ud, ok := L.Get(2).(*lua.LUserData); ok {
		if _, isTime := ud.Value.(time.Time); isTime {
			return timeSince(L)
		}
	}
	return rt.timeShift(L, "time - duration", checkTime(L, 1), L.Get(2), -1)
}

func timeSince(L *lua.LState) int {
	later, earlier := checkTime(L, 1), checkTime(L, 2)
	// A Duration would hold 292 years.
	L.Push(lua.LNumber(float64(later.Unix()-earlier.Unix()) + float64(later.Nanosecond()-earlier.Nanosecond())/1e9))
	return 1
}

func timeCompare(holds func(a, b time.Time) bool) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LBool(holds(checkTime(L, 1), checkTime(L, 2))))
		return 1
	}
}

func timeConcat(L *lua.LState) int {
	L.Push(lua.LString(lua51.ToString(L, L.Get(1)).String() + lua51.ToString(L, L.Get(2)).String()))
	return 1
}

// timeLayouts are the layouts that have names, in Go's spelling.
var timeLayouts = map[string]string{
	"iso": time.RFC3339Nano, "rfc5322": "Mon, 02 Jan 2006 15:04:05 -0700", "http": "Mon, 02 Jan 2006 15:04:05 GMT",
	"date": time.DateOnly, "time": time.TimeOnly, "datetime": time.DateTime,
}

// timeText writes a time in one of the layouts that have names.
func timeText(name string) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LString(checkTime(L, 1).Format(timeLayouts[name])))
		return 1
	}
}

func timeFormat(L *lua.LState) int {
	const call = "time:format"
	t, layout := checkTime(L, 1), optString(L, call, 2, "layout")
	if layout == "" {
		layout = "iso"
	}
	if named, ok := timeLayouts[layout]; ok {
		if layout == "http" {
			t = t.UTC()
		}
		L.Push(lua.LString(t.Format(named)))
		return 1
	}
	if !strings.Contains(layout, "%") {
		raiseArgument(L, fmt.Sprintf("%s: %s", call, unknownText("time", "layout", layout, sortedKeys(timeLayouts))))
	}
	text, err := data.FormatTime(layout, t)
	if err != nil {
		raise(L, callFault(call, err))
	}
	L.Push(lua.LString(text))
	return 1
}

func timeUnix(L *lua.LState) int {
	t := checkTime(L, 1)
	L.Push(lua.LNumber(float64(t.Unix()) + math.Round(float64(t.Nanosecond())/1e3)/1e6))
	return 1
}

func (rt *Runtime) timeInZone(L *lua.LState) int {
	const call = "time:in_zone"
	t, zone := checkTime(L, 1), argString(L, call, 2, "zone")
	loc, err := data.Zone(zone)
	if err != nil {
		raise(L, callFault(call, err))
	}
	return rt.pushTime(L, t.In(loc))
}

func (rt *Runtime) timeStartOf(L *lua.LState) int {
	const call = "time:start_of"
	start, err := data.StartOf(checkTime(L, 1), argString(L, call, 2, "unit"))
	if err != nil {
		raise(L, callFault(call, err))
	}
	return rt.pushTime(L, start)
}
