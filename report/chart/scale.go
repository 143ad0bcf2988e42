package chart

import (
	"math"
	"strconv"
	"strings"

	"moonpost/report"
)

// axisScale turns numbers into places on a canvas.
type axisScale struct{ lo, hi, from, to float64 }

// at is the place of a number; what lies beyond the ends stands there.
func (s axisScale) at(v float64) float64 { return s.beyond(min(max(v, s.lo), s.hi)) }

// beyond is the place that a number has, also off the canvas.
func (s axisScale) beyond(v float64) float64 {
	if s.hi <= s.lo {
		return (s.from + s.to) / 2
	}
	return s.from + (v-s.lo)/(s.hi-s.lo)*(s.to-s.from)
}

func (s axisScale) holds(v float64) bool { return v >= s.lo && v <= s.hi }

// niceStep is the smallest of 1, 2, 2.5 and 5 times a power of ten that is at least the given step and a multiple of
// the least.
func niceStep(step, least float64) float64 {
	power := math.Pow10(int(math.Floor(math.Log10(step))))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= step*(1-1e-9) && (m != 2.5 || least == 0 || 2.5*power >= 10*least) {
			return decimalOf(m * power)
		}
	}
	return decimalOf(10 * power)
}

// decimalOf is the number that a computed one nearly is: 0.3 for 0.30000000000000004.
func decimalOf(v float64) float64 {
	f, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64)
	if err != nil {
		return v
	}
	return f
}

// maxTicks bounds the ticks of an axis.
const maxTicks = 60

// axisRange are the ends of an axis and the numbers that stand at it.
type axisRange struct {
	lo, hi, step float64
	ticks        []float64
}

// niceAxis finds about n ticks between lo and hi, least apart at least. An end that isn't fixed moves out to the next.
func niceAxis(lo, hi float64, fixLo, fixHi bool, n int, least float64) axisRange {
	step := niceStep(max((hi-lo)/float64(max(n, 1)), least, 1e-300), least)
	if !fixLo {
		lo = min(lo, decimalOf(math.Floor(lo/step+1e-9)*step))
	}
	if !fixHi {
		hi = max(hi, decimalOf(math.Ceil(hi/step-1e-9)*step))
	}
	a := axisRange{lo: lo, hi: hi, step: step}
	from, to := math.Ceil(lo/step-1e-9), math.Floor(hi/step+1e-9)
	if to-from > maxTicks || math.Abs(from) > 1<<50 || math.Abs(to) > 1<<50 {
		a.ticks = []float64{lo, hi} // the numbers lie closer together than their digits tell
		return a
	}
	for k := from; k <= to; k++ {
		a.ticks = append(a.ticks, decimalOf(k*step)+0) // and not -0
	}
	return a
}

// valueAxis is the axis of the values between lo and hi. Bars begin at zero, and so do lines unless all lies far above.
func valueAxis(lo, hi float64, fromZero bool, o *Options, n int, least float64) axisRange {
	if lo >= 0 && (fromZero || lo < hi/2 || lo == hi) {
		lo = 0
	}
	if hi <= 0 && (fromZero || hi > lo/2 || lo == hi) {
		hi = 0
	}
	if lo == hi {
		hi = lo + 1
	}
	if o.Min != nil {
		lo, hi = *o.Min, max(hi, *o.Min+math.Max(1e-9, math.Abs(*o.Min)*1e-9))
	}
	if o.Max != nil {
		if hi = *o.Max; o.Min == nil {
			lo = min(lo, hi-math.Max(1e-9, math.Abs(hi)*1e-9))
		}
	}
	return niceAxis(lo, hi, o.Min != nil, o.Max != nil, n, least)
}

// labels are the texts of the ticks: in the column's format without the decimals that none of them needs, else short.
func (a *axisRange) labels(f *report.Format, group bool) []string {
	shown, unit, suffix := *f, 1.0, ""
	if f.Kind == report.NumberFormat {
		shown = f.WithDecimals(min(f.Written(), max(0, a.decimals(1)-(f.Decimals()-f.Written()))))
	} else {
		unit, suffix = a.unit()
		shown = report.PlainNumber(a.decimals(unit), group, false)
	}
	labels := make([]string, len(a.ticks))
	for i, tick := range a.ticks {
		if math.Abs(tick) >= 1e18 || tick != 0 && math.Abs(tick) < 1e-9 {
			labels[i] = strconv.FormatFloat(tick, 'g', 4, 64)
			continue
		}
		labels[i] = shown.Text(tick/unit) + suffix
		if tick == 0 && f.Kind != report.NumberFormat {
			labels[i] = "0"
		}
	}
	return labels
}

// unit is what large numbers are told in.
func (a *axisRange) unit() (unit float64, suffix string) {
	switch largest := max(math.Abs(a.lo), math.Abs(a.hi)); {
	case largest >= 1e18:
	case largest >= 1e12:
		return 1e12, "T"
	case largest >= 1e9:
		return 1e9, "B"
	case largest >= 1e6:
		return 1e6, "M"
	}
	return 1, ""
}

// decimals is how many the ticks have in a unit.
func (a *axisRange) decimals(unit float64) (most int) {
	for _, tick := range a.ticks {
		_, fraction, _ := strings.Cut(strconv.FormatFloat(decimalOf(tick/unit), 'f', -1, 64), ".")
		most = max(most, len(fraction))
	}
	return min(most, report.MaxDecimals)
}
