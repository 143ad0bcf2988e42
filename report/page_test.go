package report

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the goldens anew")

// chart is a Picture of one colour.
type chart struct{ alt string }

func (chart) PNG() ([]byte, error) {
	m := image.NewPaletted(image.Rect(0, 0, 276, 100), color.Palette{color.White, color.RGBA{0x25, 0x63, 0xEB, 0xFF}})
	for x := range 276 {
		for y := 97 - x/4; y < 100; y++ {
			m.SetColorIndex(x, y, 1)
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, m)
	return b.Bytes(), err
}

func (c chart) Alt() string    { return c.alt }
func (chart) Size() (int, int) { return 552, 200 }
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func format(code string) Format { return must(ParseFormat(code)) }

// salesTable is a table of some days.
func salesTable(days, limit int) *Grid {
	columns := []Column{
		{Name: "day", Title: "Day", Format: format("d mmm yyyy")}, {Name: "region", Title: "Region"},
		{Name: "customer", Title: "Customer"}, {Name: "orders", Title: "Orders", Format: format("#,##0"), Total: true},
		{Name: "revenue", Title: "Revenue", Format: format("€ #,##0.00"), Total: true},
	}
	g := must(NewGrid(columns, limit))
	g.Zebra = true
	names := []string{"Müller & Söhne", "北京分公司", "שלום בע״מ", "A customer whose name takes more than one line of a narrow table", "Çelik <Ltd>"}
	for i := range days {
		links := make([]string, len(columns))
		links[2] = "https://example.org/customers?id=" + strconv.Itoa(i) + "&from=mail"
		row := []Value{time.Date(2026, 9, 1+i, 0, 0, 0, 0, time.UTC), []string{"North", "East"}[i%2], names[i%5], float64(7 * i * i), strconv.Itoa(i*137) + ".10"}
		if err := g.Add(columns, row, links); err != nil {
			panic(err)
		}
	}
	return g
}

// samplePage has every kind of block.
func samplePage() *Page {
	grid := salesTable(12, 8)
	if err := grid.SetCaption("Sales by day"); err != nil {
		panic(err)
	}
	lines := must(NewGrid([]Column{{Name: "what"}, {Name: "n"}}, 10))
	return &Page{
		Preheader: "12 days, 3,237 orders", Words: Words{},
		Blocks: []Block{
			must(NewHeading("Sales in September 2026", 1)),
			must(NewParagraph("Good morning,\nthese are the sales of the last days.\n\nAll sums are in euros.")),
			must(NewTiles([]Tile{
				{Title: "Revenue", Value: "€ 9,042", Change: "+3.0%", Mood: Good, Note: "since August"},
				{Title: "Orders", Value: "3,542", Change: "-1.2%", Mood: Bad, Note: "since August"},
				{Title: "Customers", Value: "5", Change: "±0", Note: "since August"},
				{Title: "Longest wait", Value: "4 d"},
			})),
			must(NewHeading("Orders", 2)),
			must(NewPicture(chart{"Orders by day: from 0 to 847, rising"})),
			grid,
			must(NewCallout(WarningCallout, "Late", "Two orders wait for longer than a day; they stand at the end of the list, with the names of those who know more.")),
			must(NewCallout(InfoCallout, "", "All is well.")),
			must(NewDetails([]Detail{{Title: "Warehouse", Value: "Berlin <East>", Link: "https://example.org/b"}, {Title: "Stock", Value: "1204.5", Format: format("#,##0.00")}, {Title: "Open", Value: nil}})),
			must(NewButton("See all orders", "https://example.org/orders?a=1&b=2")),
			Rule{},
			must(NewHeading("What was left out", 3)),
			lines,
			must(NewMarkdown("Numbers are **net** of *returns*; see [the rules](https://example.org/rules?a=1&b=2) and <script>alert(1)</script>.\n\n" +
				"- first point, which has so many words that it takes more than one line of seventy-six columns\n- [x] counted\n\n" +
				"1. one\n2. two\n\n> Quoted text, which has so many words that it takes more than one line of seventy-six columns too.\n\n" +
				"| Month | Sum |\n|-------|----:|\n| January | 1,204.50 |\n| February | 31.00 |\n\n```\ncode(x)\n```\n\n![a picture](https://example.org/x.png) and [bad](javascript:alert(1))\n")),
			must(NewFooter("You get this every Monday.\n[Unsubscribe](https://example.org/off)")),
		},
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s differs; -update writes it anew\n%s", name, diff)
	}
}

func TestPageGolden(t *testing.T) {
	r, err := samplePage().Render()
	if err != nil {
		t.Fatal(err)
	}
	cid := r.Images[0].CID() // which another version of image/png changes
	golden(t, "page.html", strings.ReplaceAll(r.HTML, cid, "PICTURE"))
	golden(t, "page.txt", r.Text)
}
