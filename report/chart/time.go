package chart

import (
	"math"
	"time"

	"moonpost/report"
)

// timeUnit is what the ticks of a time axis count.
type timeUnit int

const (
	seconds timeUnit = iota
	days
	months
	years
)

// timeStep is a distance of ticks.
type timeStep struct {
	unit timeUnit
	n    int
}

// timeSteps are all from small to large.
func timeSteps() []timeStep {
	steps := []timeStep{}
	for _, n := range []int{1, 5, 15, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600} {
		steps = append(steps, timeStep{seconds, n})
	}
	steps = append(steps, timeStep{days, 1}, timeStep{days, 2}, timeStep{days, 7}, timeStep{days, 14}, timeStep{months, 1}, timeStep{months, 2}, timeStep{months, 3}, timeStep{months, 6})
	for _, n := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000} {
		steps = append(steps, timeStep{years, n})
	}
	return steps
}

// length is about how many seconds a step has.
func (s timeStep) length() float64 {
	return float64(s.n) * []float64{1, 86400, 30.44 * 86400, 365.25 * 86400}[s.unit]
}

// resolution is the coarsest unit in which the times of x are whole.
func (x *chartX) resolution() timeUnit {
	whole := years
	for row := range x.at {
		t := x.clock(row)
		hour, minute, second := t.Clock()
		switch {
		case hour+minute+second > 0:
			return seconds
		case t.Day() > 1:
			whole = days
		case t.Month() > 1:
			whole = min(whole, months)
		}
	}
	return whole
}

// timeTick is a place at a time axis.
type timeTick struct {
	at    float64
	label string
}

// timeTicks are at most n ticks of an axis between two times.
func (x *chartX) timeTicks(lo, hi float64, n int) []timeTick {
	steps := timeSteps()
	least := x.resolution()
	step := steps[len(steps)-1]
	for _, s := range steps {
		if s.unit >= least && math.Floor((hi-lo)/s.length()) < float64(n) {
			step = s
			break
		}
	}
	var ticks []timeTick
	first := step.floor(x.time(lo))
	for k := 0; len(ticks) < maxTicks; k++ {
		t := step.after(first, k)
		at := float64(t.Unix())
		if at > hi {
			break
		}
		if at >= lo {
			ticks = append(ticks, timeTick{at, x.timeText(t, step.unit, len(ticks) == 0)})
		}
	}
	return ticks
}

// floor is the last tick at or before a time: midnights, Mondays, the first of months.
func (s timeStep) floor(t time.Time) time.Time {
	year, month, day := t.Date()
	midnight := time.Date(year, month, day, 0, 0, 0, 0, t.Location())
	switch s.unit {
	case seconds:
		hour, minute, second := t.Clock()
		since := hour*3600 + minute*60 + second
		return time.Date(year, month, day, 0, 0, since-since%s.n, 0, t.Location())
	case days:
		if s.n%7 == 0 {
			return midnight.AddDate(0, 0, -(int(midnight.Weekday())+6)%7)
		}
		return midnight.AddDate(0, 0, -(midnight.YearDay()-1)%s.n)
	case months:
		return time.Date(year, month-(month-1)%time.Month(s.n), 1, 0, 0, 0, 0, t.Location())
	}
	return time.Date(year-year%s.n, 1, 1, 0, 0, 0, 0, t.Location())
}

// after is the kth tick behind the first. Whole hours are those of the clock, also on the day on which it changes.
func (s timeStep) after(first time.Time, k int) time.Time {
	k *= s.n
	year, month, day := first.Date()
	hour, minute, second := first.Clock()
	switch {
	case s.unit == seconds && s.n <= 3600:
		return first.Add(time.Duration(k) * time.Second)
	case s.unit == seconds:
		second += k
	case s.unit == days:
		day += k
	case s.unit == months:
		month += time.Month(k)
	default:
		year += k
	}
	return time.Date(year, month, day, hour, minute, second, 0, first.Location())
}

// timeText is what stands at a tick: in the column's format, else as much as tells it from its neighbours.
func (x *chartX) timeText(t time.Time, unit timeUnit, first bool) string {
	if x.column.Format.Kind == report.TimeFormat {
		return cleanLabel(x.column.Format.Text(t))
	}
	hour, minute, second := t.Clock()
	layout := "2 Jan"
	switch {
	case unit == seconds && second > 0:
		layout = "15:04:05"
	case unit == seconds && (hour > 0 || minute > 0):
		layout = "15:04"
	case unit == years:
		layout = "2006"
	case unit == months && (first || t.Month() == time.January):
		layout = "Jan 2006"
	case unit == months:
		layout = "Jan"
	}
	return t.Format(layout)
}

// rowLabels are the texts of all rows, for bars.
func (x *chartX) rowLabels() []string {
	if x.kind != timeX {
		return x.labels
	}
	unit := x.resolution()
	labels := make([]string, len(x.at))
	first, last := x.clock(0), x.clock(len(x.at)-1)
	far := first.Year() != last.Year() || unit == seconds && first.YearDay() != last.YearDay()
	for i := range x.at {
		t := x.clock(i)
		labels[i] = x.timeText(t, unit, i == 0)
		if layout := map[timeUnit]string{seconds: "2 Jan 15:04", days: "2 Jan 2006"}[unit]; far && layout != "" && x.column.Format.Kind != report.TimeFormat {
			labels[i] = t.Format(layout)
		}
	}
	return labels
}
