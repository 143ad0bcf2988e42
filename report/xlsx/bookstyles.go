package xlsx

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"moonpost/report"
)

// cellStyle is how a cell looks.
type cellStyle struct {
	code  string // the number format; empty: the program's own
	align report.Align
	bold  bool
	total bool // a line above
	wrap  bool
}

// programCode is a format as spreadsheet programs want it: signs that aren't theirs, such as 万 or 年, stand in quotation
// marks.
func programCode(code string) string {
	const own = "€£¥¢₩₽₹₺"
	var b strings.Builder
	quoted, escaped := false, false
	for _, r := range code {
		bare := r < 0x80 || quoted || escaped || strings.ContainsRune(own, r)
		if escaped = r == '\\' && !quoted && !escaped; r == '"' && bare {
			quoted = !quoted
		}
		if bare {
			b.WriteRune(r)
		} else {
			b.WriteString(`"` + string(r) + `"`)
		}
	}
	return b.String()
}

// bookStyles gives the numbers by which the cells of a workbook name their looks.
type bookStyles struct {
	file *excelize.File
	ids  map[cellStyle]int
}

func (b *bookStyles) id(s cellStyle) (int, error) {
	if s == (cellStyle{}) {
		return 0, nil
	}
	if id, ok := b.ids[s]; ok {
		return id, nil
	}
	style := &excelize.Style{}
	if s.code != "" {
		code := programCode(s.code)
		style.CustomNumFmt = &code
	}
	if s.bold {
		style.Font = &excelize.Font{Bold: true, Family: "Calibri", Size: 11} // the library's own, which it doesn't repeat
	}
	if s.total {
		style.Border = []excelize.Border{{Type: "top", Color: "808080", Style: 1}}
	}
	if s.align != report.AlignAuto || s.wrap {
		style.Alignment = &excelize.Alignment{Horizontal: [...]string{"", "left", "right", "center"}[s.align], WrapText: s.wrap}
		if s.wrap {
			style.Alignment.Vertical = "top"
		}
	}
	id, err := b.file.NewStyle(style)
	if err == nil {
		b.ids[s] = id
	}
	return id, err
}
