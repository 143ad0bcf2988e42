package mime

import (
	"sync"
	"sync/atomic"
	"time"
)

// Template makes messages that differ in a few values only. What they share is checked and encoded once. A message is
// what Compose would make of the filled specification, octet by octet, but for its boundaries, which all messages of
// a template share. It may be used by several goroutines at once.
type Template struct {
	spec       TemplateSpec
	env        *Env
	boundaries []string // in the order of the tree
	plan       *plan    // nil: every message is composed
	warnings   []string
	needed     int // values

	mu      sync.Mutex // held while the frame is laid out
	layouts [1 + 1<<templateLeaves]atomic.Pointer[layout]
	same    atomic.Bool  // the frame is the same for 7-bit and 8-bit
	way     atomic.Bool  // whether 8-bit was allowed when last asked
	size    atomic.Int64 // of the largest personal buffer so far
	clock   atomic.Pointer[stamp]
	fillers sync.Pool
	slabs   sync.Pool // of *slab
}

// stamp is a date as it was last written.
type stamp struct {
	second int64
	place  *time.Location
	text   string
}

// date gives the time as it stands in a Date field. Most messages are made in the same second as the one before.
func (t *Template) date() (string, error) {
	now := t.env.Now()
	if last := t.clock.Load(); last != nil && last.second == now.Unix() && last.place == now.Location() {
		return last.text, nil
	}
	if err := checkYear("Date", now); err != nil {
		return "", err
	}
	s := &stamp{now.Unix(), now.Location(), now.Format(dateLayout)}
	t.clock.Store(s)
	return s.text, nil
}

// templateLeaves is how many texts may have gaps.
const templateLeaves = 2

// NewTemplate checks what does not depend on values. The error is an *Error.
func NewTemplate(spec TemplateSpec, env *Env) (*Template, error) {
	t := &Template{spec: spec, env: env, needed: spec.valuesNeeded()}
	t.spec.Inline, t.spec.Attachments, t.spec.Alternatives = cloned(spec.Inline), cloned(spec.Attachments), cloned(spec.Alternatives)
	t.warnings = t.spec.warnings()
	if c := spec.Calendar; c != nil { // the same for all: as parts, the frame can hold it
		invite, file, err := c.parts()
		if err != nil {
			return nil, err
		}
		t.spec.Alternatives, t.spec.Attachments, t.spec.Calendar = append(t.spec.Alternatives, invite), append(t.spec.Attachments, file), nil
	}
	p, err := newPlan(&t.spec, env)
	if err != nil {
		return nil, err
	}
	t.plan = p
	if p != nil {
		t.boundaries = p.frame.boundariesBelow(nil)
	}
	return t, nil
}

// cloned makes parts that nobody else changes. Their contents stay shared.
func cloned(parts []*Part) []*Part {
	var out []*Part
	for _, p := range parts {
		out = append(out, p.Clone())
	}
	return out
}

// boundariesBelow lists the boundaries in the order of the tree.
func (p *Part) boundariesBelow(list []string) []string {
	if b := p.boundary.Load(); b != nil {
		list = append(list, *b)
	}
	for _, child := range p.children {
		list = child.boundariesBelow(list)
	}
	return list
}

// adopt gives the multiparts their boundaries, in the same order.
func (p *Part) adopt(list []string) []string {
	if p.multi && len(list) > 0 {
		p.boundary.CompareAndSwap(nil, &list[0])
		list = list[1:]
	}
	for _, child := range p.children {
		list = child.adopt(list)
	}
	return list
}

// Render fills the gaps. There must be a value for every gap; values may be reused afterwards. Whatever is wrong with
// the values is found here: the error is an *Error that names the field.
func (t *Template) Render(values []string) (*Rendered, error) {
	if len(values) < t.needed {
		return nil, &Error{Field: "template", What: "values are missing: " + itoa(len(values)) + " of " + itoa(t.needed)}
	}
	r := &Rendered{template: t}
	r.values = append(r.fewValues[:0], values...)
	if t.plan != nil && r.fill(t.way.Load()) {
		return r, nil
	}
	whole, err := t.compose(r.values)
	if err != nil {
		return nil, err
	}
	r.whole = whole
	return r, nil
}

// compose is the general way. The message shares no part with the template, so that it may be changed.
func (t *Template) compose(values []string) (*Message, error) {
	spec, err := t.spec.Fill(values)
	if err != nil {
		return nil, err
	}
	m, err := Compose(spec, t.env)
	if err != nil {
		return nil, err
	}
	m.adopt(t.boundaries)
	return m.copy(), nil
}

// bufferMax bounds the buffers that are made on the strength of earlier messages.
const bufferMax = 64 << 10

// learn notes how much room a message took: the next will take as much, but not because one in a thousand is long.
func (t *Template) learn(octets int) {
	n, room := int64(min(octets, bufferMax)), t.size.Load()
	switch {
	case n > room:
		t.size.Store(n)
	case n < room/2:
		t.size.Store(room - room/8)
	}
}

// layoutFor gives the frame for texts of which those in mask are 8-bit, or nil when it cannot be written.
func (t *Template) layoutFor(eightBit bool, mask int) *layout {
	index := 0
	if eightBit {
		index = 1 + mask
	}
	if l := t.layouts[index].Load(); l != nil {
		return l
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	// The second time contents that are worth it have been kept.
	for range 2 {
		l, err := t.plan.layOut(eightBit, mask)
		if err != nil {
			return nil
		}
		t.layouts[index].Store(l)
	}
	if seven, eight := t.layouts[0].Load(), t.layouts[1].Load(); seven != nil && eight != nil {
		t.same.Store(seven.equal(eight))
	}
	return t.layouts[index].Load()
}

// equal tells whether two frames are the same, octet by octet.
func (l *layout) equal(other *layout) bool {
	if len(l.pieces) != len(other.pieces) || l.eightBit != other.eightBit {
		return false
	}
	for i := range l.pieces {
		a, b := &l.pieces[i], &other.pieces[i]
		if a.what != b.what || a.number != b.number || string(a.data) != string(b.data) || string(a.segment.data) != string(b.segment.data) {
			return false
		}
	}
	return true
}
