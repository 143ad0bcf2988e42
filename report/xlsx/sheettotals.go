package xlsx

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"moonpost/mime"
	"moonpost/report"
)

// columnSum is the sum of a column's numbers.
type columnSum struct {
	report.Sum

	code string // the format with the most decimals among its numbers
}

// float is the sum as a spreadsheet program has it.
func (s *columnSum) float() float64 {
	f, _ := report.Float(s.Value()) // a sum is a number
	return f
}

// text is the sum in the digits that are exact.
func (s *columnSum) text() string { return strconv.FormatFloat(s.float(), 'g', exactDigits, 64) }

// checkSummand refuses a number that stays a text, which a total leaves out: nobody would see that the sum is wrong.
func (r *sheetRows) checkSummand(n, i int, out cell) error {
	if out.kind != 's' || !report.IsDecimal(out.text) {
		return nil
	}
	const most = 40 // of its digits
	return r.sheet.fault(n, r.columnName(i), fmt.Sprintf("%s has more than the %d digits with which spreadsheet programs reckon, and the total would be without it",
		out.text[:min(len(out.text), most)], exactDigits), "round it, or leave the column out of totals")
}

// totals writes a row of formulas, each with its value, for programs that only show what is there.
func (r *sheetRows) totals() error {
	s, first, last := r.sheet, r.sheet.firstRow(), r.last
	r.total = last >= first && slices.ContainsFunc(s.Columns, func(c report.Column) bool { return c.Total })
	if !r.total {
		return nil
	}
	if last >= maxSheetRows {
		return s.fault(0, "", "there is no row left for the totals", "")
	}
	defer func() { r.last = last }()
	r.last++
	r.begin()
	for i := range s.Columns {
		c := &s.Columns[i]
		style := cellStyle{bold: true, total: true, align: c.Align}
		if !c.Total {
			var out cell
			if i == 0 && s.TotalLabel != "" {
				out = cell{kind: 's', text: s.TotalLabel}
			}
			if err := r.add(0, i, out, style); err != nil {
				return err
			}
			continue
		}
		style.code = r.sums[i].code
		id, err := r.styles.id(style)
		if err != nil {
			return err
		}
		r.open(i, 'n', id)
		r.line = fmt.Appendf(r.line, "<f>SUM(%[1]s%[2]d:%[1]s%[3]d)</f><v>%[4]s</v></c>", r.names[i], first, last, r.sums[i].text())
		r.widths[i] = max(r.widths[i], cellWidth(c, cell{kind: 'n', code: style.code}, r.sums[i].float())*1.1)
	}
	return r.end()
}

// cellWidth is how many characters wide a value is shown.
func cellWidth(c *report.Column, out cell, v report.Value) float64 {
	switch {
	case out.kind == 'b':
		return textWidth("FALSE")
	case out.kind == 's':
		return textWidth(out.text)
	case out.code == momentCode || out.code == dateCode:
		return float64(len(out.code))
	}
	return textWidth(c.Format.Text(v))
}

// textWidth is the width of a text's longest line in characters; those of East Asia are twice as wide.
func textWidth(s string) float64 {
	const enough = 300
	longest := 0
	for line := range strings.Lines(s) {
		if longest = max(longest, mime.TextWidth(strings.TrimRight(line, "\n"))); longest > enough {
			break
		}
	}
	return float64(longest)
}
