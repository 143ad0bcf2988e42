package xlsx

import (
	"fmt"
	"slices"
	"strings"

	"moonpost/report"
)

// maxCached is how many of a column's values a chart carries with it, for programs that show it without reading the
// cells: previews of mail programs and phones.
const maxCached = 5000

// cachedColumn is the beginning of a column that charts draw.
type cachedColumn struct {
	values                    bool // they are drawn, and not what stands below
	cells                     []cachedCell
	isNumber, isDate, isMonth bool // all of them; a month is its first day
}

// cacheFor finds the columns that the sheet's charts draw.
func (s *Sheet) cacheFor() []*cachedColumn {
	cached := make([]*cachedColumn, len(s.Columns))
	for _, c := range s.Charts {
		for n, i := range append(slices.Clone(c.Y), c.X) {
			if i < 0 || i >= len(cached) {
				continue
			}
			if cached[i] == nil {
				cached[i] = &cachedColumn{isNumber: true, isDate: true, isMonth: true}
			}
			cached[i].values = cached[i].values || n < len(c.Y)
		}
	}
	return cached
}

// cachedCell is a cell and how it looks.
type cachedCell struct {
	cell

	shown string
}

// add keeps a cell of a row; the column's format tells a date.
func (k *cachedColumn) add(c *report.Column, n int, v report.Value, out cell) {
	isNumber := out.kind == 'n'
	isDay := isNumber && !strings.Contains(out.text, ".") && (out.code == dateCode || out.code == momentCode || c.Format.Kind == report.TimeFormat)
	if out.kind != 0 {
		k.isNumber, k.isDate = k.isNumber && isNumber, k.isDate && isDay
		if t, ok := report.Moment(v); k.isMonth {
			k.isMonth = isDay && ok && t.Day() == 1
		}
	}
	if n > maxCached {
		return
	}
	for len(k.cells) < n {
		k.cells = append(k.cells, cachedCell{})
	}
	k.cells[n-1].cell = out
	switch out.kind {
	case 'n':
		k.cells[n-1].shown = c.Format.Text(v)
	case 'b':
		k.cells[n-1].shown = map[string]string{"1": "TRUE", "0": "FALSE"}[out.text]
	default:
		k.cells[n-1].shown = out.text
	}
}

// code is the format of its values, as a program has it.
func (k *cachedColumn) code() string {
	for _, c := range k.cells {
		if c.kind == 'n' && c.code != "" {
			return c.code
		}
	}
	return "General"
}

// reference is the cells of a column, with their values: as numbers, of which texts are none, or as texts.
func (s *Sheet) reference(k *cachedColumn, column, last int, asNumbers bool) (string, error) {
	area, err := s.area(column, s.firstRow(), last)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	kind, code := "str", ""
	if asNumbers {
		kind, code = "num", "<c:formatCode>"+cellText(programCode(k.code()))+"</c:formatCode>"
	}
	fmt.Fprintf(&b, `<c:%[1]sRef><c:f>%[2]s</c:f><c:%[1]sCache>%[3]s<c:ptCount val="%[4]d"/>`, kind, cellText(area), code, last-s.firstRow()+1)
	for i, c := range k.cells {
		if c.kind == 'n' || c.kind != 0 && !asNumbers {
			text := c.shown
			if asNumbers {
				text = c.text
			}
			fmt.Fprintf(&b, `<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, i, cellText(text))
		}
	}
	fmt.Fprintf(&b, `</c:%[1]sCache></c:%[1]sRef>`, kind)
	return b.String(), nil
}
