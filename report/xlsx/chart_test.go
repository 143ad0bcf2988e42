package xlsx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"moonpost/report"
)

// charted is a book with each kind of chart, with axes on the right and lines over bars.
func charted(t *testing.T) *Book {
	t.Helper()
	s := &Sheet{
		Name: "It's <1>", Freeze: 1, Filter: true, TotalLabel: "Total",
		Columns: []report.Column{
			{Name: "day", Format: mustFormat(t, "mmm yyyy")}, {Name: "orders", Title: "Orders & more", Total: true},
			{Name: "revenue", Format: mustFormat(t, `#,##0.00" €"`)}, {Name: "region"}, {Name: "mixed"},
		},
		Rows: rowsOf(
			[]report.Value{"2026-01-01", 3.0, "15400.50", "East", "2026-01-05"},
			[]report.Value{"2026-02-01", nil, "16000", "<West>", true},
			[]report.Value{"2026-03-01", 5.0, nil, "", "so"},
		),
	}
	for _, kind := range SheetChartTypes() {
		s.Charts = append(s.Charts, SheetChart{Type: kind, X: 0, Y: []int{1}, Title: kind + " <&>"})
	}
	s.Charts = append(
		s.Charts,
		SheetChart{Type: "bar", X: 3, Y: []int{1, 2}, Right: []int{2}},
		SheetChart{Type: "stacked", X: 4, Y: []int{1, 2}, Lines: []int{2}},
		SheetChart{Type: "line", X: 0, Y: []int{1, 2}, Right: []int{2}},
		SheetChart{Type: "scatter", X: 1, Y: []int{1, 2}, Right: []int{2}},
	)
	bare := &Sheet{Name: "Bare", NoHeader: true, Columns: []report.Column{{Name: "a"}, {Name: "b"}}, Rows: rowsOf([]report.Value{1.5, 2.0}), Charts: []SheetChart{{Type: "line", X: 0, Y: []int{1}}}}
	return &Book{Sheets: []*Sheet{s, bare}}
}

// TestChartValues: programs that only show what is there find the values in the chart.
func TestChartValues(t *testing.T) {
	octets := written(t, charted(t))
	for file, wants := range map[int][]string{
		1: {
			"<c:f>'It's &lt;1&gt;'!$B$1</c:f>", "Orders &amp; more", `<c:dateAx>`, `<c:baseTimeUnit val="months"/>`, `<c:formatCode>mmm yyyy</c:formatCode><c:ptCount val="3"/><c:pt idx="0"><c:v>46023</c:v></c:pt>`,
			`<c:ptCount val="3"/><c:pt idx="0"><c:v>3</c:v></c:pt><c:pt idx="2"><c:v>5</c:v></c:pt>`, "line &lt;&amp;&gt;",
		},
		2: {"<c:catAx>", "<c:barChart>"},
		5: {`<c:dPt><c:idx val="2"/>`, `<c:showPercent val="1"/>`},
		8: {
			"<c:strCache><c:ptCount val=\"3\"/><c:pt idx=\"0\"><c:v>East</c:v></c:pt><c:pt idx=\"1\"><c:v>&lt;West&gt;</c:v></c:pt></c:strCache>",
			`<c:axPos val="r"/>`, `<c:crosses val="max"/>`, `<c:v>15400.50</c:v></c:pt><c:pt idx="1"><c:v>16000</c:v></c:pt></c:numCache>`, `formatCode="#,##0.00&quot; €&quot;"`,
		},
		9:  {"<c:v>2026-01-05</c:v>", "<c:v>TRUE</c:v>", "<c:v>so</c:v>", "<c:lineChart>", `<c:overlap val="100"/>`},
		12: {"<c:tx><c:v>b</c:v></c:tx>", `<c:symbol val="circle"/>`, "<c:f>'Bare'!$B$1</c:f>"},
	} {
		chart := strings.ReplaceAll(fileIn(t, octets, fmt.Sprintf("xl/charts/chart%d.xml", file)), "''", "'")
		for _, want := range wants {
			if !strings.Contains(chart, want) {
				t.Errorf("chart %d lacks %s\n%s", file, want, chart)
			}
		}
	}
}

// orders are the elements that stand in another, in the order in which ECMA-376 has them: Excel calls a file damaged
// that has another.
func orders() map[string]string {
	const axis = "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses "
	return map[string]string{
		"chartSpace": "date1904 lang roundedCorners chart spPr txPr", "chart": "title autoTitleDeleted plotArea legend plotVisOnly dispBlanksAs",
		"plotArea": "layout areaChart lineChart pieChart doughnutChart barChart scatterChart axes spPr", "title": "tx layout overlay spPr txPr",
		"lineChart": "grouping varyColors ser dLbls marker smooth axId", "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap axId",
		"areaChart": "grouping varyColors ser dLbls axId", "pieChart": "varyColors ser dLbls firstSliceAng",
		"doughnutChart": "varyColors ser dLbls firstSliceAng holeSize", "scatterChart": "scatterStyle varyColors ser dLbls axId",
		"ser": "idx order tx spPr invertIfNegative marker explosion dPt dLbls cat val xVal yVal smooth", "marker": "symbol size spPr", "dPt": "idx invertIfNegative marker bubble3D explosion spPr",
		"dLbls": "numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator showLeaderLines",
		"catAx": axis + "auto lblAlgn lblOffset noMultiLvlLbl", "dateAx": axis + "auto lblOffset baseTimeUnit", "valAx": axis + "crossBetween",
		"legend": "legendPos layout overlay spPr txPr", "strRef": "f strCache", "numRef": "f numCache", "strCache": "ptCount pt", "numCache": "formatCode ptCount pt",
		"worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetProtection autoFilter mergeCells conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup drawing",
		"workbook":  "fileVersion workbookPr bookViews sheets definedNames calcPr", "styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors",
		"xf": "alignment protection", "c": "f v is",
	}
}

