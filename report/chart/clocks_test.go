package chart

import (
	"fmt"
	"testing"
	"time"

	"moonpost/report"
)

// TestChangeOfClocks: rows of each midnight are days, though the offset changes between them, and ticks of hours stay
// at the clock's.
func TestChangeOfClocks(t *testing.T) {
	days := tableOf("day n", []report.Value{"2026-10-24T00:00:00+02:00", 1.0}, []report.Value{"2026-10-25T00:00:00+02:00", 2.0}, []report.Value{"2026-10-26T00:00:00+01:00", 3.0})
	c, err := New(days, Options{Kind: Bar})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(c.data.x.rowLabels()); got != "[24 Oct 25 Oct 26 Oct]" {
		t.Error(got)
	}
	if got := c.Alt(); got != "Bar chart: day 2026-10-24 to 2026-10-26; n from 1 to 3, last 3." {
		t.Error(got)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, month := range []time.Month{time.March, time.October} {
		from := time.Date(2026, month, 24, 12, 0, 0, 0, berlin)
		if month == time.March {
			from = time.Date(2026, month, 28, 12, 0, 0, 0, berlin)
		}
		hours, err := New(tableOf("at n", []report.Value{from, 1.0}, []report.Value{from.AddDate(0, 0, 2), 1.0}), Options{})
		if err != nil {
			t.Fatal(err)
		}
		x := &hours.data.x
		for _, tick := range x.timeTicks(x.at[0], x.at[1], 9) {
			if hour := x.time(tick.at).Hour(); hour%6 != 0 {
				t.Errorf("%s: a tick at %d o'clock, %q", month, hour, tick.label)
			}
		}
	}
}

func TestValueText(t *testing.T) {
	plain, euro := report.Format{}, report.PlainNumber(2, true, false)
	for _, c := range []struct {
		v    float64
		f    *report.Format
		want string
	}{
		{1.0 / 3, &plain, "0.3333"}, {-99.999916978957, &plain, "-99.9999"}, {26215.95, &plain, "26215.95"}, {1e9 + 1, &plain, "1000000001"},
		{0.000123456, &plain, "0.0001235"}, {2.5, &plain, "2.5"}, {1.0 / 3, &euro, "0.33"}, {1e-40, &plain, "0"},
	} {
		if got := valueText(c.f, c.v); got != c.want {
			t.Errorf("%v: %s, want %s", c.v, got, c.want)
		}
	}
}

// TestLyingBarsHaveNames: a height that nobody asked for has room for each name.
func TestLyingBarsHaveNames(t *testing.T) {
	table := tableOf("x a b")
	for range 30 {
		table.Rows = append(table.Rows, []report.Value{"name", 1.0, 2.0})
	}
	for _, o := range []Options{{Kind: Bar, Horizontal: true}, {Kind: Stacked, Horizontal: true}} {
		c, err := New(table, o)
		if err != nil {
			t.Fatal(err)
		}
		if _, height := c.Size(); height < 30*18 || height > 1000 {
			t.Errorf("%d high", height)
		}
	}
}
