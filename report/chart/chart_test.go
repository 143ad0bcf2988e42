package chart

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/report"
)

// tableOf makes a table of columns and rows.
func tableOf(columns string, rows ...[]report.Value) *report.Table {
	t := &report.Table{Rows: rows}
	for _, name := range strings.Fields(columns) {
		t.Columns = append(t.Columns, report.Column{Name: name})
	}
	return t
}

func draw(t *testing.T, table *report.Table, o Options) image.Image {
	t.Helper()
	c, err := New(table, o)
	if err != nil {
		t.Fatal(err)
	}
	octets, err := c.PNG()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(octets))
	if err != nil {
		t.Fatal(err)
	}
	if width, height := c.Size(); picture.Bounds() != image.Rect(0, 0, 2*width, 2*height) {
		t.Fatalf("%v for %d × %d CSS pixels", picture.Bounds(), width, height)
	}
	return picture
}

// spots are where a picture has exactly a colour.
type spots struct {
	count int
	box   image.Rectangle
}

func find(picture image.Image, wanted color.NRGBA, within image.Rectangle) (s spots) {
	within = within.Intersect(picture.Bounds())
	painted := picture.(*image.Paletted) //nolint:forcetypeassert // what New makes
	is := make([]bool, len(painted.Palette))
	for i, ink := range painted.Palette {
		is[i] = color.NRGBAModel.Convert(ink) == wanted
	}
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			if is[painted.ColorIndexAt(x, y)] {
				s.count++
				s.box = s.box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return s
}

func all(picture image.Image, wanted color.NRGBA) spots {
	return find(picture, wanted, picture.Bounds())
}

var (
	blue  = color.NRGBA{0x00, 0x72, 0xB2, 255}
	red   = color.NRGBA{0xD5, 0x5E, 0x00, 255}
	green = color.NRGBA{0x00, 0x9E, 0x73, 255}
)

// near compares measures of pixels.
func near(t *testing.T, what string, got, want, by float64) {
	t.Helper()
	if math.Abs(got-want) > by {
		t.Errorf("%s: %v, want about %v", what, got, want)
	}
}

func TestBars(t *testing.T) {
	table := tableOf("name up down", []report.Value{"a", 10.0, -20.0}, []report.Value{"b", 20.0, nil})
	hidden := false
	picture := draw(t, table, Options{Kind: Bar, Legend: &hidden})
	left, right := image.Rect(0, 0, 680, 640), image.Rect(680, 0, 1280, 640)
	short, tall, down := find(picture, blue, left), find(picture, blue, right), find(picture, red, left)
	near(t, "a bar twice as high", float64(tall.box.Dy()), 2*float64(short.box.Dy()), 4)
	near(t, "a bar below zero", float64(down.box.Dy()), float64(tall.box.Dy()), 4)
	if down.box.Min.Y < short.box.Max.Y || short.box.Overlaps(down.box) {
		t.Errorf("up %v, down %v", short.box, down.box)
	}
	if gap := find(picture, red, right); gap.count > 0 {
		t.Errorf("a bar for nil: %v", gap.box)
	}
	lying := draw(t, table, Options{Kind: Bar, Legend: &hidden, Horizontal: true})
	upper, lower := find(lying, blue, image.Rect(0, 0, 1280, 300)), find(lying, blue, image.Rect(0, 300, 1280, 640))
	near(t, "a bar twice as long", float64(lower.box.Dx()), 2*float64(upper.box.Dx()), 4)
}

func TestStackedBars(t *testing.T) {
	hidden := false
	picture := draw(t, tableOf("x a b c", []report.Value{"one", 1.0, 2.0, -1.0}), Options{Kind: Stacked, Legend: &hidden})
	a, b, c := all(picture, blue).box, all(picture, red).box, all(picture, green).box
	near(t, "heights", float64(b.Dy()), 2*float64(a.Dy()), 4)
	if b.Max.Y > a.Min.Y || c.Min.Y < a.Max.Y-3 || a.Min.X != b.Min.X {
		t.Errorf("a %v, b %v, c %v", a, b, c)
	}
	bars := draw(t, tableOf("x a b", []report.Value{"one", 1.0, 1.0}), Options{Kind: Stacked, Legend: &hidden, Horizontal: true})
	if a, b := all(bars, blue).box, all(bars, red).box; b.Min.X < a.Max.X || a.Min.Y != b.Min.Y {
		t.Errorf("lying: a %v, b %v", a, b)
	}
}

func TestLineHasGaps(t *testing.T) {
	picture := draw(t, tableOf("day n", []report.Value{"2026-10-01", 5.0}, []report.Value{"2026-10-02", 5.0}, []report.Value{"2026-10-03", nil}, []report.Value{"2026-10-04", 5.0}, []report.Value{"2026-10-05", 5.0}), Options{})
	line := all(picture, blue)
	quarter := line.box.Dx() / 4
	missing := image.Rect(line.box.Min.X+quarter+12, 0, line.box.Max.X-quarter-12, 640)
	if gap := find(picture, blue, missing); gap.count > 0 {
		t.Errorf("a line over the gap %v: %v", missing, gap.box)
	}
	near(t, "the line's width", float64(line.box.Dy()), 4, 1)
}

// TestTimeAxis: places are by time, whatever the rows' order, and a missing day leaves its place free.
func TestTimeAxis(t *testing.T) {
	picture := draw(t, tableOf("day n", []report.Value{"2026-10-11", 5.0}, []report.Value{"2026-10-01", 5.0}, []report.Value{"2026-10-03", 5.0}), Options{Kind: Scatter, Colors: []string{"#000"}})
	ink := faded(color.NRGBA{0, 0, 0, 255}, 0xB0)
	shown := color.NRGBA{255 - ink.A, 255 - ink.A, 255 - ink.A, 255}
	dots := all(picture, shown)
	share := float64(find(picture, shown, image.Rect(0, 0, dots.box.Min.X+dots.box.Dx()/2, 640)).box.Dx()) / float64(dots.box.Dx())
	near(t, "the second of eleven days", share, 0.2, 0.02)
}

func TestPies(t *testing.T) {
	table := tableOf("name n", []report.Value{"a", 75.0}, []report.Value{"b", 25.0}, []report.Value{"none", nil}, []report.Value{"zero", 0.0})
	hidden := false
	for _, kind := range []Kind{Pie, Donut} {
		picture := draw(t, table, Options{Kind: kind, Legend: &hidden, Width: 300, Height: 300})
		a, b := all(picture, blue), all(picture, red)
		near(t, "shares", float64(a.count)/float64(b.count), 3, 0.1)
		if b.box.Min.X >= 300 || b.box.Max.Y > 304 || b.box.Max.X > 304 {
			t.Errorf("the last quarter is at %v", b.box)
		}
	}
	many := &report.Table{Columns: table.Columns}
	for i := range 40 {
		many.Rows = append(many.Rows, []report.Value{fmt.Sprintf("n%d", i), float64(i)})
	}
	c, err := New(many, Options{Kind: Pie})
	if err != nil {
		t.Fatal(err)
	}
	if alt := c.Alt(); !strings.HasPrefix(alt, "Pie chart: n29 3.7%, ") || !strings.HasSuffix(alt, "n39 5.0%, 28 others 52.1%.") {
		t.Error(alt)
	}
}

func TestAreas(t *testing.T) {
	rows := [][]report.Value{{1.0, 2.0, 1.0}, {2.0, 2.0, nil}, {3.0, 2.0, 1.0}}
	hidden := false
	picture := draw(t, tableOf("x a b", rows...), Options{Kind: Area, Stack: true, Legend: &hidden})
	if line := all(picture, red).box; line.Max.Y > all(picture, blue).box.Max.Y || line.Dy() < 50 {
		t.Errorf("the upper area's edge is at %v, the lower's at %v", line, all(picture, blue).box)
	}
	single := draw(t, tableOf("x a", rows[0][:2]), Options{Kind: Area})
	if dot := all(single, blue); max(dot.box.Dx(), dot.box.Dy()) > 12 || dot.count < 30 {
		t.Errorf("one row gives no dot but %v", dot)
	}
}

func TestSparkline(t *testing.T) {
	picture := draw(t, tableOf("n", []report.Value{1.0}, []report.Value{9.0}, []report.Value{3.0}), Options{Kind: Sparkline, NoX: true})
	if picture.Bounds().Dx() != 240 || all(picture, blue).box.Dy() < 30 {
		t.Errorf("%v in %v", all(picture, blue).box, picture.Bounds())
	}
}

func TestNothingToDraw(t *testing.T) {
	for kind := Line; kind <= Sparkline; kind++ {
		for name, table := range map[string]*report.Table{"no rows": tableOf("x n"), "nulls": tableOf("x n", []report.Value{"a", nil}, []report.Value{"b", ""})} {
			picture := draw(t, table, Options{Kind: kind, Title: "Empty"})
			if ink := all(picture, quietInk()); ink.count == 0 || all(picture, blue).count > 0 {
				t.Errorf("kind %d, %s: %v", kind, name, ink)
			}
		}
	}
}

// TestLongSeries: ten thousand points cost a chart little more than the picture's width of them.
func TestLongSeries(t *testing.T) {
	points := make([]point, 10_000)
	for i := range points {
		points[i] = point{float64(i) * 600 / 10_000, math.Sin(float64(i)) * 100}
	}
	kept := thinned(points)
	if len(kept) > 4*1200+4 || kept[0] != points[0] || kept[len(kept)-1] != points[len(points)-1] {
		t.Errorf("%d points kept", len(kept))
	}
	highest := 0.0
	for _, p := range kept {
		highest = max(highest, p.y)
	}
	near(t, "the highest", highest, 100, 0.01)
}

// TestSameOctets: a chart is the same each time, from several goroutines too.
func TestSameOctets(t *testing.T) {
	table := tableOf("城市 n m", []report.Value{"北京", 1.0, 2.0}, []report.Value{"القاهرة", 3.5, nil})
	var octets [4][]byte
	var group sync.WaitGroup
	for i := range octets {
		group.Go(func() {
			if c, err := New(table, Options{Kind: Bar, Title: "各地区"}); err == nil {
				octets[i], _ = c.PNG()
			}
		})
	}
	group.Wait()
	for i := range octets {
		if len(octets[i]) == 0 || !bytes.Equal(octets[0], octets[i]) {
			t.Errorf("%d: %d octets, not %d", i, len(octets[i]), len(octets[0]))
		}
	}
}

// FuzzChart draws tables of any shape: never a panic, one line of words, bounded sizes.
func FuzzChart(f *testing.F) {
	f.Add(uint8(0), 640, 320, "Orders", "2026-10-05", "2026-10-06", 1.0, -5.0)
	f.Add(uint8(1), 16, 16, "各地区", "", "\x00\xff", 1e150, -1e150)
	f.Add(uint8(4), 40, 1500, strings.Repeat("x", 500), "2026-10-05T10:00Z", "0001-01-01", 0.0, 1e-320)
	f.Add(uint8(8+1+16), 200, 100, "(ا ب)", "العربية 5", "[עברית]", 5.0, 5.0000000001)
	f.Fuzz(func(t *testing.T, kind uint8, width, height int, title, first, second string, a, b float64) {
		table := tableOf("x a b", []report.Value{first, a, nil}, []report.Value{second, b, a}, []report.Value{nil, nil, b})
		if kind&32 != 0 {
			table = tableOf("x a", []report.Value{a, b}, []report.Value{b, a})
		}
		o := Options{Kind: Kind(kind % 8), Width: width % 400, Height: height % 400, Title: title, XTitle: second, YTitle: first, Horizontal: kind&16 != 0, Labels: kind&64 != 0, Stack: kind&128 != 0}
		if o.isPie() {
			table.Columns = table.Columns[:2]
		}
		if width%3 == 0 && len(table.Columns) > 2 {
			o.Right = []int{1}
		}
		if width%5 == 0 {
			o.Lines = []int{0}
		}
		if width%7 == 0 {
			o.Min, o.Max = &a, &b
		}
		c, err := New(table, o)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("%q has more than one line", err)
			}
			return
		}
		if _, err := c.PNG(); err != nil {
			t.Error(err)
		}
		if strings.ContainsAny(c.Alt(), "\r\n") {
			t.Errorf("%q has more than one line", c.Alt())
		}
	})
}

func BenchmarkChart(b *testing.B) {
	days := tableOf("day orders revenue")
	for i := range 30 {
		days.Rows = append(days.Rows, []report.Value{time.Date(2026, 9, 6+i, 0, 0, 0, 0, time.UTC), float64(i * 37 % 50), float64(i * 53 % 70)})
	}
	long := tableOf("at n")
	for i := range 10_000 {
		long.Rows = append(long.Rows, []report.Value{time.Unix(int64(i)*60, 0).UTC(), math.Sin(float64(i) / 300)})
	}
	for name, c := range map[string]struct {
		table *report.Table
		o     Options
	}{
		"line": {days, Options{Title: "Orders"}}, "bar": {days, Options{Kind: Bar, Title: "各地区销售额"}},
		"long": {long, Options{}}, "spark": {long, Options{Kind: Sparkline}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				chart, err := New(c.table, c.o)
				if err != nil {
					b.Fatal(err)
				}
				octets, err := chart.PNG()
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(octets)), "octets")
			}
		})
	}
}
