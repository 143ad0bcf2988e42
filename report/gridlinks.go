package report

import (
	"fmt"
	"strings"
)

// noteLinks puts a number behind each text of a table that leads somewhere, and gives the lines that say where. An
// address has one number on the whole page.
func (w *textWriter) noteLinks(g *Grid, f *face) (lines []string) {
	if w.links == nil {
		w.links = map[string]int{}
	}
	for row := range g.links {
		for column, link := range g.links[row] {
			text := f.cells[row][column]
			if link == "" || text == "" || saysWhere(text, link) {
				continue
			}
			n, known := w.links[link]
			if !known {
				n = len(w.links) + 1
				w.links[link] = n
				lines = append(lines, fmt.Sprintf("[%d] %s", n, link))
			}
			f.cells[row][column] = fmt.Sprintf("%s [%d]", text, n)
		}
	}
	return lines
}

// saysWhere holds for a text that is the address itself.
func saysWhere(text, link string) bool {
	for _, scheme := range []string{"", "https://", "http://", "mailto:", "tel:"} {
		if strings.TrimSuffix(strings.TrimPrefix(link, scheme), "/") == strings.TrimSuffix(text, "/") {
			return true
		}
	}
	return false
}
