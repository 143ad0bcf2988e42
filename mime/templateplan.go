package mime

import (
	"slices"
	"strings"
)

// plan is what the short way of a template needs: the frame of all its messages, with a mark where something personal
// goes. The frame is written by the general code, so that it cannot differ from it.
type plan struct {
	frame  *Message
	fields []planField // personal fields, in the order of the header
	hidden []planField // Bcc
	leaves []planLeaf
	whole  bool // the one leaf is the whole message: its end is the message's

	from       planSender
	recipients []planRecipients
	envelope   []Gapped // recipients given for the envelope, when one has gaps
	idDomain   string   // of the Message-ID; "" is the author's
	authors    bool     // From may have one address only
	given      bool     // the recipients are those given for the envelope, repetitions among them
	plain      bool     // whatever address is always the same is local@domain without quotes
}

// planSender tells where the envelope's sender comes from.
type planSender struct {
	address string  // when it is always the same
	gapped  *Gapped // when it was given for the envelope
	key     string  // else the field
}

// planRecipients are those of one field: always the same, or the key of a personal field.
type planRecipients struct {
	key  string
	list []string
}

// newPlan gives nil for a template whose messages must all be composed the general way.
func newPlan(s *TemplateSpec, env *Env) (*plan, error) {
	if !s.plannable() {
		return nil, nil
	}
	skeleton, err := s.fill(filling{dummy: true})
	if err != nil {
		return nil, err
	}
	given := slices.Concat(s.Inline, s.Attachments, s.Alternatives)
	frame, err := Compose(skeleton, env)
	if err != nil {
		return nil, err
	}
	if err := frame.fixBelow(env); err != nil {
		return nil, err
	}
	p := &plan{frame: frame}
	if !p.findLeaves(s, given) || !p.setPeople(s) || frame.needsUTF8() {
		return nil, nil
	}
	p.setOthers(s)
	p.markFields(s)
	p.setPlain()
	return p, nil
}

// plannable tells whether the general code treats each field alone, and only fields have gaps.
func (s *TemplateSpec) plannable() bool {
	if exact(s.Signers) {
		return false
	}
	if s.Charset != "" && !strings.EqualFold(s.Charset, utf8Name) {
		return false
	}
	seen := map[string]bool{"feedback-id": !s.FeedbackID.empty(), "disposition-notification-to": len(s.ReceiptTo) > 0}
	for _, h := range s.Headers {
		key := strings.ToLower(h.Name)
		if seen[key] || !freeField(key) {
			return false
		}
		seen[key] = true
	}
	return true
}

// freeField tells that no other part of the specification sets a field or looks at it.
func freeField(key string) bool {
	for _, prefix := range []string{"content-", "list-", "resent-", "."} {
		if strings.HasPrefix(key, prefix) {
			return false
		}
	}
	switch key {
	case "from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version",
		"x-priority", "importance", "priority", "auto-submitted":
		return false
	}
	return true
}

// setPeople notes where the envelope comes from. It gives false when only the general code knows.
func (p *plan) setPeople(s *TemplateSpec) bool {
	for _, people := range s.people() {
		if len(people.list) == 0 {
			continue
		}
		key := strings.ToLower(people.name)
		if !slices.ContainsFunc(people.list, func(a GappedAddress) bool { return !a.fixed() }) {
			continue
		}
		f := planField{name: people.name, key: key, kind: specOf(people.name, key).kind, people: people.list, form: formPeople}
		if key == "bcc" {
			p.hidden = append(p.hidden, f)
		} else {
			p.fields = append(p.fields, f)
		}
	}
	p.authors = len(s.Sender) == 0
	p.idDomain = p.frame.senderDomain()
	if p.field("from") != nil || len(s.From) == 0 && p.field("sender") != nil {
		p.idDomain = ""
	}
	return p.setSender(s) && p.setRecipients(s)
}

func (p *plan) setSender(s *TemplateSpec) bool {
	key := "sender"
	if len(s.Sender) == 0 {
		key = "from"
	}
	switch {
	case s.EnvelopeFrom != nil && s.EnvelopeFrom.fixed():
		p.from.address = *p.frame.from
	case s.EnvelopeFrom != nil:
		p.from.gapped = s.EnvelopeFrom
	case p.field(key) != nil:
		p.from.key = key
	default:
		address, err := p.frame.sender("")
		if err != nil {
			return false
		}
		p.from.address = address
	}
	return true
}

