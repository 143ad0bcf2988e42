package mime

import (
	"slices"
	"strings"
)

// filler writes one message by the plan of its template.
type filler struct {
	plan     *plan
	values   []string
	leaves   []filledLeaf // when a text is more than 7-bit lines
	lines    []filledLine // the lines with gaps of those texts
	plain    []byte       // their octets
	coded    []byte       // their octets as quoted-printable
	buf      []byte
	spans    []span
	start    int   // octets not yet in a span begin here
	size     int64 // of the spans that are shared
	dotSafe  bool  // of the octets since start
	eightBit bool

	author, sender string // the first addresses of From and Sender
	to, cc, bcc    []string
	kept           []string // what single addresses are kept in

	dateAt, idAt int // where Date and Message-ID go, or 0
	texts        bool
}

// span is a run of octets of the buffer, or a segment that messages share.
type span struct {
	from, to int
	shared   segment
	dotSafe  bool
}

// begin readies the filler for a message, or for another try at it.
func (w *filler) begin(r *Rendered, buf []byte) {
	*w = filler{
		plan: r.template.plan, values: r.values, dotSafe: true, kept: r.fewAddress[:0], buf: buf,
		spans: w.spans[:0], leaves: w.leaves[:0], lines: w.lines[:0], plain: w.plain[:0], coded: w.coded[:0],
	}
}

// release forgets what belongs to a message.
func (w *filler) release() {
	clear(w.spans)
	clear(w.leaves)
	*w = filler{spans: w.spans[:0], leaves: w.leaves[:0], lines: w.lines[:0], plain: w.plain[:0], coded: w.coded[:0]}
}

// trim forgets the filled lines from number n on.
func (w *filler) trim(n int) {
	var at filledLine
	if n > 0 {
		at = w.lines[n-1]
	}
	w.lines, w.plain, w.coded = w.lines[:n], w.plain[:at.plain], w.coded[:at.coded]
}

// fillLeaves fills the texts and tells which are 8-bit.
func (w *filler) fillLeaves(eightBit bool) (mask int, ok bool) {
	for i := range w.plan.leaves {
		leaf, ok := w.fillLeaf(&w.plan.leaves[i], eightBit)
		if !ok {
			return 0, false
		}
		w.leaves = append(w.leaves, leaf)
		if leaf.encoding == enc8Bit {
			mask |= 1 << i
		}
	}
	return mask, true
}

// keep gives a list of one address.
func (w *filler) keep(address string) []string {
	w.kept = append(w.kept, address)
	return w.kept[len(w.kept)-1:]
}

// flush makes a span of what was written.
func (w *filler) flush() {
	if w.start < len(w.buf) {
		w.spans = append(w.spans, span{from: w.start, to: len(w.buf), dotSafe: w.dotSafe})
		w.start, w.dotSafe = len(w.buf), true
	}
}

func (w *filler) share(s segment) {
	w.flush()
	w.spans = append(w.spans, span{shared: s})
	if w.size += int64(len(s.data)); s.part != nil {
		w.size += base64Size(s.octets)
	}
}

// shareLimit is the size up to which octets that messages share are copied: a segment of its own costs more.
const shareLimit = 4096

const (
	dateHole = "                               " // as long as dateLayout makes a date
	idToken  = 32                                // digits of a token
)

// write writes the whole message. It gives false when the general code must do it; texts tells that all would be well
// if the texts were encoded by that code.
func (w *filler) write(l *layout) bool {
	for i := range l.pieces {
		x := &l.pieces[i]
		ok := true
		switch x.what {
		case 0:
			w.frame(x)
		case 's':
			w.share(x.segment)
		case 'f':
			ok = w.field(&w.plan.fields[x.number])
		case 'b':
			ok = w.body(x.number)
		case 'd':
			w.buf = append(w.buf, "Date: "...)
			w.dateAt = len(w.buf)
			w.buf = append(append(w.buf, dateHole...), "\r\n"...)
		case 'm':
			ok = w.identifier()
		}
		if !ok {
			return false
		}
	}
	w.flush()
	w.eightBit = w.eightBit || l.eightBit
	return w.hidden()
}

