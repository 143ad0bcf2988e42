package xlsx

import (
	"fmt"

	"moonpost/report"
)

// xAxis is the axis below: of days where all are, which leaves gaps for those that lack; else of names. The one of the
// values on the right isn't shown, but there must be one.
func (w *chartWriter) xAxis(id, cross int, hidden bool) {
	x := w.rows.cached[w.chart.X]
	code := "General"
	if x.isNumber {
		code = x.code()
	}
	element, end := "catAx", `<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/>`
	switch {
	case w.chart.Type == "scatter":
		element, end = "valAx", `<c:crossBetween val="midCat"/>`
	case x.isNumber && x.isDate && !w.chart.isBar():
		unit := "days"
		if x.isMonth {
			unit = "months"
		}
		element, end = "dateAx", fmt.Sprintf(`<c:auto val="0"/><c:lblOffset val="100"/><c:baseTimeUnit val="%s"/>`, unit)
	}
	w.printf(`<c:%s>`, element)
	w.axis(id, cross, axisLooks{at: "b", code: code, labels: "low", crosses: "autoZero", hidden: hidden, line: true})
	w.printf(`%s</c:%s>`, end, element)
}

// valueAxis is the axis of the values, in the format of the first column that has one.
func (w *chartWriter) valueAxis(id, cross int, series []int, right bool) {
	looks := axisLooks{at: "l", code: w.valueCode(series), labels: "low", crosses: "autoZero", grid: true}
	if right {
		looks = axisLooks{at: "r", code: looks.code, labels: "nextTo", crosses: "max"}
	}
	between := "between"
	if w.chart.Type == "area" || w.chart.Type == "scatter" {
		between = "midCat" // areas reach from side to side
	}
	w.WriteString(`<c:valAx>`)
	w.axis(id, cross, looks)
	w.printf(`<c:crossBetween val="%s"/></c:valAx>`, between)
}

func (w *chartWriter) valueCode(series []int) string {
	for _, i := range series {
		if f := w.sheet.Columns[w.chart.Y[i]].Format; f.Kind == report.NumberFormat {
			return f.Code
		}
	}
	return "General"
}

// axisLooks are what differs between axes.
type axisLooks struct {
	at, code        string // the side, the format of numbers
	labels, crosses string // where they stand, and where the axis meets the other
	hidden, grid    bool
	line            bool // it is seen itself
}

// axis writes what all axes have, in the order that is demanded.
func (w *chartWriter) axis(id, cross int, a axisLooks) {
	const grid = `<c:majorGridlines><c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="` + chartGrid + `"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>`
	number := func(b bool) int { return map[bool]int{true: 1}[b] }
	w.printf(`<c:axId val="%d"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="%d"/><c:axPos val="%s"/>`, id, number(a.hidden), a.at)
	if a.grid {
		w.WriteString(grid)
	}
	line := `<a:noFill/>`
	if a.line {
		line = `<a:solidFill><a:srgbClr val="A6A6A6"/></a:solidFill>`
	}
	w.printf(`<c:numFmt formatCode="%s" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="%s"/>`+
		`<c:spPr><a:ln w="9525">%s</a:ln></c:spPr>%s<c:crossAx val="%d"/><c:crosses val="%s"/>`, attributeText(programCode(a.code)), a.labels, line, letters(900), cross, a.crosses)
}