func (p *plan) setRecipients(s *TemplateSpec) bool {
	p.given = len(s.EnvelopeTo) > 0
	if slices.ContainsFunc(s.EnvelopeTo, func(g Gapped) bool { return !g.fixed() }) {
		p.envelope = s.EnvelopeTo
		return true
	}
	if p.given {
		p.recipients = []planRecipients{{list: p.frame.to}}
		return true
	}
	for _, key := range []string{"to", "cc", "bcc"} {
		if p.field(key) != nil {
			p.recipients = append(p.recipients, planRecipients{key: key})
		} else if f := p.frame.header.find(key); f != nil {
			var list []string
			for _, box := range mailboxes(f.groups) {
				list = append(list, box.wire())
			}
			p.recipients = append(p.recipients, planRecipients{list: list})
		}
	}
	return len(p.recipients) > 0
}

// setPlain looks at the addresses that never change.
func (p *plan) setPlain() {
	p.plain = p.from.address == "" || plainAddress(p.from.address)
	for _, r := range p.recipients {
		for _, address := range r.list {
			p.plain = p.plain && plainAddress(address)
		}
	}
}

func (p *plan) field(key string) *planField {
	for _, list := range [][]planField{p.fields, p.hidden} {
		for i := range list {
			if list[i].key == key {
				return &list[i]
			}
		}
	}
	return nil
}

// setOthers notes the fields that hold no addresses.
func (p *plan) setOthers(s *TemplateSpec) {
	p.text("Subject", s.Subject, true)
	if !s.MessageID.fixed() {
		p.fields = append(p.fields, identifierField(s.MessageID))
	}
	p.list("In-Reply-To", s.InReplyTo, joinBlank)
	p.list("References", s.References, joinBlank)
	if l := s.List; l != nil {
		p.text("List-ID", l.ID, true)
		for _, field := range l.fields() {
			p.list(field.name, field.items, urls)
		}
		if f := p.field("list-unsubscribe"); f != nil {
			f.oneClick = l.OneClick
		}
	}
	p.text("Feedback-ID", s.FeedbackID, true)
	if f := p.field("feedback-id"); f != nil {
		f.fault, f.form = feedbackFault, formGeneral
	}
	for _, h := range s.Headers {
		p.text(h.Name, h.Value, false)
	}
}

func joinBlank(list []string) string { return strings.Join(list, " ") }

func (p *plan) text(name string, g Gapped, optional bool) {
	if !g.fixed() {
		p.fields = append(p.fields, textField(name, g, optional))
	}
}

func (p *plan) list(name string, items []Gapped, join func([]string) string) {
	if slices.ContainsFunc(items, func(g Gapped) bool { return !g.fixed() }) {
		p.fields = append(p.fields, listField(name, items, join))
	}
}

// markFields puts marks into the header of the frame.
func (p *plan) markFields(s *TemplateSpec) {
	h := p.frame.header
	for i := range p.fields {
		f := &p.fields[i]
		*h.find(f.key) = markField(f.name, f.key, markOf('f', i))
	}
	if s.Date.IsZero() {
		h.fields = append(h.fields, markField("Date", "date", markOf('d', 0)))
	}
	if s.MessageID.empty() {
		h.fields = append(h.fields, markField("Message-ID", "message-id", markOf('m', 0)))
	}
}

func markField(name, key string, mark []byte) field {
	return field{name: name, key: key, kind: kindRaw, wire: mark}
}

// markOf is a mark in the frame: a control character, a letter that says what goes there, and a number. No field can
// hold a control character; a body that holds a mark is found out when the frame is taken apart.
func markOf(what byte, number int) []byte { return []byte{1, what, byte('0' + number), 2, 1, 2} } //nolint:gosec // numbers are small

// findLeaves finds the texts that have gaps, and puts marks in their place.
func (p *plan) findLeaves(s *TemplateSpec, given []*Part) bool {
	gapped := func(g *Gapped) bool { return g != nil && !g.fixed() }
	derived := s.Text == nil && gapped(s.HTML)
	_ = p.frame.Walk(func(part *Part, _ int) error {
		if part.multi || part.message != nil || slices.Contains(given, part) {
			return nil
		}
		switch part.MediaType() {
		case "text/plain":
			if gapped(s.Text) {
				p.leaves = append(p.leaves, newPlanLeaf(part, *s.Text))
			} else if derived {
				p.leaves = append(p.leaves, planLeaf{part: part, text: *s.HTML, derived: true})
			}
		case "text/html":
			if gapped(s.HTML) {
				p.leaves = append(p.leaves, newPlanLeaf(part, *s.HTML))
			}
		}
		return nil
	})
	want := 0
	for _, has := range []bool{gapped(s.Text), gapped(s.HTML), derived} {
		if has {
			want++
		}
	}
	p.whole = len(p.leaves) == 1 && p.leaves[0].part == p.frame.Part
	return len(p.leaves) == want && len(p.fields) < 64
}
