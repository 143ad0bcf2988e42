package mime

import "strings"

// Walk calls f for p and every part below, parents first. The root has depth 0. It ends with f's first error.
// Messages within messages are leaves to it.
func (p *Part) Walk(f func(p *Part, depth int) error) error { return p.walk(f, 0) }

func (p *Part) walk(f func(*Part, int) error, depth int) error {
	if err := f(p, depth); err != nil {
		return err
	}
	for _, child := range p.children {
		if err := child.walk(f, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// Body gives the leaf that a reader shows as the message: "plain" or "html", or nil.
func (p *Part) Body(subtype string) *Part {
	if !p.multi {
		if p.MediaType() == "text/"+subtype && p.Disposition() != "attachment" {
			return p
		}
		return nil
	}
	for _, child := range p.children {
		if found := child.Body(subtype); found != nil {
			return found
		}
		if p.MediaType() == "multipart/related" {
			break
		}
	}
	return nil
}

// Attachments gives the leaves that are neither a body, nor a further piece of its text, nor an inline part of one, nor
// a signature.
func (p *Part) Attachments() []*Part {
	if p.multi {
		return p.collect(nil, p.Body("plain"), p.Body("html"))
	}
	if p.Disposition() == "attachment" || family(p.MediaType()) != familyText {
		return []*Part{p}
	}
	return nil
}

func (p *Part) collect(list []*Part, plain, html *Part) []*Part {
	for i, child := range p.children {
		switch {
		case child.multi:
			list = child.collect(list, plain, html)
		case child == plain || child == html || p.shows(i):
		default:
			list = append(list, child)
		}
	}
	return list
}

// shows tells whether the multipart itself uses a child: as one of the forms of a text, or inside a page.
func (p *Part) shows(i int) bool {
	child := p.children[i]
	if i == 1 && p.MediaType() == "multipart/signed" { // RFC 1847 §2.1
		return true
	}
	if child.Disposition() == "attachment" {
		return false
	}
	switch p.MediaType() {
	case "multipart/alternative":
		return true
	case "multipart/related":
		return i == 0 || child.CID() != "" && !child.isDocument()
	default:
		return child.Disposition() == "inline" && child.CID() != "" && !child.isDocument() || child.continues()
	}
}

// isDocument tells what no page shows, although some programs give it a content identifier.
func (p *Part) isDocument() bool {
	return p.message != nil || p.Disposition() == "" && strings.HasPrefix(p.MediaType(), "application/")
}

// continues tells a further text of the message from a file: Apple's programs put one behind each attachment, and
// mailing lists put one at the end.
func (p *Part) continues() bool {
	t := p.MediaType()
	return (t == "text/plain" || t == "text/html") && p.Filename() == ""
}

// Tree draws the part and what is below it, one line a part.
func (p *Part) Tree() string {
	var b strings.Builder
	p.draw(&b, 0)
	return b.String()
}

func (p *Part) draw(b *strings.Builder, depth int) {
	b.WriteString(strings.Repeat("  ", depth) + p.MediaType())
	if name := p.Filename(); name != "" {
		b.WriteString(" " + quote(name))
	}
	if id := p.CID(); id != "" {
		b.WriteString(" <" + id + ">")
	}
	b.WriteByte('\n')
	if p.message != nil {
		p.message.draw(b, depth+1)
	}
	for _, child := range p.children {
		child.draw(b, depth+1)
	}
}
