package mime

import (
	"strings"
	"unicode/utf8"
)

// flowedLine is the length that readers of flowed text expect; the blank at the end of a soft line counts.
const flowedLine = 76 // RFC 3676 §4.2

// signatureLine must keep its blank, though it is not soft.
const signatureLine = "-- " // RFC 3676 §4.3

// flow makes format=flowed text of text whose lines are paragraphs. With delSp a line may also be cut where there is
// no blank, as in Chinese text.
func flow(text string, delSp bool) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/16)
	lines := strings.Split(text, "\r\n")
	for i, line := range lines {
		if line != signatureLine {
			flowParagraph(&b, strings.TrimRight(line, " "), delSp)
		} else {
			b.WriteString(line)
		}
		if i < len(lines)-1 {
			b.WriteString("\r\n")
		}
	}
	return b.String()
}

func flowParagraph(b *strings.Builder, line string, delSp bool) {
	for {
		if stuffed(line) {
			line = " " + line // RFC 3676 §4.4
		}
		cut := softBreak(line, delSp)
		if cut == len(line) {
			b.WriteString(line)
			return
		}
		b.WriteString(line[:cut])
		if delSp {
			b.WriteByte(' ')
		}
		b.WriteString("\r\n")
		line = line[cut:]
	}
}

func stuffed(line string) bool {
	return strings.HasPrefix(line, " ") || strings.HasPrefix(line, ">") || strings.HasPrefix(line, "From ")
}

// softBreak gives where to cut a line: after the last blanks that fit, else after the first blanks of all.
func softBreak(line string, delSp bool) int {
	limit := flowedLine
	if delSp {
		limit--
	}
	if utf8.RuneCountInString(line) <= flowedLine {
		return len(line)
	}
	best, count := 0, 0
	for i, r := range line {
		count++
		if r == ' ' && i > 0 && i+1 < len(line) && line[i+1] != ' ' {
			best = i + 1
		}
		if count >= limit && best > 0 {
			return best
		}
		if count >= limit && delSp {
			return i + utf8.RuneLen(r)
		}
	}
	if best > 0 {
		return best
	}
	return len(line)
}
