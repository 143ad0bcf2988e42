package luabind

import (
	"math"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// maxYear bounds the years of os.date and os.time, as C's struct tm does.
const maxYear = math.MaxInt32

// osDate is os.date: a date as text or, for "*t", as a table; "!" in front means UTC.
func (rt *Runtime) osDate(L *lua.LState) int {
	format := stringOr(L, 1, "date", "%c")
	t := rt.host.Wall()
	if L.Get(2) != lua.LNil {
		seconds := wantNumber(L, 2, "date")
		if !(math.Abs(seconds) < maxYear*365.0*86400) {
			L.Push(lua.LNil)
			return 1
		}
		t = time.Unix(int64(seconds), 0).In(t.Location())
	}
	if format != "" && format[0] == '!' {
		format, t = format[1:], t.UTC()
	}
	if format == "*t" {
		L.Push(dateTable(L, t))
	} else {
		L.Push(lua.LString(strftime(format, t)))
	}
	return 1
}

func dateTable(L *lua.LState, t time.Time) *lua.LTable {
	table := L.NewTable()
	for name, n := range map[string]int{
		"sec": t.Second(), "min": t.Minute(), "hour": t.Hour(), "day": t.Day(), "month": int(t.Month()), "year": t.Year(),
		"wday": int(t.Weekday()) + 1, "yday": t.YearDay(),
	} {
		table.RawSetString(name, lua.LNumber(n))
	}
	table.RawSetString("isdst", lua.LBool(t.IsDST()))
	return table
}

// osTime is os.time: now, or the time of a table of fields, which may be out
// of range and are carried over as C's mktime does.
func (rt *Runtime) osTime(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		L.Push(lua.LNumber(rt.host.Wall().Unix()))
		return 1
	}
	table := wantTable(L, 1, "time")
	sec, minute, hour := dateField(L, table, "sec", 0), dateField(L, table, "min", 0), dateField(L, table, "hour", 12)
	day, month, year := dateField(L, table, "day", -1), dateField(L, table, "month", -1), dateField(L, table, "year", -1)
	for _, v := range []int{sec, minute, hour, day, month, year} {
		if v > maxYear || v < -maxYear {
			L.Push(lua.LNil)
			return 1
		}
	}
	t := time.Date(year, time.Month(month), day, hour, minute, sec, 0, rt.host.Wall().Location())
	t = asDaylightSaving(t, L.GetField(table, "isdst"))
	L.Push(lua.LNumber(t.Unix()))
	return 1
}

// dateField reads one number; a fallback below 0 means that it must be there.
func dateField(L *lua.LState, table *lua.LTable, name string, fallback int) int {
	n, ok := numberOf(L.GetField(table, name))
	if ok {
		return toInt(n)
	}
	if fallback < 0 {
		raiseText(L, "field '%s' missing in date table", name)
	}
	return fallback
}

// asDaylightSaving moves a wall-clock time that was meant in the other of
// summer and winter time, as C's mktime does by the field isdst.
func asDaylightSaving(t time.Time, isdst lua.LValue) time.Time {
	switch {
	case isdst == lua.LNil || lua.LVAsBool(isdst) == t.IsDST():
		return t
	case t.IsDST():
		return t.Add(time.Hour)
	}
	return t.Add(-time.Hour)
}
