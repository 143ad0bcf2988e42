package mime

import (
	"html"
	"strings"
)

// ForwardOptions say how a message is passed on. The zero value attaches it.
type ForwardOptions struct {
	Inline bool   // its text stands below the new one, and its attachments become the message's own
	Title  string // the line above an inline text; "" is "Forwarded message"
}

// Forward builds a message that passes another one on: as an attached message, octet by octet if it was read, or
// inline. Recipients are the Spec's; a subject that it leaves open is the original's. The error is an *Error.
func Forward(original *Message, s Spec, o ForwardOptions, env *Env) (*Message, error) {
	if err := original.settle(); err != nil {
		return nil, err
	}
	if s.Subject == "" {
		subject, _ := original.header.Get("Subject")
		s.Subject = strings.TrimSpace("Fwd: " + withoutPrefixes(subject, forwardPrefixes))
	}
	if o.Inline {
		if err := s.include(original, o); err != nil {
			return nil, err
		}
		return Compose(s, env)
	}
	attached, err := NewMessagePart(original.copy(), WithDisposition("attachment"))
	if err != nil {
		return nil, err
	}
	if s.Text == nil && s.HTML == nil && s.Markdown == nil && s.Calendar == nil && len(s.Alternatives) == 0 {
		s.Text = new(string) // a message without a text of its own would be the original itself
	}
	s.Attachments = append([]*Part{attached}, s.Attachments...)
	return Compose(s, env)
}

const forwardRule = "----------"

// include puts the original below the new text.
func (s *Spec) include(original *Message, o ForwardOptions) error {
	if err := s.settlePage(); err != nil {
		return err
	}
	title := o.Title
	if title == "" {
		title = "Forwarded message"
	}
	if s.Text == nil && s.HTML != nil {
		text := HTMLToText(*s.HTML)
		s.Text = &text
	}
	intro := ""
	if s.Text != nil {
		intro = *s.Text
	}
	head := original.headerBlock()
	if page := original.page(); page != "" || s.HTML != nil {
		own := textToHTML(intro)
		if s.HTML != nil {
			own = *s.HTML
		}
		if page == "" {
			text, _, _ := original.bodyText()
			page = textToHTML(text)
		}
		page = insertAfterBody(page, own+"<p>"+forwardRule+" "+html.EscapeString(title)+" "+forwardRule+"<br>\n"+strings.ReplaceAll(html.EscapeString(head), "\n", "<br>\n")+"</p>\n")
		s.HTML = &page
	}
	s.setText(joinBlocks(intro, forwardRule+" "+title+" "+forwardRule+"\n"+head+"\n"+original.plainLines()))
	for _, p := range original.carried() {
		if p.CID() != "" && s.HTML != nil && p.Disposition() != "attachment" {
			s.Inline = append(s.Inline, p)
		} else {
			s.Attachments = append(s.Attachments, p)
		}
	}
	return nil
}

// headerBlock is what readers show of a header.
func (m *Message) headerBlock() string {
	var b strings.Builder
	for _, name := range []string{"From", "Date", "Subject", "To", "Cc"} {
		if value, ok := m.header.Get(name); ok && value != "" {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	return b.String()
}

// page is the HTML of the message; "" when it has none.
func (m *Message) page() string {
	leaf := m.Body("html")
	if leaf == nil {
		return ""
	}
	text, _ := leaf.Text()
	return text
}

// plainLines is the text, lines that were flowed joined.
func (m *Message) plainLines() string {
	text, flowed, delSp := m.bodyText()
	if !flowed {
		return strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	}
	var lines []string
	for _, p := range joinFlowed(text, delSp) {
		if p.depth > 0 {
			p.text = strings.Repeat(">", p.depth) + " " + p.text
		}
		lines = append(lines, p.text)
	}
	return strings.Join(lines, "\n")
}

// carried are the parts of the original that go along: attachments, and the pictures of its page. Signatures do not:
// they are of something that was taken apart.
func (m *Message) carried() []*Part {
	plain, page := m.Body("plain"), m.Body("html")
	var list []*Part
	_ = m.Walk(func(p *Part, _ int) error {
		switch {
		case p.multi || p == plain || p == page:
		case signatureTypes[p.MediaType()]:
		case p.Disposition() != "attachment" && p.CID() == "" && family(p.MediaType()) == familyText && p.Filename() == "":
			// another form of the text
		default:
			list = append(list, p.Clone())
		}
		return nil
	})
	return list
}

var signatureTypes = map[string]bool{"application/pgp-signature": true, "application/pkcs7-signature": true, "application/x-pkcs7-signature": true}

// insertAfterBody puts a piece at the beginning of what a page shows.
func insertAfterBody(page, piece string) string {
	lower := asciiLower(page)
	if i := strings.Index(lower, "<body"); i >= 0 {
		if end := strings.IndexByte(page[i:], '>'); end >= 0 {
			return page[:i+end+1] + piece + page[i+end+1:]
		}
	}
	return piece + page
}
