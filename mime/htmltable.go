package mime

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// textTable collects a table of data, to show its columns one below the other. Tables without head cells, and those
// that hold tables, are mostly there for the layout, and are read cell by cell.
type textTable struct {
	rows [][]textCell
	cell *textMaker // that collects the open cell, or nil
}

type textCell struct {
	text  string
	head  bool
	right bool
}

// tableLine is how wide an aligned table may be.
const tableLine = 100

// tableKind is what is known of one table of a page.
type tableKind struct{ head, nested, layout bool }

// dataTables tells for each table of a page, in order, whether it is one of data.
func dataTables(page string) []bool {
	if !strings.Contains(page, "<th") && !strings.Contains(page, "<TH") {
		return nil
	}
	var kinds []tableKind
	var open []int
	z := html.NewTokenizer(strings.NewReader(page))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if kind != html.StartTagToken && kind != html.EndTagToken {
			continue
		}
		token := z.Token()
		switch start := kind == html.StartTagToken; {
		case start && token.DataAtom == atom.Table:
			if len(open) > 0 {
				kinds[open[len(open)-1]].nested = true
			}
			open = append(open, len(kinds))
			kinds = append(kinds, tableKind{layout: attr(token, "role") == "presentation"})
		case start && token.DataAtom == atom.Th && len(open) > 0:
			kinds[open[len(open)-1]].head = true
		case !start && token.DataAtom == atom.Table && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	data := make([]bool, len(kinds))
	for i, k := range kinds {
		data[i] = k.head && !k.nested && !k.layout
	}
	return data
}

// openTable gives true for a table that is collected.
func (t *textMaker) openTable() bool {
	n := t.tables
	t.tables++
	if n >= len(t.data) || !t.data[n] || t.skip > 0 {
		return false
	}
	t.atLeast(2)
	t.table = &textTable{}
	return true
}

// openInTable takes what begins within a collected table. It gives false for what does not belong to a cell.
func (t *textMaker) openInTable(token html.Token, closed bool) bool {
	g := t.table
	switch token.DataAtom {
	case atom.Tr:
		g.closeCell()
		g.rows = append(g.rows, nil)
	case atom.Td, atom.Th:
		g.closeCell()
		if len(g.rows) == 0 {
			g.rows = append(g.rows, nil)
		}
		align := strings.ToLower(attr(token, "align") + attr(token, "style"))
		g.cell = &textMaker{}
		row := &g.rows[len(g.rows)-1]
		*row = append(*row, textCell{head: token.DataAtom == atom.Th, right: strings.Contains(align, "right")})
	default:
		if g.cell == nil {
			return false
		}
		g.cell.open(token, closed)
	}
	return true
}

func (t *textMaker) closeInTable(a atom.Atom) bool {
	g := t.table
	switch a {
	case atom.Td, atom.Th, atom.Tr, atom.Thead, atom.Tbody, atom.Tfoot:
		g.closeCell()
	case atom.Table:
		g.closeCell()
		t.table = nil
		t.writeTable(g)
	default:
		if g.cell == nil {
			return false
		}
		g.cell.close(a)
	}
	return true
}

func (g *textTable) closeCell() {
	if g.cell == nil {
		return
	}
	row := g.rows[len(g.rows)-1]
	row[len(row)-1].text = strings.Join(strings.Fields(g.cell.finish()), " ")
	g.cell = nil
}

// writeTable writes the rows, aligned when they are not too wide.
func (t *textMaker) writeTable(g *textTable) {
	t.atLeast(2) // behind a caption
	widths := g.widths()
	total := 2 * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for _, row := range g.rows {
		if line := rowLine(row, widths, total > tableLine); line != "" {
			t.atLeast(1)
			t.write(line)
			if total <= tableLine && allHead(row) {
				t.atLeast(1)
				t.write(ruleLine(len(row), widths))
			}
		}
	}
	t.atLeast(2)
}

func (g *textTable) widths() []int {
	var widths []int
	for _, row := range g.rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], TextWidth(c.text))
		}
	}
	return widths
}

func allHead(row []textCell) bool {
	for _, c := range row {
		if !c.head {
			return false
		}
	}
	return len(row) > 0
}

func rowLine(row []textCell, widths []int, wide bool) string {
	var b strings.Builder
	for i, c := range row {
		blanks := strings.Repeat(" ", widths[i]-TextWidth(c.text))
		switch {
		case wide && i > 0:
			b.WriteString(" | " + c.text)
		case wide:
			b.WriteString(c.text)
		default:
			if i > 0 {
				b.WriteString("  ")
			}
			if c.right {
				b.WriteString(blanks + c.text)
			} else {
				b.WriteString(c.text + blanks)
			}
		}
	}
	return strings.TrimRight(b.String(), " ")
}

func ruleLine(cells int, widths []int) string {
	var b strings.Builder
	for i := range cells {
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(strings.Repeat("-", max(widths[i], 1)))
	}
	return b.String()
}
