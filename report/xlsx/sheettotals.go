package xlsx

import (
	"fmt"
	"slices"
	"strconv"

	"moonpost/report"
)

// columnSum is the sum of a column's numbers as a spreadsheet program has it, without the errors of binary fractions
// that adding one after the other would pile up.
type columnSum struct {
	sum, lost float64
	code      string // the format with the most decimals among its numbers
}

// add is Neumaier's.
func (s *columnSum) add(n float64) {
	next := s.sum + n
	if abs(s.sum) >= abs(n) {
		s.lost += (s.sum - next) + n
	} else {
		s.lost += (n - next) + s.sum
	}
	s.sum = next
}

func abs(n float64) float64 { return max(n, -n) }

// text is the sum in the digits that are exact.
func (s *columnSum) text() string { return strconv.FormatFloat(s.sum+s.lost, 'g', exactDigits, 64) }

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
		r.widths[i] = max(r.widths[i], cellWidth(c, cell{kind: 'n', code: style.code}, r.sums[i].sum)*1.1)
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
	longest, width := 0.0, 0.0
	for _, r := range s {
		if r == '\n' {
			width = 0
			continue
		}
		width++
		if isWide(r) {
			width++
		}
		if longest = max(longest, width); longest > enough {
			break
		}
	}
	return longest
}

// isWide tells the characters of double width: Hangul, kana, ideographs, full width forms, pictures.
func isWide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115F || r >= 0x2E80 && r <= 0xA4CF || r >= 0xAC00 && r <= 0xD7A3 || r >= 0xF900 && r <= 0xFAFF ||
		r >= 0xFE30 && r <= 0xFE6F || r >= 0xFF00 && r <= 0xFF60 || r >= 0xFFE0 && r <= 0xFFE6 || r >= 0x1F300 && r <= 0x1FAFF || r >= 0x20000 && r <= 0x3FFFD)
}
