package chart

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"moonpost/report"
)

func twoSizes() *report.Table {
	return tableOf("day orders revenue", []report.Value{"2026-10-01", 100.0, 15000.0}, []report.Value{"2026-10-02", 0.0, 30000.0}, []report.Value{"2026-10-03", 200.0, 0.0})
}

// TestRightAxis: a series on the right takes the whole height, though its values are another size.
func TestRightAxis(t *testing.T) {
	hidden := false
	for _, kind := range []Kind{Line, Area, Bar, Stacked} {
		one := all(draw(t, twoSizes(), Options{Kind: kind, Legend: &hidden}), red)
		two := all(draw(t, twoSizes(), Options{Kind: kind, Legend: &hidden, Right: []int{1}}), red)
		if two.box.Dy() < 500 || one.box.Dy() < 500 {
			t.Errorf("kind %d: revenue is %d high, and %d on the right", kind, one.box.Dy(), two.box.Dy())
		}
		orders := all(draw(t, twoSizes(), Options{Kind: kind, Legend: &hidden, Right: []int{1}}), blue)
		if orders.box.Dy() < 500 {
			t.Errorf("kind %d: orders are %d high beside revenue", kind, orders.box.Dy())
		}
	}
	flat := all(draw(t, twoSizes(), Options{Legend: &hidden}), blue)
	if flat.box.Dy() > 20 {
		t.Errorf("on one axis orders are %d high: the test has no other size", flat.box.Dy())
	}
}

func TestLinesOverBars(t *testing.T) {
	hidden := false
	table := tableOf("x n aim", []report.Value{"a", 1.0, 2.0}, []report.Value{"b", 3.0, 2.0})
	bars := all(draw(t, table, Options{Kind: Bar, Legend: &hidden}), red)
	line := all(draw(t, table, Options{Kind: Bar, Legend: &hidden, Lines: []int{1}}), red)
	if bars.box.Dy() < 100 || line.box.Dy() > 6 || line.box.Dx() < 500 {
		t.Errorf("bars %v, line %v", bars.box, line.box)
	}
	stacked := draw(t, table, Options{Kind: Stacked, Legend: &hidden, Lines: []int{1}})
	if top := find(stacked, blue, image.Rect(0, 0, 1280, 60)); top.count == 0 {
		t.Error("the line is counted into the stack")
	}
}

func TestSidesAreTold(t *testing.T) {
	c, err := New(twoSizes(), Options{Right: []int{1}})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.legendName(0) + "|" + c.legendName(1); got != "← orders|revenue →" {
		t.Error(got)
	}
	if got := c.Alt(); !strings.Contains(got, "; revenue (right) from 0 to 30000") {
		t.Error(got)
	}
	for _, o := range []Options{{Right: []int{0, 1}}, {Kind: Bar, Right: []int{1}, Horizontal: true}, {Kind: Bar, Lines: []int{1}, Horizontal: true}} {
		if c, err := New(twoSizes(), o); err == nil {
			t.Errorf("%+v gives %s", o, c.Alt())
		}
	}
}

// TestBesideAxis: each tick of the right stands at one of the left, and all values lie between the ends.
func TestBesideAxis(t *testing.T) {
	for _, c := range []struct {
		lo, hi, least float64
		want          string
	}{
		{15400, 28400, 1, "[15000 18000 21000 24000 27000 30000]"},
		{0, 3, 1, "[0 1 2 3 4 5]"},
		{0.01, 0.15, 0.001, "[0 0.03 0.06 0.09 0.12 0.15]"},
		{-4, 5, 1, "[-4 -2 0 2 4 6]"},
		{7, 7, 0, "[0 1.5 3 4.5 6 7.5]"},
		{0, 0, 1, "[0 1 2 3 4 5]"},
		{1.0001, 1.0002, 0, "[1.0001 1.00012 1.00014 1.00016 1.00018 1.0002]"},
	} {
		left := valueAxis(0, 100, true, &Options{}, 5, 1)
		a := besideAxis(c.lo, c.hi, left, c.least)
		if got := fmt.Sprint(a.ticks); got != c.want || a.lo > c.lo || a.hi < c.hi || len(a.ticks) != len(left.ticks) {
			t.Errorf("%v to %v: %v to %v, %s, want %s", c.lo, c.hi, a.lo, a.hi, got, c.want)
		}
	}
}
