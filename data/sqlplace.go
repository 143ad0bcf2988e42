package data

import (
	"fmt"
	"strings"
)

// original gives the offset in the script's own text for one in what the database got.
func (t *sqlText) original(offset int) int {
	moved := 0
	for _, e := range t.edits {
		if e.at > offset {
			break
		}
		moved += e.by
	}
	return max(offset-moved, 0)
}

// sqlPlace describes an offset of the script's text for an error: line, column
// and what stands there.
func sqlPlace(text string, offset int) string {
	offset = min(offset, len(text))
	before := text[:offset]
	begin := strings.LastIndexByte(before, '\n') + 1
	line := strings.Count(before, "\n") + 1
	column := len([]rune(before[begin:])) + 1
	full, _, _ := strings.Cut(text[begin:], "\n")
	shown := []rune(strings.TrimRight(full, "\r"))
	const around = 30
	from, to := max(column-1-around, 0), min(column-1+around, len(shown))
	excerpt := strings.TrimSpace(string(shown[min(from, len(shown)):to]))
	if from > 0 {
		excerpt = "…" + excerpt
	}
	if to < len(shown) {
		excerpt += "…"
	}
	return fmt.Sprintf("line %d, column %d: %s", line, column, excerpt)
}
