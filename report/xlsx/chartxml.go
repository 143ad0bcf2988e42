package xlsx

import (
	"fmt"
	"slices"
	"strings"

	"moonpost/report"
)

// chartWriter writes a chart as DrawingML has it (ECMA-376 part 1, §21.2), in the order of elements that Excel demands.
type chartWriter struct {
	strings.Builder

	sheet *Sheet
	chart *SheetChart
	rows  *sheetRows
	err   error
}

func (w *chartWriter) printf(format string, values ...any) {
	w.WriteString(fmt.Sprintf(format, values...))
}

// The colours of what isn't data: dark enough to be read.
const (
	chartInk  = "404040"
	chartGrid = "D9D9D9"
)

// chartXML is the whole file.
func (s *Sheet) chartXML(c *SheetChart, rows *sheetRows) ([]byte, error) {
	w := &chartWriter{sheet: s, chart: c, rows: rows}
	w.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">` +
		`<c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart>`)
	w.title()
	w.WriteString(`<c:plotArea><c:layout/>`)
	w.plots()
	w.WriteString(`</c:plotArea>`)
	if len(c.Y) > 1 || w.isPie() {
		w.printf(`<c:legend><c:legendPos val="b"/><c:overlay val="0"/>%s</c:legend>`, letters(900))
	}
	w.WriteString(`<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>` +
		`<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="` + chartGrid + `"/></a:solidFill></a:ln></c:spPr></c:chartSpace>`)
	return []byte(w.String()), w.err
}

func (w *chartWriter) isPie() bool { return w.chart.Type == "pie" || w.chart.Type == "donut" }

func (w *chartWriter) title() {
	if w.chart.Title == "" {
		w.WriteString(`<c:autoTitleDeleted val="1"/>`)
		return
	}
	const ink = `<a:solidFill><a:srgbClr val="` + chartInk + `"/></a:solidFill>`
	w.printf(`<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1400" b="1">%[1]s</a:defRPr></a:pPr>`+
		`<a:r><a:rPr lang="en-US" sz="1400" b="1">%[1]s</a:rPr><a:t>%[2]s</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/>`,
		ink, cellText(w.chart.Title))
}

// letters are the looks of labels; the size is in hundredths of a point.
func letters(size int) string {
	return fmt.Sprintf(`<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="%d"><a:solidFill><a:srgbClr val="%s"/></a:solidFill></a:defRPr></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>`, size, chartInk)
}

// The axes, each pair by two numbers.
const (
	leftX, leftY   = 111111111, 111111112
	rightX, rightY = 222222221, 222222222
)

// plots writes the series by kind and side, and the axes behind them.
func (w *chartWriter) plots() {
	var bars, lines, right []int
	for i, y := range w.chart.Y {
		switch {
		case slices.Contains(w.chart.Right, y):
			right = append(right, i)
		case w.chart.isBar() && slices.Contains(w.chart.Lines, y):
			lines = append(lines, i)
		default:
			bars = append(bars, i)
		}
	}
	w.plot(w.chart.Type, bars, leftX, leftY)
	w.plot("line", lines, leftX, leftY)
	beside := "line"
	if w.chart.Type == "scatter" {
		beside = "scatter"
	}
	w.plot(beside, right, rightX, rightY)
	if w.isPie() {
		return
	}
	w.xAxis(leftX, leftY, false)
	w.valueAxis(leftY, leftX, append(bars, lines...), false)
	if len(right) > 0 {
		w.valueAxis(rightY, rightX, right, true)
		w.xAxis(rightX, rightY, true)
	}
}

// plotKind is what stands around the series of a kind.
type plotKind struct{ element, before, after string }

func plotKinds() map[string]plotKind {
	return map[string]plotKind{
		"line":    {"lineChart", `<c:grouping val="standard"/><c:varyColors val="0"/>`, `<c:marker val="1"/>`},
		"bar":     {"barChart", `<c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>`, `<c:gapWidth val="60"/>`},
		"stacked": {"barChart", `<c:barDir val="col"/><c:grouping val="stacked"/><c:varyColors val="0"/>`, `<c:gapWidth val="60"/><c:overlap val="100"/>`},
		"area":    {"areaChart", `<c:grouping val="standard"/><c:varyColors val="0"/>`, ""},
		"pie":     {"pieChart", `<c:varyColors val="1"/>`, `<c:firstSliceAng val="0"/>`},
		"donut":   {"doughnutChart", `<c:varyColors val="1"/>`, `<c:firstSliceAng val="0"/><c:holeSize val="60"/>`},
		"scatter": {"scatterChart", `<c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>`, ""},
	}
}

