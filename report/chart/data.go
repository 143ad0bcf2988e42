package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"moonpost/report"
)

// xKind is what stands below a chart.
type xKind int

const (
	namedX  xKind = iota // one place for each row
	timeX                // places by time
	numberX              // places by size
)

// chartX is where rows stand.
type chartX struct {
	column report.Column
	kind   xKind
	at     []float64        // seconds since 1970, numbers, or the rows' own
	labels []string         // of names
	zones  []*time.Location // of times: the clock that each row names
}

// chartSeries is one line, one colour of bars.
type chartSeries struct {
	column report.Column
	values []float64 // NaN where there is none
	side   side      // at whose axis it is measured
	line   bool      // it is drawn as a line
}

// chartData is a table as charts draw it.
type chartData struct {
	x      chartX
	series []chartSeries
}

// readChart reads a table's first column as x and the others as numbers.
func readChart(t *report.Table, o *Options) (data chartData, err error) {
	first := 1
	if o.NoX {
		first = 0
	}
	switch n := len(t.Columns) - first; {
	case n < 1:
		return data, &Error{What: "y names no column"}
	case n > maxSeries:
		return data, &Error{What: fmt.Sprintf("%d series are too many to tell apart; %d at most", n, maxSeries), Help: "draw those that matter, or several charts"}
	case n > 1 && o.isPie():
		return data, &Error{What: fmt.Sprintf("a pie shows one column, got %d", n), Help: "stacked bars show the parts of several columns"}
	case len(t.Columns)*len(t.Rows) > MaxValues:
		return data, &Error{What: fmt.Sprintf("more than %d values are too many for a chart", MaxValues), Help: "sum them up by day or by month before"}
	}
	for i := first; i < len(t.Columns); i++ {
		series, err := readSeries(t, i)
		if err != nil {
			return data, err
		}
		data.series = append(data.series, series)
	}
	if o.NoX {
		data.x = numbered(len(t.Rows))
		return data, nil
	}
	if data.x, err = readX(t, o); err == nil {
		data.sort()
	}
	return data, err
}

func readSeries(t *report.Table, column int) (chartSeries, error) {
	s := chartSeries{column: t.Columns[column], values: make([]float64, len(t.Rows))}
	s.column.Title = cleanLabel(s.column.Heading())
	for i, row := range t.Rows {
		v := row[column]
		if v == nil || v == "" {
			s.values[i] = math.NaN()
			continue
		}
		n, ok := report.Float(v)
		if !ok || !isDrawable(n) {
			return s, notDrawable(i+1, s.column.Name, "a number", v)
		}
		s.values[i] = n
	}
	return s, nil
}

// text is a value as the column shows it.
func (s *chartSeries) text(v float64) string { return valueText(&s.column.Format, v) }

// valueText is a number in its column's format, and without one in no more digits than people read: a third is 0.3333.
func valueText(f *report.Format, v float64) string {
	const digits = 4
	if f.Kind == report.PlainFormat && v != math.Trunc(v) {
		decimals := digits
		if math.Abs(v) < 1 {
			decimals = min(digits-1-int(math.Floor(math.Log10(math.Abs(v)))), report.MaxDecimals)
		}
		if short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', decimals, 64), 64); err == nil {
			v = short
		}
	}
	return f.Text(v)
}

func notDrawable(row int, column, want string, v report.Value) *Error {
	shown := inBrief(report.Text(v))
	if _, isText := v.(string); isText {
		shown = fmt.Sprintf("%q", shown)
	}
	if v == nil || v == "" {
		shown = "nothing"
	}
	return &Error{What: fmt.Sprintf("row %d: column %q must be %s, got %s", row, column, want, shown), Help: report.NumberHint(report.Text(v))}
}

// numbered is x where the rows have none.
func numbered(rows int) chartX {
	x := chartX{kind: numberX, at: make([]float64, rows)}
	for i := range x.at {
		x.at[i] = float64(i + 1)
	}
	return x
}

