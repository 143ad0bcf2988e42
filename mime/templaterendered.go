package mime

import (
	"encoding/hex"
	"io"
	"slices"
	"sync"
	"time"
)

// Rendered is a message of a template. It is a Message to whoever sends it, at a fraction of the cost; Message makes
// it one to whoever wants to look at it or change it. It never changes, and any number of goroutines may send it.
type Rendered struct {
	template *Template
	values   []string
	whole    *Message // when the general code had to make it

	from     string
	to       []string
	plain    bool
	eightBit bool // what it was encoded for
	lines7   bool // all personal texts are 7-bit
	buf      []byte
	encoded  encodedMessage
	dateAt   int
	idAt     int

	mu     sync.Mutex // held while Date and Message-ID are settled, and for what follows
	fixed  bool
	token  string          // of the Message-ID; "": a random one
	at     time.Time       // of signing
	signed bool            // encoded bears its signatures
	other  *encodedMessage // for the other kind of server

	fewValues   [4]string
	fewAddress  [2]string
	fewSegments [1]segment
}

// fill writes the message for one kind of server. It gives false when only the general code can.
func (r *Rendered) fill(eightBit bool) bool {
	t := r.template
	w, _ := t.fillers.Get().(*filler)
	if w == nil {
		w = &filler{}
	}
	w.begin(r, t.room(int(t.size.Load())+64))
	ok := r.fillWith(w, eightBit) && r.take(w, eightBit)
	w.release()
	t.fillers.Put(w)
	return ok
}

func (r *Rendered) fillWith(w *filler, eightBit bool) bool {
	t := r.template
	special := t.plan.special()
	if !special {
		if l := t.layoutFor(eightBit, 0); l != nil && w.write(l) {
			r.lines7 = true
			return true
		}
		if !w.texts {
			return false
		}
		w.begin(r, w.buf[:0])
	}
	mask, ok := w.fillLeaves(eightBit)
	if !ok {
		return false
	}
	l := t.layoutFor(eightBit, mask)
	return l != nil && w.write(l)
}

// special tells whether some text needs the general code whatever the values are.
func (p *plan) special() bool {
	for i := range p.leaves {
		if p.leaves[i].special || p.leaves[i].derived {
			return true
		}
	}
	return false
}

// take keeps what the filler wrote.
func (r *Rendered) take(w *filler, eightBit bool) bool {
	var ok bool
	if r.from, r.to, r.plain, ok = w.envelope(); !ok {
		return false
	}
	r.buf, r.eightBit, r.dateAt, r.idAt = w.buf, eightBit, w.dateAt, w.idAt
	w.encode(&r.encoded, r.fewSegments[:0])
	r.template.learn(len(w.buf))
	return true
}

// encode makes segments of the spans.
func (w *filler) encode(e *encodedMessage, segments []segment) {
	if cap(segments) < len(w.spans) {
		segments = make([]segment, 0, len(w.spans))
	}
	for i := range w.spans {
		s := &w.spans[i]
		if s.from < s.to {
			segments = append(segments, segment{data: w.buf[s.from:s.to:s.to], dotSafe: s.dotSafe})
		} else {
			segments = append(segments, s.shared)
		}
	}
	e.segments, e.size, e.eightBit = segments, w.size+int64(len(w.buf)), w.eightBit
}

// Envelope is that of the message, as Message.Envelope tells it.
func (r *Rendered) Envelope() (from string, to []string, needUTF8 bool, err error) {
	if r.whole != nil {
		return r.whole.Envelope()
	}
	return r.from, slices.Clone(r.to), false, nil
}

// WireEnvelope gives the envelope when it was checked that every address is local@domain of ASCII, without name, quotes
// and blanks, so that it may stand in MAIL and RCPT as it is; from may be "", the null sender. Otherwise ok is false.
// The slice must not be changed.
func (r *Rendered) WireEnvelope() (from string, to []string, ok bool) {
	if r.whole != nil || !r.plain {
		return "", nil, false
	}
	return r.from, r.to, true
}

