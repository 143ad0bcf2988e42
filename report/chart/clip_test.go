package chart

import (
	"fmt"
	"image"
	"image/color"
	"testing"

	"moonpost/report"
)

func TestClip(t *testing.T) {
	scale := axisScale{0, 100, 100, 0} // y from 0 to 100
	for _, c := range []struct {
		line        []point
		within, cut string
	}{
		{[]point{{0, 50}, {10, 60}}, "[[{0 50} {10 60}]]", "[{0 50} {10 60}]"},
		{[]point{{0, 50}, {10, 150}}, "[[{0 50} {5 100}]]", "[{0 50} {5 100} {10 100}]"},
		{[]point{{0, -50}, {10, 150}}, "[[{2.5 0} {7.5 100}]]", "[{0 0} {2.5 0} {7.5 100} {10 100}]"},
		{[]point{{0, 50}, {10, 100}, {20, 150}, {30, 50}}, "[[{0 50} {10 100}] [{25 100} {30 50}]]", "[{0 50} {10 100} {20 100} {25 100} {30 50}]"},
		{[]point{{0, 150}, {10, 170}}, "[]", "[{0 100} {10 100}]"},
		{[]point{{0, 50}}, "[[{0 50}]]", "[{0 50}]"},
		{[]point{{0, -1}}, "[]", "[{0 0}]"},
	} {
		if got := fmt.Sprint(scale.within(c.line)); got != c.within {
			t.Errorf("%v: within %s, want %s", c.line, got, c.within)
		}
		if got := fmt.Sprint(scale.cut(c.line)); got != c.cut {
			t.Errorf("%v: cut %s, want %s", c.line, got, c.cut)
		}
	}
}

// TestBeyondTheAxis: values that min and max leave out aren't drawn at the edge, where they would be other values.
func TestBeyondTheAxis(t *testing.T) {
	low, high := 10.0, 15.0
	dot := color.NRGBA{255 - 0xB0, 255 - 0xB0, 255 - 0xB0, 255} // of what lets through what is behind it
	rows := [][]report.Value{{"a", 1.0}, {"b", 1.0}, {"c", 12.0}, {"d", 30.0}, {"e", 30.0}}
	for kind, black := range map[Kind]color.NRGBA{Line: {0, 0, 0, 255}, Scatter: dot} {
		picture := draw(t, tableOf("x n", rows...), Options{Kind: kind, Min: &low, Max: &high, Colors: []string{"#000"}})
		for _, side := range []image.Rectangle{image.Rect(0, 0, 400, 640), image.Rect(1000, 0, 1280, 640)} {
			if ink := find(picture, black, side); ink.count > 0 {
				t.Errorf("kind %d: ink at %v", kind, ink.box)
			}
		}
		if find(picture, black, image.Rect(400, 0, 1000, 640)).count == 0 {
			t.Errorf("kind %d: nothing is left", kind)
		}
	}
}
