package mime

import (
	"bytes"
	"strings"
)

// appendGroups writes an address list, folded at its commas.
func appendGroups(b []byte, groups []group, raw bool) []byte {
	w := listWriter{b: b, col: column(b), raw: raw}
	for i, g := range groups {
		if i > 0 {
			w.b = append(w.b, ',')
			w.col++
		}
		if g.named {
			w.group(g, i == 0)
			continue
		}
		for _, box := range g.boxes {
			w.item(func(b []byte, col int) []byte { return box.append(b, col, raw, 0) }, i == 0)
		}
	}
	return w.b
}

// listWriter keeps count of the column, so that a list of any length is written in one pass.
type listWriter struct {
	b       []byte
	scratch []byte
	col     int
	tail    int // octets that may follow an item, besides a comma
	raw     bool
}

// item writes one item of the list after a blank, on a new line when the item would not fit.
func (w *listWriter) item(write func(b []byte, col int) []byte, first bool) {
	if !first {
		w.b = append(w.b, ' ')
		w.col++
	}
	w.scratch = write(w.scratch[:0], w.col)
	if fits := w.col+len(w.scratch)+1+w.tail <= wordLine && bytes.IndexByte(w.scratch, '\r') < 0; !first && !fits {
		w.b = append(w.b[:len(w.b)-1], "\r\n "...)
		w.col = 1
		w.scratch = write(w.scratch[:0], w.col)
	}
	w.b = append(w.b, w.scratch...)
	w.col = advance(w.col, w.scratch)
}

func (w *listWriter) group(g group, first bool) {
	w.tail = len(";")
	w.item(func(b []byte, col int) []byte {
		if b = appendPhrase(b, col, g.name, w.raw, len(" :;,")); bytes.HasSuffix(b, []byte("?=")) {
			b = append(b, ' ') // RFC 2047 §5
		}
		return append(b, ':')
	}, first)
	for i, box := range g.boxes {
		if i > 0 {
			w.b = append(w.b, ',')
			w.col++
		}
		w.item(func(b []byte, col int) []byte { return box.append(b, col, w.raw, w.tail) }, false)
	}
	w.b = append(w.b, ';')
	w.col, w.tail = w.col+1, 0
}

// groupsText is the decoded form, for people.
func groupsText(groups []group) string {
	var b strings.Builder
	for i, g := range groups {
		if i > 0 {
			b.WriteString(", ")
		}
		if g.named {
			b.WriteString(displayName(g.name) + ":")
		}
		for j, box := range g.boxes {
			if j > 0 {
				b.WriteByte(',')
			}
			if j > 0 || g.named {
				b.WriteByte(' ')
			}
			b.WriteString(box.text())
		}
		if g.named {
			b.WriteByte(';')
		}
	}
	return b.String()
}