// readX finds out what x is: times where all are, numbers where all are and the kind places by size, else names.
func readX(t *report.Table, o *Options) (chartX, error) {
	x := chartX{column: t.Columns[0], at: make([]float64, len(t.Rows))}
	x.column.Title = cleanLabel(x.column.Heading())
	if o.isPie() {
		return x.names(t), nil
	}
	bySize := o.Kind != Bar && o.Kind != Stacked
	switch {
	case len(t.Rows) == 0:
	case allOf(t, func(v report.Value) bool { _, ok := report.Moment(v); return ok }):
		return x.times(t), nil
	case bySize && allOf(t, func(v report.Value) bool { n, ok := report.Float(v); return ok && isDrawable(n) }):
		x.kind = numberX
		for i, row := range t.Rows {
			x.at[i], _ = report.Float(row[0])
		}
		return x, nil
	case bySize:
		return x.names(t), x.checkHalf(t)
	}
	return x.names(t), nil
}

func allOf(t *report.Table, holds func(report.Value) bool) bool {
	return !slices.ContainsFunc(t.Rows, func(row []report.Value) bool { return !holds(row[0]) })
}

// checkHalf refuses a column of times or numbers in which one is missing: it would be drawn as names, in wrong places.
func (x *chartX) checkHalf(t *report.Table) error {
	if _, isTime := report.Moment(t.Rows[0][0]); isTime {
		for i, row := range t.Rows {
			if _, ok := report.Moment(row[0]); !ok {
				return notDrawable(i+1, x.column.Name, "a date as in the rows before", row[0])
			}
		}
	}
	if _, isNumber := t.Rows[0][0].(float64); isNumber {
		for i, row := range t.Rows {
			if n, ok := report.Float(row[0]); !ok || !isDrawable(n) {
				return notDrawable(i+1, x.column.Name, "a number as in the rows before", row[0])
			}
		}
	}
	return nil
}

func (x chartX) times(t *report.Table) chartX {
	x.kind = timeX
	x.zones = make([]*time.Location, len(t.Rows))
	for i, row := range t.Rows {
		moment, _ := report.Moment(row[0])
		x.zones[i] = moment.Location()
		x.at[i] = float64(moment.UnixMilli()) / 1000
	}
	return x
}

func (x chartX) names(t *report.Table) chartX {
	x.labels = make([]string, len(t.Rows))
	for i, row := range t.Rows {
		x.at[i] = float64(i)
		x.labels[i] = cleanLabel(x.column.Format.Text(row[0]))
	}
	return x
}

// time is a place on an axis of times, whose clock is that of the first row.
func (x *chartX) time(at float64) time.Time { return momentAt(at, x.zones[0]) }

// clock is the time of a row as it was given: behind a change of clocks rows have another offset than the first.
func (x *chartX) clock(row int) time.Time { return momentAt(x.at[row], x.zones[row]) }

func momentAt(at float64, zone *time.Location) time.Time {
	return time.UnixMilli(int64(math.Round(at * 1000))).In(zone)
}

// sort puts times and numbers in order: a query often gives the newest first.
func (d *chartData) sort() {
	if d.x.kind == namedX || slices.IsSorted(d.x.at) {
		return
	}
	order := make([]int, len(d.x.at))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case d.x.at[a] < d.x.at[b]:
			return -1
		case d.x.at[a] > d.x.at[b]:
			return 1
		}
		return 0
	})
	d.x.at = reordered(d.x.at, order)
	if d.x.zones != nil {
		d.x.zones = reordered(d.x.zones, order)
	}
	for i := range d.series {
		d.series[i].values = reordered(d.series[i].values, order)
	}
}

func reordered[T any](values []T, order []int) []T {
	sorted := make([]T, len(values))
	for i, from := range order {
		sorted[i] = values[from]
	}
	return sorted
}

// empty tells whether there is nothing to draw; a pie of nothing but zeros has no slices.
func (c *Chart) empty() bool {
	for i := range c.data.series {
		if lo, hi := extent(c.data.series[i].values); !math.IsInf(lo, 0) && (hi > 0 || !c.options.isPie()) {
			return false
		}
	}
	return true
}

// extent is the smallest and the largest of values; infinite without any.
func extent(values []float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi
}
