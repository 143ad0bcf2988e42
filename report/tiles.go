package report

import (
	"fmt"
	"slices"
	"strings"

	"moonpost/mime"
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
	w.WriteString(`<div class="scroll"><table class="tiles" width="100%" role="presentation" cellpadding="0" cellspacing="8" border="0">`)
	below := 0
	for i := range t.tiles {
		below = max(below, len(t.tiles[i].below()))
	}
	for i, tile := range t.tiles {
		if i%beside == 0 {
			w.WriteString("<tr>")
		}
		w.printf(`<td class="tile" width="%d%%" valign="top" align="%s">`, 100/beside, w.start())
		tile.writeHTML(w, below)
		w.WriteString("</td>")
		if i%beside == beside-1 || i == len(t.tiles)-1 {
			w.WriteString("</tr>") // a line break would be a gap on narrow screens
		}
	}
	w.WriteString("</table></div>")
	w.endBlock()
}

// writeHTML has as many lines below the value as the tile of the set with the most, so that all are of one height.
func (t *Tile) writeHTML(w *htmlWriter, below int) {
	w.element("div", "tile-title", t.Title)
	value := t.Value
	if mime.TextWidth(value) <= shortValue {
		value = strings.ReplaceAll(value, " ", "\u00A0")
	}
	w.element("div", "tile-value", value)
	lines := t.below()
	for i := range below {
		switch {
		case i >= len(lines):
			w.element("div", "tile-change", "\u00A0")
		case i == 0 && t.Change != "":
			w.element("div", "tile-change"+map[Mood]string{Good: " good", Bad: " bad"}[t.Mood], arrow(t.Change)+t.Change)
		default:
			w.element("div", "tile-change", lines[i])
		}
	}
}

// below are the lines below the value.
func (t *Tile) below() []string {
	return slices.DeleteFunc([]string{t.Change, t.Note}, func(s string) bool { return s == "" })
}

// shortValue is how many columns a value may take that isn't broken.
const shortValue = 16

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
