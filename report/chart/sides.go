package chart

import (
	"math"
	"slices"

	"moonpost/report"
)

// side is where the axis of a series stands: values of another size, orders beside revenue, have one on the right.
type side int

const (
	leftSide side = iota
	rightSide
)

// takeSides gives the series the sides and the shapes that the options name.
func (d *chartData) takeSides(o *Options) error {
	if len(o.Right)+len(o.Lines) > 0 && o.Horizontal {
		return &Error{What: "lines and an axis on the right go with bars that stand", Help: "leave horizontal out"}
	}
	lefts := 0
	for i := range d.series {
		s := &d.series[i]
		if slices.Contains(o.Right, i) {
			s.side = rightSide
		} else {
			lefts++
		}
		s.line = o.Kind == Line || o.Kind == Area && s.side == rightSide || o.isBar() && (s.side == rightSide || slices.Contains(o.Lines, i))
	}
	if lefts == 0 {
		return &Error{What: "all columns are on the right", Help: "the columns of the axis on the left stand in y alone"}
	}
	return nil
}

// hasRight tells whether there is an axis on the right.
func (c *Chart) hasRight() bool { return len(c.options.Right) > 0 }

// at are the series of a side.
func (c *Chart) at(where side) (series []*chartSeries) {
	for i := range c.data.series {
		if c.data.series[i].side == where {
			series = append(series, &c.data.series[i])
		}
	}
	return series
}

// fromZero tells the kinds whose areas show the values.
func (o *Options) fromZero() bool { return o.isBar() || o.Kind == Area }

// isBar tells the kinds whose rows have a place of the same width each.
func (o *Options) isBar() bool { return o.Kind == Bar || o.Kind == Stacked }

// valueFormat is that of the first series with one.
func (c *Chart) valueFormat(where side) *report.Format {
	for _, s := range c.at(where) {
		if f := &s.column.Format; f.Kind == report.NumberFormat {
			return f
		}
	}
	return &report.Format{}
}

// leastValue is how far apart the ticks of the values are at least: whole numbers have no halves.
func (c *Chart) leastValue(where side) float64 {
	least := 1.0
	for _, s := range c.at(where) {
		least = min(least, wholeStep(s.values))
	}
	return max(least, c.valueFormat(where).LeastStep())
}

// stacks tells whether series stand on each other.
func (c *Chart) stacks() bool { return c.options.Kind == Stacked || c.options.Stack }

// valueExtent is what the axis of values must hold.
func (c *Chart) valueExtent(where side) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	if c.stacks() && where == leftSide {
		lo, hi = c.stackExtent()
	}
	for _, s := range c.at(where) {
		if s.line || !c.stacks() {
			low, high := extent(s.values)
			lo, hi = min(lo, low), max(hi, high)
		}
	}
	if math.IsInf(lo, 0) { // the values are all at the other side
		return 0, 1
	}
	return lo, hi
}

func (c *Chart) stackExtent() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for row := range c.data.x.at {
		down, up := 0.0, 0.0
		for _, s := range c.at(leftSide) {
			if v := s.values[row]; v < 0 && !s.line {
				down += v
			} else if v > 0 && !s.line {
				up += v
			}
		}
		lo, hi = min(lo, down), max(hi, up)
	}
	return lo, hi
}

// besideAxis is an axis whose ticks stand at those of another, so that one set of lines serves both.
func besideAxis(lo, hi float64, other axisRange, least float64) axisRange {
	n := len(other.ticks) - 1
	own := valueAxis(lo, hi, false, &Options{}, max(n, 1), least)
	if n < 1 || len(own.ticks) < 2 || other.step <= 0 {
		return own
	}
	lo, hi = min(lo, own.ticks[0]), max(hi, own.lo)
	for step := nextStep(own.step/2, least); step < own.step*100; step = nextStep(step, least) {
		from := math.Floor(lo/step+1e-9) * step
		if from+float64(n)*step < hi-step*1e-9 {
			continue
		}
		a := axisRange{step: decimalOf(step)}
		for i := range n + 1 {
			a.ticks = append(a.ticks, decimalOf(from+float64(i)*step)+0)
		}
		a.lo = from - (other.ticks[0]-other.lo)/other.step*step
		a.hi = a.ticks[n] + (other.hi-other.ticks[n])/other.step*step
		return a
	}
	return own
}

// nextStep is the next larger distance of ticks that people can count in; finer than niceStep, since the number of
// ticks is given.
func nextStep(step, least float64) float64 {
	power := math.Pow10(int(math.Floor(math.Log10(step) + 1e-9)))
	for _, m := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10} {
		next := m * power
		whole := least == 0 || math.Abs(next/least-math.Round(next/least)) < 1e-9
		if next > step*(1+1e-9) && whole {
			return next
		}
	}
	return step * 2
}
