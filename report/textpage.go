package report

import (
	"regexp"
	"strings"

	"moonpost/mime"
)

// textWidth is how many columns a line of text has at most: longer ones are broken by mail programs on their way.
const textWidth = 76

// textWriter collects a page as text: blocks of lines with a blank line between them.
type textWriter struct {
	strings.Builder

	words *Words
	links map[string]int // the numbers of those that stand below tables
}

// text is the page for readers without HTML.
func (p *Page) text() string {
	w := &textWriter{words: &p.Words}
	for _, b := range p.Blocks {
		b.writeText(w)
	}
	return w.String()
}

func (w *textWriter) block(lines ...string) {
	if len(lines) == 0 {
		return
	}
	if w.Len() > 0 {
		w.WriteByte('\n')
	}
	for _, line := range lines {
		w.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// wrap breaks a line at its blanks. A word that is too long is broken where it must be, but for an address, which would
// lead nowhere then.
func wrap(s string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }) {
		n := mime.TextWidth(word)
		if line != "" && used+1+n <= width {
			line, used = line+" "+word, used+1+n
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for n > width && !strings.Contains(word, "://") {
			head, rest := divide(word, width)
			if rest == "" {
				break
			}
			lines, word, n = append(lines, head), rest, n-mime.TextWidth(head)
		}
		line, used = word, n
	}
	return append(lines, line)
}

// divide gives as much of a text as fits, one sign at least, and the rest.
func divide(s string, width int) (head, rest string) {
	used := 0
	for i, r := range s {
		n := mime.TextWidth(string(r))
		if i > 0 && used+n > width && !joins(r) && !strings.HasSuffix(s[:i], zeroWidthJoiner) {
			return s[:i], s[i:]
		}
		used += n
	}
	return s, ""
}

// cut shortens a text that doesn't fit.
func cut(s string, width int) string {
	if mime.TextWidth(s) <= width {
		return s
	}
	head, _ := divide(s, width-1)
	return head + "…"
}

// pad fills a text with blanks.
func pad(s string, width int, align Align) string {
	blanks := max(0, width-mime.TextWidth(s))
	switch align {
	case AlignRight:
		return strings.Repeat(" ", blanks) + s
	case AlignCenter:
		return strings.Repeat(" ", blanks/2) + s + strings.Repeat(" ", blanks-blanks/2)
	}
	return s + strings.Repeat(" ", blanks)
}

// lead is what stands before the text of a line: blanks, the sign of a list's item, marks of quotations.
var lead = regexp.MustCompile(`^(?:[ \t]*> ?)*[ \t]*(?:[*•☐☑] |[0-9]{1,4}\. )?`)

// wrapLead is wrap with what follows the first line below its text.
func wrapLead(line string) []string {
	first := lead.FindString(line)
	if mime.TextWidth(line) <= textWidth || len(first) > textWidth/2 {
		return []string{line}
	}
	further := strings.Map(func(r rune) rune {
		if r == '>' || r == '\t' {
			return r
		}
		return ' '
	}, first)
	lines := wrap(line[len(first):], textWidth-mime.TextWidth(first))
	for i := range lines {
		if i == 0 {
			lines[i] = first + lines[i]
		} else {
			lines[i] = further + lines[i]
		}
	}
	return lines
}