func (w *chartWriter) plot(kind string, series []int, x, y int) {
	if len(series) == 0 {
		return
	}
	k := plotKinds()[kind]
	w.printf("<c:%s>%s", k.element, k.before)
	for _, i := range series {
		w.series(kind, i)
	}
	w.WriteString(k.after)
	if !w.isPie() {
		w.printf(`<c:axId val="%d"/><c:axId val="%d"/>`, x, y)
	}
	w.printf("</c:%s>", k.element)
}

// seriesColor is the colour of a series or a slice, as in pictures.
func seriesColor(i int) string {
	colors := report.ChartColors()
	return strings.ToUpper(colors[i%len(colors)][1:])
}

func (w *chartWriter) series(kind string, i int) {
	y := w.chart.Y[i]
	w.printf(`<c:ser><c:idx val="%[1]d"/><c:order val="%[1]d"/>`, i)
	w.seriesName(y)
	w.looks(kind, i)
	labels := w.reference(w.chart.X, w.rows.cached[w.chart.X].isNumber)
	values := w.reference(y, true)
	switch kind {
	case "scatter":
		w.printf(`<c:xVal>%s</c:xVal><c:yVal>%s</c:yVal><c:smooth val="0"/>`, labels, values)
	case "line":
		w.printf(`<c:cat>%s</c:cat><c:val>%s</c:val><c:smooth val="0"/>`, labels, values)
	default:
		w.printf(`<c:cat>%s</c:cat><c:val>%s</c:val>`, labels, values)
	}
	w.WriteString(`</c:ser>`)
}

func (w *chartWriter) reference(column int, asNumbers bool) string {
	text, err := w.sheet.reference(w.rows.cached[column], column, w.rows.last, asNumbers)
	if err != nil {
		w.err = err
	}
	return text
}

// seriesName is the header's cell, or the name where there is no header.
func (w *chartWriter) seriesName(column int) {
	heading := cellText(w.sheet.Columns[column].Heading())
	if w.sheet.NoHeader {
		w.printf(`<c:tx><c:v>%s</c:v></c:tx>`, heading)
		return
	}
	area, err := w.sheet.area(column, 1, 1)
	if err != nil {
		w.err = err
	}
	w.printf(`<c:tx><c:strRef><c:f>%s</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>%s</c:v></c:pt></c:strCache></c:strRef></c:tx>`, cellText(area), heading)
}

// looks are the colour of a series, the dots of a scatter chart, the slices of a pie.
func (w *chartWriter) looks(kind string, i int) {
	const fill, noLine = `<a:solidFill><a:srgbClr val="%s"/></a:solidFill>`, `<a:ln><a:noFill/></a:ln>`
	ink := fmt.Sprintf(fill, seriesColor(i))
	switch kind {
	case "line":
		marker := `<c:symbol val="none"/>`
		if w.rows.last == w.sheet.firstRow() { // a line of one point isn't seen
			marker = fmt.Sprintf(`<c:symbol val="circle"/><c:size val="6"/><c:spPr>%s%s</c:spPr>`, ink, noLine)
		}
		w.printf(`<c:spPr><a:ln w="25400" cap="rnd">%s<a:round/></a:ln></c:spPr><c:marker>%s</c:marker>`, ink, marker)
	case "scatter":
		w.printf(`<c:spPr><a:ln w="19050">%s</a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="6"/><c:spPr>%s%s</c:spPr></c:marker>`, "<a:noFill/>", ink, noLine)
	case "area":
		w.printf(`<c:spPr><a:solidFill><a:srgbClr val="%s"><a:alpha val="60000"/></a:srgbClr></a:solidFill></c:spPr>`, seriesColor(i))
	case "pie", "donut":
		w.slices()
	default:
		w.printf(`<c:spPr>%s</c:spPr><c:invertIfNegative val="0"/>`, ink)
	}
}

// slices have the colours of pictures, as far as people can tell them apart.
func (w *chartWriter) slices() {
	const most = 24
	for i := range min(w.rows.last-w.sheet.firstRow()+1, most) {
		w.printf(`<c:dPt><c:idx val="%d"/><c:bubble3D val="0"/><c:spPr><a:solidFill><a:srgbClr val="%s"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:ln></c:spPr></c:dPt>`, i, seriesColor(i))
	}
	position, shown := "", 0 // a donut has no place for its shares beside it
	if w.chart.Type == "pie" {
		position, shown = `<c:dLblPos val="outEnd"/>`, 1
	}
	w.printf(`<c:dLbls><c:numFmt formatCode="0%%" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>%s%s`+
		`<c:showLegendKey val="0"/><c:showVal val="0"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="%d"/><c:showBubbleSize val="0"/><c:showLeaderLines val="0"/></c:dLbls>`, letters(900), position, shown)
}