// Encode is Message.Encode.
func (r *Rendered) Encode(eightBit, utf8 bool) (Encoded, error) {
	if r.whole != nil {
		return r.whole.Encode(eightBit, utf8)
	}
	eightBit = eightBit && len(r.template.spec.Signers) == 0 // RFC 6376 §5.3
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.fix(); err != nil {
		return nil, err
	}
	if utf8 {
		return r.general(eightBit, true)
	}
	t := r.template
	if r.eightBit == eightBit {
		return r.first()
	}
	if t.way.Store(eightBit); r.lines7 && t.layoutFor(eightBit, 0) != nil && t.same.Load() {
		return r.first()
	}
	return r.again(eightBit)
}

// first gives the message as it was filled, signed when it is first asked for.
func (r *Rendered) first() (Encoded, error) {
	if !r.signed {
		if err := r.encoded.sign(r.template.spec.Signers, r.at); err != nil {
			return nil, err
		}
		r.signed = true
	}
	return &r.encoded, nil
}

// again writes the message for the other kind of server.
func (r *Rendered) again(eightBit bool) (Encoded, error) {
	if r.other != nil {
		return r.other, nil
	}
	x := &Rendered{template: r.template, values: r.values}
	if !x.fill(eightBit) {
		return r.general(eightBit, false)
	}
	if x.dateAt > 0 {
		copy(x.buf[x.dateAt:], r.buf[r.dateAt:r.dateAt+len(dateHole)])
	}
	if x.idAt > 0 {
		copy(x.buf[x.idAt:], r.buf[r.idAt:r.idAt+idToken])
	}
	if err := x.encoded.sign(r.template.spec.Signers, r.at); err != nil {
		return nil, err
	}
	r.other = &x.encoded
	return r.other, nil
}

func (r *Rendered) general(eightBit, utf8 bool) (Encoded, error) {
	m, err := r.composed()
	if err != nil {
		return nil, err
	}
	return m.Encode(eightBit, utf8)
}

// fix settles Date and Message-ID.
func (r *Rendered) fix() error {
	if r.fixed {
		return nil
	}
	if r.dateAt > 0 {
		text, err := r.template.date()
		if err != nil {
			return err
		}
		copy(r.buf[r.dateAt:r.dateAt+len(dateHole)], text)
	}
	if r.idAt > 0 && r.token != "" {
		copy(r.buf[r.idAt:r.idAt+idToken], r.token)
	} else if r.idAt > 0 {
		token := r.buf[r.idAt : r.idAt+idToken]
		raw := token[idToken/2:] // what is read there is overwritten behind where it is read
		if _, err := io.ReadFull(r.template.env.Rand, raw); err != nil {
			return &Error{What: "no randomness for boundaries and identifiers", Err: err}
		}
		hex.Encode(token, raw)
	}
	if len(r.template.spec.Signers) > 0 {
		r.at = r.template.env.Now()
	}
	r.fixed = true
	return nil
}

// Snapshot settles Date, Message-ID and the time of signing, and gives the message for another goroutine, as Message.Snapshot does.
func (r *Rendered) Snapshot() (*Rendered, error) {
	if r.whole != nil {
		m, err := r.whole.Snapshot()
		return &Rendered{template: r.template, values: r.values, whole: m}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r, r.fix()
}

// Message gives the message as one that can be looked at and changed. What was settled by Encode stays. Every call
// gives another, unless the general code made the message anyway.
func (r *Rendered) Message() (*Message, error) {
	if r.whole != nil {
		return r.whole, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.composed()
}

func (r *Rendered) composed() (*Message, error) {
	m, err := r.template.compose(r.values)
	if err != nil || !r.fixed {
		return m, err
	}
	m.signedAt = r.at
	if r.dateAt > 0 {
		if err := m.header.Set("Date", string(r.buf[r.dateAt:r.dateAt+len(dateHole)])); err != nil {
			return nil, err
		}
	}
	if r.idAt > 0 {
		id := r.buf[r.idAt-1:]
		for i, c := range id {
			if c == '>' {
				return m, m.header.Set("Message-ID", string(id[:i+1]))
			}
		}
	}
	return m, nil
}
