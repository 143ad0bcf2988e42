package report

import (
	"fmt"
	"html"
	"strings"
)

// Tile is one number that matters.
type Tile struct {
	Title, Value, Change, Note string
	Mood                       Mood
}

// Mood is what a change means.
type Mood int

// The zero value says nothing about it.
const (
	Neutral Mood = iota
	Good
	Bad
)

// MoodOf tells what a change means by its sign; better is the way that is good news: "up", "down" or "none".
func MoodOf(change, better string) Mood {
	mood := map[string]Mood{"▲ ": Good, "▼ ": Bad}[arrow(change)]
	switch {
	case better == "none":
		return Neutral
	case better == "down" && mood != Neutral:
		return Good + Bad - mood
	}
	return mood
}

// Tiles are numbers side by side.
type Tiles struct{ tiles []Tile }

// tilesBeside is how many tiles stand beside each other.
const tilesBeside = 4

// NewTiles takes tiles in their order. The error is a *TextError.
func NewTiles(tiles []Tile) (*Tiles, error) {
	t := &Tiles{}
	for i, tile := range tiles {
		for _, field := range []struct {
			name string
			text *string
		}{{"title", &tile.Title}, {"value", &tile.Value}, {"change", &tile.Change}, {"note", &tile.Note}} {
			if err := checkText(fmt.Sprintf("the %s of tile %d", field.name, i+1), *field.text); err != nil {
				return nil, err
			}
			*field.text = cleanLine(*field.text)
		}
		t.tiles = append(t.tiles, tile)
	}
	return t, nil
}

func (t *Tiles) writeHTML(w *htmlWriter) {
	if len(t.tiles) == 0 {
		return
	}
	rows := (len(t.tiles) + tilesBeside - 1) / tilesBeside
	beside := (len(t.tiles) + rows - 1) / rows
	w.block(" tiles-block")
	w.WriteString(`<table class="tiles" width="100%" role="presentation" cellpadding="0" cellspacing="8" border="0">`)
	for i, tile := range t.tiles {
		if i%beside == 0 {
			w.WriteString("<tr>")
		}
		fmt.Fprintf(w, `<td class="tile" width="%d%%" valign="top">`, 100/beside)
		tile.writeHTML(w)
		w.WriteString("</td>")
		if i%beside == beside-1 || i == len(t.tiles)-1 {
			w.WriteString("</tr>\n")
		}
	}
	w.WriteString("</table>")
	w.endBlock()
}

func (t *Tile) writeHTML(w *htmlWriter) {
	w.element("div", "tile-title", t.Title)
	w.element("div", "tile-value", t.Value)
	if t.Change == "" && t.Note == "" {
		return
	}
	w.WriteString(`<div class="tile-change">`)
	if t.Change != "" {
		class := map[Mood]string{Neutral: "", Good: ` class="good"`, Bad: ` class="bad"`}[t.Mood]
		w.WriteString("<span" + class + ">" + arrow(t.Change) + html.EscapeString(t.Change) + "</span> ")
	}
	w.text(t.Note)
	w.WriteString("</div>")
}

// arrow says which way a change goes without a colour.
func arrow(change string) string {
	switch {
	case strings.HasPrefix(change, "+"):
		return "▲ "
	case strings.HasPrefix(change, "-"), strings.HasPrefix(change, "−"):
		return "▼ "
	}
	return ""
}

func (t *Tiles) writeText(w *textWriter) {
	var lines []string
	for _, tile := range t.tiles {
		line := isolated(tile.Title) + ": " + isolated(tile.Value)
		if tile.Change != "" {
			line += " (" + tile.Change + ")"
		}
		if tile.Note != "" {
			line += ", " + isolated(tile.Note)
		}
		lines = append(lines, wrap(line, textWidth)...)
	}
	w.block(lines...)
}