func (w *filler) frame(x *piece) {
	if len(x.data) > shareLimit {
		w.share(segment{data: x.data, dotSafe: x.dotSafe})
		return
	}
	w.dotSafe = w.dotSafe && x.dotSafe
	w.buf = append(w.buf, x.data...)
}

func (w *filler) body(number int) bool {
	if len(w.leaves) > 0 {
		w.filled(&w.leaves[number], w.plan.leaves[number].lined)
		return true
	}
	w.texts = !w.leaf(&w.plan.leaves[number])
	return !w.texts
}

// identifier leaves room for a Message-ID.
func (w *filler) identifier() bool {
	domain := w.plan.idDomain
	if domain == "" && w.plan.frame.header.index("from") >= 0 {
		domain = w.author[strings.LastIndexByte(w.author, '@')+1:]
	} else if domain == "" {
		domain = w.sender[strings.LastIndexByte(w.sender, '@')+1:]
	}
	if !plainDomain(domain) {
		return false
	}
	w.buf = append(w.buf, "Message-ID: <"...)
	w.idAt = len(w.buf)
	w.buf = append(w.buf, dateHole...)
	w.buf = append(w.buf, ' ', '@')
	w.buf = append(w.buf, domain...)
	w.buf = append(w.buf, ">\r\n"...)
	return true
}

// hidden checks the fields that nobody sees, and takes their addresses.
func (w *filler) hidden() bool {
	end := len(w.buf)
	for i := range w.plan.hidden {
		if !w.field(&w.plan.hidden[i]) {
			return false
		}
		w.buf = w.buf[:end]
	}
	return true
}

// envelope gives sender and recipients; plain tells that they are of the form local@domain, without quotes.
func (w *filler) envelope() (from string, to []string, plain, ok bool) {
	from, plain, ok = w.from()
	if !ok {
		return "", nil, false, false
	}
	if w.plan.envelope != nil {
		for i := range w.plan.envelope {
			address, err := envelopeAddress("", w.plan.envelope[i].fill(w.values))
			if err != nil || address == "" || !isASCII(address) {
				return "", nil, false, false
			}
			to = append(to, address)
		}
	} else {
		to = w.recipients()
	}
	for _, address := range to {
		plain = plain && plainAddress(address)
	}
	return from, to, plain, len(to) > 0
}

func (w *filler) from() (from string, plain, ok bool) {
	p := w.plan
	switch {
	case p.from.gapped != nil:
		from = p.from.gapped.fill(w.values)
		if from == "" || plainAddress(from) {
			return from, true, true
		}
		address, err := envelopeAddress("", from)
		return address, false, err == nil && isASCII(address)
	case p.from.key == "from":
		return w.author, plainAddress(w.author), true
	case p.from.key == "sender":
		return w.sender, plainAddress(w.sender), true
	default:
		return p.from.address, p.plain, true
	}
}

// recipients lists every address once, as Message.recipients does.
func (w *filler) recipients() []string {
	var list []string
	for i := range w.plan.recipients {
		r := &w.plan.recipients[i]
		some := r.list
		switch r.key {
		case "to":
			some = w.to
		case "cc":
			some = w.cc
		case "bcc":
			some = w.bcc
		}
		if len(w.plan.recipients) == 1 {
			list = some
		} else {
			list = append(list, some...)
		}
	}
	if w.plan.given || len(list) < 2 {
		return list
	}
	return once(list)
}

func once(list []string) []string { // RFC 5321 §2.4
	seen := make(map[string]bool, len(list))
	return slices.DeleteFunc(slices.Clone(list), func(address string) bool {
		at := strings.LastIndexByte(address, '@')
		key := address[:at] + strings.ToLower(address[at:])
		defer func() { seen[key] = true }()
		return seen[key]
	})
}
