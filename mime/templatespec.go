package mime

import (
	"strings"
	"time"
)

// TemplateSpec is a Spec whose texts have gaps. Parts are the same in every message, and encoded once.
type TemplateSpec struct {
	From, To, Cc, Bcc, ReplyTo, Sender, ReceiptTo []GappedAddress

	Subject Gapped
	Text    *Gapped
	HTML    *Gapped
	Charset string

	Inline, Attachments, Alternatives []*Part
	Calendar                          *CalendarSpec

	List          *GappedList
	InReplyTo     []Gapped
	References    []Gapped
	Date          time.Time
	MessageID     Gapped
	Priority      string
	AutoSubmitted string
	FeedbackID    Gapped
	Headers       []GappedHeader

	Signers []Signer

	EnvelopeFrom *Gapped
	EnvelopeTo   []Gapped
}

// GappedList is a ListSpec whose texts have gaps.
type GappedList struct {
	ID          Gapped
	Unsubscribe []Gapped
	OneClick    bool
	Subscribe   []Gapped
	Post        []Gapped
	Owner       []Gapped
	Help        []Gapped
	Archive     []Gapped
}

// listURLs is a field of URLs.
type listURLs struct {
	name  string
	items []Gapped
}

// fields are those with URLs, in the order of the header.
func (l *GappedList) fields() []listURLs {
	return []listURLs{
		{"List-Unsubscribe", l.Unsubscribe},
		{"List-Subscribe", l.Subscribe},
		{"List-Post", l.Post},
		{"List-Owner", l.Owner},
		{"List-Help", l.Help},
		{"List-Archive", l.Archive},
	}
}

// GappedHeader is a header field with gaps in its value.
type GappedHeader struct {
	Name  string
	Value Gapped
}

// filling says how gaps are filled: with values, or, to look at the frame of all messages, with something that is valid
// where the gap is.
type filling struct {
	values []string
	dummy  bool
}

func (f filling) text(g *Gapped, dummy string) string {
	if f.dummy && !g.fixed() {
		return dummy
	}
	return g.fill(f.values)
}

func (f filling) texts(list []Gapped, dummy string) []string {
	var out []string
	for i := range list {
		out = append(out, f.text(&list[i], dummy))
	}
	return out
}

func (f filling) pointer(g *Gapped, dummy string) *string {
	if g == nil {
		return nil
	}
	text := f.text(g, dummy)
	return &text
}

// What is valid in a gap.
const (
	dummyDomain  = "gap.invalid" // RFC 2606 §2
	dummyAddress = "gap@" + dummyDomain
	dummyID      = "<" + dummyAddress + ">"
	dummyURL     = "https://" + dummyDomain + "/"
)

// Fill puts values into the gaps. The error is an *Error.
func (s *TemplateSpec) Fill(values []string) (Spec, error) { return s.fill(filling{values: values}) }

func (s *TemplateSpec) fill(f filling) (Spec, error) {
	out := Spec{
		Subject: f.text(&s.Subject, "gap"), Text: f.pointer(s.Text, "gap"), HTML: f.pointer(s.HTML, "gap"), Charset: s.Charset,
		Inline: s.Inline, Attachments: s.Attachments, Alternatives: s.Alternatives, Calendar: s.Calendar,
		InReplyTo: f.texts(s.InReplyTo, dummyID), References: f.texts(s.References, dummyID), Date: s.Date,
		MessageID: f.text(&s.MessageID, dummyID), Priority: s.Priority, AutoSubmitted: s.AutoSubmitted, Signers: s.Signers, FeedbackID: f.text(&s.FeedbackID, "sender"),
		EnvelopeFrom: f.pointer(s.EnvelopeFrom, dummyAddress), EnvelopeTo: f.texts(s.EnvelopeTo, dummyAddress),
	}
	if l := s.List; l != nil {
		out.List = &ListSpec{
			ID: f.text(&l.ID, dummyDomain), Unsubscribe: f.texts(l.Unsubscribe, dummyURL), OneClick: l.OneClick,
			Subscribe: f.texts(l.Subscribe, dummyURL), Post: f.texts(l.Post, dummyURL), Owner: f.texts(l.Owner, dummyURL),
			Help: f.texts(l.Help, dummyURL), Archive: f.texts(l.Archive, dummyURL),
		}
	}
	for i := range s.Headers {
		h := &s.Headers[i]
		out.Headers = append(out.Headers, [2]string{h.Name, f.text(&h.Value, dummyOf(h.Name))})
	}
	for _, people := range s.people() {
		list, err := f.addresses(people.name, people.list)
		if err != nil {
			return out, err
		}
		*people.in(&out) = list
	}
	return out, nil
}

// peopleField is an address field of the spec.
type peopleField struct {
	name string
	list []GappedAddress
	in   func(*Spec) *[]Address
}

func (s *TemplateSpec) people() []peopleField {
	return []peopleField{
		{"From", s.From, func(o *Spec) *[]Address { return &o.From }},
		{"Sender", s.Sender, func(o *Spec) *[]Address { return &o.Sender }},
		{"Reply-To", s.ReplyTo, func(o *Spec) *[]Address { return &o.ReplyTo }},
		{"To", s.To, func(o *Spec) *[]Address { return &o.To }},
		{"Cc", s.Cc, func(o *Spec) *[]Address { return &o.Cc }},
		{"Bcc", s.Bcc, func(o *Spec) *[]Address { return &o.Bcc }},
		{"Disposition-Notification-To", s.ReceiptTo, func(o *Spec) *[]Address { return &o.ReceiptTo }},
	}
}

// dummyOf gives a value that a field may have, as far as a few words can.
func dummyOf(name string) string {
	switch specOf(name, strings.ToLower(name)).kind {
	case kindAddresses, kindMailbox:
		return dummyAddress
	case kindID, kindIDs:
		return dummyID
	case kindURLs:
		return dummyURL
	case kindListID:
		return dummyDomain
	case kindDate:
		return "2000-01-01"
	default:
		return "gap"
	}
}

// valuesNeeded is the number of values that all gaps together ask for.
func (s *TemplateSpec) valuesNeeded() int {
	n := max(s.Subject.values(), s.MessageID.values(), s.FeedbackID.values())
	add := func(list ...*Gapped) {
		for _, g := range list {
			if g != nil {
				n = max(n, g.values())
			}
		}
	}
	add(s.Text, s.HTML, s.EnvelopeFrom)
	for _, list := range [][]Gapped{s.InReplyTo, s.References, s.EnvelopeTo} {
		for i := range list {
			add(&list[i])
		}
	}
	if s.List != nil {
		add(&s.List.ID)
		for _, field := range s.List.fields() {
			for i := range field.items {
				add(&field.items[i])
			}
		}
	}
	for i := range s.Headers {
		add(&s.Headers[i].Value)
	}
	for _, people := range s.people() {
		for i := range people.list {
			a := &people.list[i]
			add(&a.List, &a.Name, &a.Address)
		}
	}
	return n
}
