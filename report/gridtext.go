package report

import (
	"slices"
	"strings"

	"moonpost/mime"
)

// Between columns of text stand two blanks; a column of texts is made no narrower than narrowest. Cells of more lines
// than cellLines are cut.
const (
	columnGap = 2
	narrowest = 10
	cellLines = 5
)

func (g *Grid) writeText(w *textWriter) {
	f := g.face(w.words)
	notes := w.noteLinks(g, f)
	var lines []string
	if g.caption != "" {
		lines = append(wrap(g.caption, textWidth), "")
	}
	if widths := f.widths(); widths != nil {
		lines = append(lines, f.aligned(widths)...)
	} else {
		lines = append(lines, f.records()...)
	}
	w.block(lines...)
	w.block(notes...)
}

// widths are those of the columns, none when they don't fit beside each other.
func (f *face) widths() []int {
	if len(f.align)*(1+columnGap) > textWidth+columnGap {
		return nil
	}
	wide, least := make([]int, len(f.align)), make([]int, len(f.align))
	grow := func(row []string, isHead bool) {
		for i, text := range row {
			n := widest(text)
			wide[i] = max(wide[i], n)
			if !isHead && (f.align[i] == AlignRight || f.short[i]) {
				least[i] = max(least[i], n)
			} else {
				least[i] = max(least[i], min(n, narrowest))
			}
		}
	}
	grow(f.head, true)
	grow(f.total, false)
	for _, row := range f.cells {
		grow(row, false)
	}
	return squeeze(wide, least, textWidth-columnGap*(len(wide)-1))
}

func widest(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		n = max(n, mime.TextWidth(strings.TrimRight(line, "\n")))
	}
	return n
}

// squeeze takes from the widest column until all fit, nil when they can't.
func squeeze(wide, least []int, room int) []int {
	sum, smallest := 0, 0
	for i := range wide {
		wide[i] = min(wide[i], max(least[i], room))
		sum += wide[i]
		smallest += least[i]
	}
	if smallest > room {
		return nil
	}
	for ; sum > room; sum-- {
		from := -1
		for i := range wide {
			if wide[i] > least[i] && (from < 0 || wide[i] > wide[from]) {
				from = i
			}
		}
		wide[from]--
	}
	return wide
}

// aligned shows the columns beside each other.
func (f *face) aligned(widths []int) []string {
	var lines []string
	rule := ruleOf(widths)
	if f.head != nil {
		lines = append(f.lines(f.head, widths), rule)
	}
	for _, row := range f.cells {
		lines = append(lines, f.lines(row, widths)...)
	}
	if f.note != "" {
		lines = append(lines, wrap(f.note, textWidth)...)
	}
	if f.total != nil {
		lines = append(append(lines, rule), f.lines(f.total, widths)...)
	}
	return lines
}

func ruleOf(widths []int) string {
	rules := make([]string, len(widths))
	for i, n := range widths {
		rules[i] = strings.Repeat("-", max(n, 1))
	}
	return strings.Join(rules, strings.Repeat(" ", columnGap))
}

// lines shows a row, in several lines where a cell is longer than its column is wide.
func (f *face) lines(row []string, widths []int) []string {
	cells := make([][]string, len(row))
	height := 1
	for i, text := range row {
		cells[i] = cellText(text, max(widths[i], 1))
		for n, line := range cells[i] { // an address would reach into the next column
			cells[i][n] = cut(line, max(widths[i], 1))
		}
		height = max(height, len(cells[i]))
	}
	lines := make([]string, height)
	for n := range lines {
		for i := range cells {
			text := ""
			if n < len(cells[i]) {
				text = cells[i][n]
			}
			if i > 0 {
				lines[n] += strings.Repeat(" ", columnGap)
			}
			lines[n] += pad(isolated(text), widths[i], f.align[i])
		}
	}
	return lines
}

// cellText breaks a cell's text, and cuts one that would fill the page.
func cellText(text string, width int) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if lines = append(lines, wrap(line, width)...); len(lines) > cellLines {
			lines = lines[:cellLines]
			lines[cellLines-1] = cut(lines[cellLines-1]+" …", width)
			return lines
		}
	}
	return lines
}

// records shows the rows one below the other, a line for each column.
func (f *face) records() []string {
	label := 0
	for _, text := range f.head {
		label = max(label, min(mime.TextWidth(text), textWidth/3))
	}
	var lines []string
	for _, row := range f.cells {
		if lines != nil {
			lines = append(lines, "")
		}
		lines = append(lines, f.record(row, label)...)
	}
	if f.note != "" {
		lines = append(lines, "")
		lines = append(lines, wrap(f.note, textWidth)...)
	}
	if f.total != nil {
		lines = append(lines, strings.Repeat("-", textWidth))
		sums := slices.Clone(f.total)
		if f.labelled {
			lines, sums[0] = append(lines, wrap(sums[0], textWidth)...), ""
		}
		lines = append(lines, f.record(sums, label)...)
	}
	if len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	return slices.Clip(lines)
}

func (f *face) record(row []string, label int) []string {
	var lines []string
	for i, text := range row {
		name := ""
		if f.head != nil {
			name = cut(f.head[i], label)
		}
		if text == "" {
			continue
		}
		for n, line := range cellText(text, textWidth-label-columnGap) {
			before := strings.Repeat(" ", label+columnGap)
			if n == 0 && label > 0 {
				before = pad(name+":", label+columnGap, AlignLeft)
			}
			lines = append(lines, before+isolated(line))
		}
	}
	return lines
}
