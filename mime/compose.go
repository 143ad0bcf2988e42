package mime

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Spec describes a message as people think of it. Empty fields are left out.
type Spec struct {
	From, To, Cc, Bcc, ReplyTo, Sender []Address

	Subject  string
	Text     *string // nil: derived from HTML when there is one
	HTML     *string
	Markdown *string // gives the HTML
	Charset  string  // of Text and HTML; "" is UTF-8

	Inline       []*Part // pictures for HTML; they need content identifiers
	Attachments  []*Part
	Alternatives []*Part // further forms of the text; AMP goes between text and HTML
	Calendar     *CalendarSpec
	Embed        *Embedding // nil leaves the pictures of the page where they are

	List          *ListSpec
	InReplyTo     []string
	References    []string
	Date          time.Time // zero: when the message is first encoded
	MessageID     string    // "": made when the message is first encoded
	Priority      string    // "high", "normal" or "low"
	AutoSubmitted string    // "auto-generated", "auto-replied"; RFC 3834 §5
	ReceiptTo     []Address // who is told that the message was displayed, if its reader agrees
	FeedbackID    string    // "campaign:customer:kind:sender", by which Gmail counts complaints
	Headers       [][2]string

	Signers []Signer // see Message.Sign

	EnvelopeFrom *string // nil: from the header; "" is the null sender
	EnvelopeTo   []string
}

// Compose builds a message: the simplest tree that holds all its pieces, and the header. The error is an *Error.
func Compose(s Spec, env *Env) (*Message, error) {
	if err := s.expand(); err != nil {
		return nil, err
	}
	root, err := s.tree()
	if err != nil {
		return nil, err
	}
	m := AsMessage(root, env)
	m.signers = s.Signers
	if err := s.fillHeader(root.header); err != nil {
		return nil, err
	}
	if err := m.SetEnvelope(s.EnvelopeFrom, s.EnvelopeTo); err != nil {
		return nil, err
	}
	if s.HTML != nil {
		m.warnings = cidWarnings(*s.HTML, s.Inline)
	}
	m.warnings = append(m.warnings, s.warnings()...)
	return m, nil
}

// tree nests mixed(alternative(text, related(html, inline …)), attachment …), leaving out every level with one child.
func (s *Spec) tree() (*Part, error) {
	body, err := s.body()
	if err != nil {
		return nil, err
	}
	parts := s.Attachments
	if body != nil {
		parts = append([]*Part{body}, s.Attachments...)
	}
	if len(parts) == 1 {
		if body == nil {
			return parts[0].asRoot(), nil // its header becomes the message's
		}
		return body, nil
	}
	return NewMultipart("mixed", parts)
}

// body gives the forms of the text, poorest first; nil when there is no text but something else to send.
func (s *Spec) body() (*Part, error) { // RFC 2046 §5.1.4
	var forms []*Part
	text, err := s.plain()
	if err != nil {
		return nil, err
	}
	if text != nil {
		forms = append(forms, text)
	}
	for _, p := range s.Alternatives {
		if p.MediaType() == ampType {
			forms = append(forms, p)
		}
	}
	page, err := s.page()
	if err != nil {
		return nil, err
	}
	if page != nil {
		forms = append(forms, page)
	}
	for _, p := range s.Alternatives {
		if p.MediaType() != ampType {
			forms = append(forms, p)
		}
	}
	return s.oneOf(forms)
}

const ampType = "text/x-amp-html"

func (s *Spec) oneOf(forms []*Part) (*Part, error) {
	switch len(forms) {
	case 0:
		return nil, nil
	case 1:
		if len(s.Alternatives) > 0 {
			return forms[0].asRoot(), nil
		}
		return forms[0], nil
	default:
		return NewMultipart("alternative", forms)
	}
}

// plain is the text as given, derived from the page, or empty when there is nothing else to send.
func (s *Spec) plain() (*Part, error) {
	switch {
	case s.Text != nil:
		return NewText(*s.Text, "plain", s.Charset)
	case s.HTML != nil:
		return s.derived()
	case len(s.Alternatives) == 0 && len(s.Attachments) == 0 && len(s.Inline) == 0:
		return NewText("", "plain", s.Charset)
	default:
		return nil, nil
	}
}

// derived makes a text of the page. It may hold signs, such as bullets, that the charset lacks; UTF-8 has them all.
func (s *Spec) derived() (*Part, error) {
	text := HTMLToText(*s.HTML)
	if p, err := NewText(text, "plain", s.Charset); err == nil {
		return p, nil
	}
	return NewText(text, "plain", "")
}

// page is the HTML with the pictures it shows. Pictures without a page become attachments.
func (s *Spec) page() (*Part, error) {
	if s.HTML == nil {
		s.Attachments = append(append([]*Part(nil), s.Inline...), s.Attachments...)
		return nil, nil
	}
	page, err := NewText(*s.HTML, "html", s.Charset)
	if err != nil || len(s.Inline) == 0 {
		return page, err
	}
	return NewMultipart("related", append([]*Part{page}, s.Inline...))
}

// cidWarnings compares the pictures that a page asks for with those that are there.
func cidWarnings(page string, inline []*Part) []string {
	wanted := make(map[string]bool)
	for ref := range cidReferences(page) {
		wanted[ref] = true
	}
	var list []string
	for _, p := range inline {
		id := p.CID()
		if id == "" || !wanted[id] {
			list = append(list, "the page does not show the inline part "+p.describe()+" cid:"+id)
		}
		delete(wanted, id)
	}
	for _, ref := range slices.Sorted(maps.Keys(wanted)) {
		list = append(list, "the page shows cid:"+ref+", which no inline part has")
	}
	return list
}

// cidReferences gives the identifiers in the attributes of a page, percent-encoding undone.
func cidReferences(page string) map[string]bool { // RFC 2392 §2
	refs := make(map[string]bool)
	if !strings.Contains(page, "cid:") {
		return refs
	}
	z := html.NewTokenizer(strings.NewReader(page))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		for _, a := range z.Token().Attr {
			for rest := a.Val; ; {
				_, after, found := strings.Cut(rest, "cid:")
				if !found {
					break
				}
				end := strings.IndexAny(after, "'\") \t;,")
				if end < 0 {
					end = len(after)
				}
				if id, err := url.PathUnescape(after[:end]); err == nil {
					refs[id] = true
				}
				rest = after[end:]
			}
		}
	}
	return refs
}
