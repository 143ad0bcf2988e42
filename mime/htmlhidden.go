package mime

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// hiddenElement is an element that readers with HTML do not see, such as the preview line of a newsletter.
type hiddenElement struct {
	name  string
	depth int // of elements of that name
}

// hides takes the beginning of a hidden element, or of any within it.
func (t *textMaker) hides(token html.Token, closed bool) bool {
	h := &t.hidden
	if h.depth > 0 {
		if token.DataAtom == atom.Body { // whatever was left open before it
			*h = hiddenElement{}
			return false
		}
		if !closed && token.Data == h.name {
			h.depth++
		}
		return true
	}
	if closed || len(token.Attr) == 0 || voidElement(token.DataAtom) || !isHidden(token) {
		return false
	}
	*h = hiddenElement{token.Data, 1}
	return true
}

// unhides takes the end of a hidden element, or of any within it.
func (t *textMaker) unhides(token html.Token) bool {
	h := &t.hidden
	if h.depth == 0 {
		return false
	}
	if token.Data == h.name {
		h.depth--
	}
	return true
}

func isHidden(token html.Token) bool {
	for _, a := range token.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			style := strings.ToLower(a.Val)
			if !strings.Contains(style, "none") && !strings.Contains(style, "hidden") {
				continue // nearly always
			}
			style = strings.Join(strings.Fields(style), "")
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

func voidElement(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}
