package data

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// lastYear is the last one that ISO 8601 writes with four digits.
const lastYear = 9999

// TimeStep is a way in the calendar and on the clock.
type TimeStep struct {
	Years, Months, Weeks, Days int // by the calendar: the time of day stays
	Seconds                    float64
}

// AddTime goes a step from t: years and months first, where a day that the
// month lacks becomes its last; then weeks and days; then seconds, which are
// exact also where clocks change.
func AddTime(t time.Time, step TimeStep) (time.Time, error) {
	const most = 1 << 22 // more days than there are in 9999 years
	for _, n := range []int{step.Years, step.Months, step.Weeks, step.Days} {
		if n > most || n < -most {
			return t, errYear
		}
	}
	if step.Years != 0 || step.Months != 0 || step.Weeks != 0 || step.Days != 0 {
		first := time.Date(t.Year()+step.Years, t.Month()+time.Month(step.Months), 1, 0, 0, 0, 0, time.UTC)
		day := min(t.Day(), daysIn(first.Year(), first.Month()))
		t = TimeIn(first.Year(), first.Month(), day+7*step.Weeks+step.Days, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	}
	return addSeconds(t, step.Seconds)
}

// errYear is a result that cannot be written.
var errYear = errors.New("the result is not between the years 1 and 9999")

func addSeconds(t time.Time, seconds float64) (time.Time, error) {
	if math.IsNaN(seconds) || math.Abs(seconds) > lastYear*366*86400 {
		return t, errYear
	}
	whole, fraction := math.Modf(seconds)
	t = time.Unix(t.Unix()+int64(whole), int64(t.Nanosecond())+int64(math.Round(fraction*1e9))).In(t.Location())
	if t.Year() < 1 || t.Year() > lastYear {
		return t, errYear
	}
	return t, nil
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// timeUnits are what StartOf knows.
func timeUnits() []string {
	return []string{"year", "quarter", "month", "week", "day", "hour", "minute", "second"}
}

// StartOf gives the beginning of the unit in which t lies, in its zone; a
// week begins on Monday (ISO 8601).
func StartOf(t time.Time, unit string) (time.Time, error) {
	year, month, day := t.Date()
	midnight := func(y int, m time.Month, d int) time.Time { return TimeIn(y, m, d, 0, 0, 0, 0, t.Location()) }
	into := time.Duration(t.Nanosecond())
	switch unit {
	case "year":
		return midnight(year, time.January, 1), nil
	case "quarter":
		return midnight(year, month-(month-1)%3, 1), nil
	case "month":
		return midnight(year, month, 1), nil
	case "week":
		return midnight(year, month, day-(int(t.Weekday())+6)%7), nil
	case "day":
		return midnight(year, month, day), nil
	case "hour":
		return t.Add(-into - time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second), nil
	case "minute":
		return t.Add(-into - time.Duration(t.Second())*time.Second), nil
	case "second":
		return t.Add(-into), nil
	}
	text := fmt.Sprintf("unknown unit %q", unit)
	if near := Nearest(unit, timeUnits()); near != "" {
		return t, fmt.Errorf("%s; did you mean %q?", text, near)
	}
	return t, fmt.Errorf("%s; units are %s", text, strings.Join(timeUnits(), ", "))
}

// FormatDuration writes seconds in the units of durations, to the
// millisecond: 1d2h3m4s500ms.
func FormatDuration(seconds float64) (string, error) {
	if math.IsNaN(seconds) || math.Abs(seconds) > lastYear*366*86400 {
		return "", errors.New("the duration is too long")
	}
	sign, text := "", ""
	ms := int64(math.Round(math.Abs(seconds) * 1000))
	if seconds < 0 && ms > 0 {
		sign = "-"
	}
	for _, unit := range []struct {
		name string
		ms   int64
	}{{"d", 86400_000}, {"h", 3600_000}, {"m", 60_000}, {"s", 1000}, {"ms", 1}} {
		if n := ms / unit.ms; n > 0 {
			text += fmt.Sprint(n) + unit.name
			ms %= unit.ms
		}
	}
	if text == "" {
		text = "0s"
	}
	return sign + text, nil
}
