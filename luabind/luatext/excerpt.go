package luatext

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// maxWidth bounds how many columns of a source line are shown.
const maxWidth = 110

// tabWidth is how many columns a tab takes in an excerpt; there are no tab
// stops, so that the caret stands right wherever the line begins.
const tabWidth = 4

// Line gives line n of the source, from 1, without its end.
func Line(source []byte, n int) (string, bool) {
	at := 0
	for ; n > 1; n-- {
		end := indexLineEnd(source[at:])
		if end < 0 {
			return "", false
		}
		at += end + lineEndSize(source[at+end:])
	}
	rest := source[at:]
	if end := indexLineEnd(rest); end >= 0 {
		rest = rest[:end]
	}
	line := string(rest)
	if at == 0 {
		line = strings.TrimPrefix(line, "\ufeff")
	}
	return line, n == 1
}

func indexLineEnd(b []byte) int { return bytes.IndexAny(b, "\r\n") }

// lineEndSize is 2 for CR LF and LF CR.
func lineEndSize(b []byte) int {
	if len(b) > 1 && b[0] != b[1] && (b[1] == '\n' || b[1] == '\r') {
		return 2
	}
	return 1
}

// cell is a character as it is shown.
type cell struct {
	text  string
	width int
}

// Excerpt gives a line for people to read, at most maxWidth columns of it
// around the span, and the line of carets to put below; "" for the latter when
// the column is not known.
func Excerpt(line string, s Span) (text, carets string) {
	cells := cellsOf(line)
	if s.Column < 1 || s.Column > len(cells)+1 {
		return join(clip(cells, 0)), ""
	}
	from, to := s.Column-1, max(s.EndColumn-1, s.Column)
	start := windowStart(cells, from, to)
	shown := clip(cells[start:], start)
	offset := 0
	if start > 0 {
		offset = 1 // the … before
	}
	indent := offset + widthOf(cells[start:from])
	marks := widthOf(cells[from:min(to, len(cells))])
	marks = max(1, min(marks, maxWidth-indent))
	return join(shown), strings.Repeat(" ", indent) + "^" + strings.Repeat("~", marks-1)
}

// windowStart is the first cell to show so that from is in sight.
func windowStart(cells []cell, from, to int) int {
	if widthOf(cells[:min(to, len(cells))]) < maxWidth || widthOf(cells) <= maxWidth {
		return 0
	}
	start, columns := from, 0
	for start > 0 && columns < maxWidth/2 {
		start--
		columns += cells[start].width
	}
	return start
}

// clip cuts what is too wide and says so by dots; start > 0 tells that
// something was left out before.
func clip(cells []cell, start int) []cell {
	var out []cell
	if start > 0 {
		out = append(out, cell{"…", 1})
	}
	columns := len(out)
	for _, c := range cells {
		if columns += c.width; columns > maxWidth {
			return append(out, cell{"…", 1})
		}
		out = append(out, c)
	}
	return out
}

func join(cells []cell) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteString(c.text)
	}
	return strings.TrimRight(b.String(), " ")
}

func widthOf(cells []cell) int {
	n := 0
	for _, c := range cells {
		n += c.width
	}
	return n
}

// cellsOf makes one cell of each character.
func cellsOf(line string) []cell {
	cells := make([]cell, 0, len(line))
	for len(line) > 0 {
		r, size := utf8.DecodeRuneInString(line)
		cells = append(cells, cellOf(r, line[:size]))
		line = line[size:]
	}
	return cells
}

func cellOf(r rune, octets string) cell {
	switch {
	case r == '\t':
		return cell{strings.Repeat(" ", tabWidth), tabWidth}
	case r == utf8.RuneError && len(octets) == 1, !harmless(r):
		return cell{"\ufffd", 1}
	case unicode.In(r, unicode.Mn, unicode.Me):
		return cell{octets, 0}
	}
	if kind := width.LookupRune(r).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
		return cell{octets, 2}
	}
	return cell{octets, 1}
}

// harmless tells the characters that a terminal only shows, from those that
// move its cursor, turn the direction of writing or are not seen.
func harmless(r rune) bool {
	return !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs)
}
