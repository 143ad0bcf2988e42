package xlsx

import (
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"
)

// SheetChart is a chart beside the table, which the spreadsheet program draws of its cells.
type SheetChart struct {
	Type          string // one of SheetChartTypes
	X             int    // the column of the labels or of the x axis
	Y             []int  // the columns that are drawn
	Title         string
	Width, Height int // in pixels; 0: 640 × 320
}

// SheetChartTypes are the kinds of charts.
func SheetChartTypes() []string {
	return []string{"line", "bar", "stacked", "area", "pie", "donut", "scatter"}
}

func sheetChartType(name string) (excelize.ChartType, bool) {
	kinds := []excelize.ChartType{excelize.Line, excelize.Col, excelize.ColStacked, excelize.Area, excelize.Pie, excelize.Doughnut, excelize.Scatter}
	i := slices.Index(SheetChartTypes(), name)
	if i < 0 {
		return 0, false
	}
	return kinds[i], true
}

// addCharts puts the charts to the right of the table, one below the other. A table without rows has none: programs
// complain of charts of nothing.
func (s *Sheet) addCharts(f *excelize.File, rows *sheetRows) error {
	if rows.last < s.firstRow() {
		return nil
	}
	at := 2
	for _, c := range s.Charts {
		chart, err := s.chart(&c, rows.last)
		if err != nil {
			return err
		}
		corner, err := excelize.CoordinatesToCellName(len(s.Columns)+2, at)
		if err != nil {
			return s.fault(0, "", "there is no room for a chart", "")
		}
		if err := f.AddChart(s.Name, corner, chart); err != nil {
			return s.fault(0, "", fmt.Sprintf("the %s chart: %v", c.Type, err), "")
		}
		const rowHeight = 20 // pixels
		at += int(chart.Dimension.Height)/rowHeight + 2
	}
	return nil
}

func (s *Sheet) chart(c *SheetChart, last int) (*excelize.Chart, error) {
	kind, ok := sheetChartType(c.Type)
	if !ok {
		return nil, s.fault(0, "", fmt.Sprintf("there is no chart %q", c.Type), "")
	}
	chart := &excelize.Chart{Type: kind, Dimension: excelize.ChartDimension{Width: 640, Height: 320}, Legend: excelize.ChartLegend{Position: "bottom"}, ShowBlanksAs: "gap"}
	if c.Width > 0 {
		chart.Dimension.Width = uint(c.Width)
	}
	if c.Height > 0 {
		chart.Dimension.Height = uint(c.Height)
	}
	if c.Title != "" {
		chart.Title.Paragraph = []excelize.RichTextRun{{Text: c.Title}}
	}
	labels, err := s.area(c.X, s.firstRow(), last)
	if err != nil {
		return nil, err
	}
	for _, y := range c.Y {
		values, err := s.area(y, s.firstRow(), last)
		if err != nil {
			return nil, err
		}
		series := excelize.ChartSeries{Categories: labels, Values: values}
		if !s.NoHeader {
			if series.Name, err = s.area(y, 1, 1); err != nil {
				return nil, err
			}
		}
		chart.Series = append(chart.Series, series)
	}
	return chart, nil
}