// TestElementOrder walks through the files of a workbook.
func TestElementOrder(t *testing.T) {
	octets := written(t, charted(t))
	files := []string{"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml"}
	for i := range 12 {
		files = append(files, fmt.Sprintf("xl/charts/chart%d.xml", i+1))
	}
	for _, file := range files {
		checkOrder(t, file, fileIn(t, octets, file))
	}
	if got := len(misplaced(`<c><v/><f/></c>`)); got != 1 {
		t.Errorf("%d elements of a wrong order are found", got)
	}
}

func checkOrder(t *testing.T, file, content string) {
	t.Helper()
	for _, what := range misplaced(content) {
		t.Errorf("%s: %s", file, what)
	}
}

func misplaced(content string) (found []string) {
	decoder := xml.NewDecoder(strings.NewReader(content))
	type place struct {
		name string
		at   int
	}
	var stack []place
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			return append(found, err.Error())
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			if n := len(stack); n > 0 {
				if order, ok := orders()[stack[n-1].name]; ok {
					at := slices.Index(strings.Fields(order), map[string]string{"catAx": "axes", "dateAx": "axes", "valAx": "axes"}[name])
					if at < 0 {
						at = slices.Index(strings.Fields(order), name)
					}
					// The kinds of plots and of axes are a choice, in any order.
					if stack[n-1].name == "plotArea" && strings.HasSuffix(name, "Chart") {
						at = 1
					}
					if at < stack[n-1].at {
						found = append(found, fmt.Sprintf("%s stands at a wrong place in %s", name, stack[n-1].name))
					}
					stack[n-1].at = at
				}
			}
			stack = append(stack, place{name: name})
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

func TestChartErrors(t *testing.T) {
	for want, c := range map[string]SheetChart{
		`there is no chart "bars"`:                                                    {Type: "bars", Y: []int{1}},
		"a chart draws no column":                                                     {Type: "bar"},
		"a pie shows one column, got 2":                                               {Type: "pie", Y: []int{1, 2}},
		"a pie has neither lines nor an axis on the right":                            {Type: "pie", Y: []int{1}, Right: []int{1}},
		"all columns are on the right":                                                {Type: "bar", Y: []int{1}, Right: []int{1}},
		"a chart draws a column that isn't there":                                     {Type: "bar", Y: []int{9}},
		"lines stand over bars; this is a chart of type area":                         {Type: "area", Y: []int{1}, Lines: []int{1}},
		`row 1: column "C": a chart draws it, so that it must be a number, got "n/a"`: {Type: "line", Y: []int{2}},
		`sheet "S": chart 1: a chart draws a column that isn't there`:                 {Type: "bar", X: -1, Y: []int{1}},
	} {
		s := &Sheet{Name: "S", Columns: make([]report.Column, 3), Rows: rowsOf([]report.Value{1.0, 2.0, "n/a"}), Charts: []SheetChart{c}}
		var out bytes.Buffer
		if _, err := (&Book{Sheets: []*Sheet{s}}).WriteTo(&out); err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestHeaderStandsWithItsColumn: the name of a column of numbers stands right, as they do; its letters are the book's.
func TestHeaderStandsWithItsColumn(t *testing.T) {
	octets := written(t, charted(t))
	f := reopened(t, octets)
	for cell, want := range map[string]string{"A1": "right", "B1": "right", "D1": ""} {
		id, err := f.GetCellStyle("It's <1>", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if style.Alignment != nil {
			got = style.Alignment.Horizontal
		}
		if got != want || style.Font.Family != "Calibri" {
			t.Errorf("%s stands %q in %q", cell, got, style.Font.Family)
		}
	}
}

func TestProgramCode(t *testing.T) {
	for code, want := range map[string]string{
		"#,##0.00": "#,##0.00", "€ 0.00": "€ 0.00", "0万": `0"万"`, "yyyy年m月": `yyyy"年"m"月"`, `0" Stück"`: `0" Stück"`, `0\ü`: `0\ü`, `0"\"ü`: `0"\""ü"`,
	} {
		if got := programCode(code); got != want {
			t.Errorf("%s becomes %s, want %s", code, got, want)
		}
	}
}

// TestWideSheet: as many columns as there may be take no more than a moment.
func TestWideSheet(t *testing.T) {
	s := &Sheet{Name: "S", Columns: make([]report.Column, maxSheetColumn), Rows: rowsOf()}
	f := reopened(t, written(t, &Book{Sheets: []*Sheet{s}}))
	if width, err := f.GetColWidth("S", "XFD"); width != 6 || err != nil {
		t.Errorf("%v, %v", width, err)
	}
}
