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
	Right, Lines  []int  // those of Y with an axis of their own on the right, and those that are lines over bars
	Title         string
	Width, Height int // in pixels; 0: 640 × 320
}

// SheetChartTypes are the kinds of charts.
func SheetChartTypes() []string {
	return []string{"line", "bar", "stacked", "area", "pie", "donut", "scatter"}
}

// check refuses what can't be drawn.
func (c *SheetChart) check(columns int) string {
	outside := func(i int) bool { return i < 0 || i >= columns }
	isPie := c.Type == "pie" || c.Type == "donut"
	switch {
	case !slices.Contains(SheetChartTypes(), c.Type):
		return fmt.Sprintf("there is no chart %q", c.Type)
	case outside(c.X) || slices.ContainsFunc(c.Y, outside):
		return "a chart draws a column that isn't there"
	case len(c.Y) == 0:
		return "a chart draws no column"
	case isPie && len(c.Right)+len(c.Lines) > 0:
		return "a pie has neither lines nor an axis on the right"
	case isPie && len(c.Y) > 1:
		return fmt.Sprintf("a pie shows one column, got %d", len(c.Y))
	case len(c.Lines) > 0 && !c.isBar():
		return "lines stand over bars; this is a chart of type " + c.Type
	case !slices.ContainsFunc(c.Y, func(y int) bool { return !slices.Contains(c.Right, y) }):
		return "all columns are on the right"
	}
	return ""
}

func (c *SheetChart) isBar() bool { return c.Type == "bar" || c.Type == "stacked" }

// checkCharts looks at the charts before any row is read.
func (s *Sheet) checkCharts() error {
	for i := range s.Charts {
		if what := s.Charts[i].check(len(s.Columns)); what != "" {
			return s.fault(0, "", fmt.Sprintf("chart %d: %s", i+1, what), "")
		}
	}
	return nil
}

// addCharts puts the charts to the right of the table, one below the other. A table without rows has none: programs
// complain of charts of nothing.
func (s *Sheet) addCharts(f *excelize.File, rows *sheetRows, drawn *int) error {
	if rows.last < s.firstRow() {
		return nil
	}
	at := 2
	for i := range s.Charts {
		c := &s.Charts[i]
		corner, err := excelize.CoordinatesToCellName(len(s.Columns)+2, at)
		if err != nil {
			return s.fault(0, "", "there is no room for a chart", "")
		}
		place := c.place()
		if err := f.AddChart(s.Name, corner, place); err != nil {
			return s.fault(0, "", fmt.Sprintf("the %s chart: %v", c.Type, err), "")
		}
		content, err := s.chartXML(c, rows)
		if err != nil {
			return err
		}
		*drawn++
		f.Pkg.Store(fmt.Sprintf("xl/charts/chart%d.xml", *drawn), content)
		const rowHeight = 20 // pixels
		at += int(place.Dimension.Height)/rowHeight + 2
	}
	return nil
}

// place is what the library needs to know of a chart to have a place for it, which doesn't grow with the rows below it.
// The chart itself is ours: the library's has pale letters, days as numbers, and no values for programs that only show
// what is there.
func (c *SheetChart) place() *excelize.Chart {
	place := &excelize.Chart{
		Type: excelize.Line, Dimension: excelize.ChartDimension{Width: 640, Height: 320},
		Format: excelize.GraphicOptions{Positioning: "oneCell", AltText: c.Title},
	}
	if c.Width > 0 {
		place.Dimension.Width = uint(c.Width)
	}
	if c.Height > 0 {
		place.Dimension.Height = uint(c.Height)
	}
	return place
}
