package mime

import "bytes"

// layout is the frame taken apart, for one choice of transfer encodings.
type layout struct {
	pieces   []piece
	eightBit bool  // an octet of the frame is beyond ASCII
	size     int64 // of the frame
}

// piece is a run of octets that all messages share, or the place of something personal.
type piece struct {
	what    byte // 0: octets; 's': a segment of its own; else what markOf says
	number  int
	data    []byte
	dotSafe bool
	segment segment
}

// layOut writes the frame. Leaves whose bits are set in mask are taken to be 8-bit.
func (p *plan) layOut(eightBit bool, mask int) (*layout, error) {
	p.markLeaves(mask)
	w := &writer{eightBit: eightBit, dotSafe: true}
	if err := w.message(p.frame); err != nil {
		return nil, err
	}
	if !w.endsLine && !p.whole {
		w.lit("\r\n")
	}
	w.flush()
	l := &layout{eightBit: w.octets8 && mask == 0}
	for _, s := range w.segments {
		if s.part != nil || len(s.data) > mergeLimit && bytes.IndexByte(s.data, 1) < 0 {
			l.pieces = append(l.pieces, piece{what: 's', segment: s})
			l.size += s.octets
			continue
		}
		l.cut(s.data)
	}
	if err := p.check(l); err != nil {
		return nil, err
	}
	l.join()
	return l, nil
}

// joinLimit is the size up to which neighbouring shared octets are copied together: fewer pieces, fewer writes.
const joinLimit = 1 << 20

// join makes one segment of neighbours that all messages share, unless they are short enough to be copied anyway.
func (l *layout) join() {
	var out []piece
	for from := 0; from < len(l.pieces); {
		to, octets, large := from, 0, false
		for to < len(l.pieces) && l.pieces[to].shared() != nil && octets <= joinLimit {
			octets += len(l.pieces[to].shared())
			large = large || l.pieces[to].what == 's'
			to++
		}
		if to-from < 2 || !large || octets > joinLimit {
			to = max(to, from+1)
			out = append(out, l.pieces[from:to]...)
		} else {
			out = append(out, joined(l.pieces[from:to], octets))
		}
		from = to
	}
	l.pieces = out
}

func joined(pieces []piece, octets int) piece {
	s := segment{data: make([]byte, 0, octets), dotSafe: true}
	for i := range pieces {
		s.data = append(s.data, pieces[i].shared()...)
		s.dotSafe = s.dotSafe && (pieces[i].dotSafe || pieces[i].segment.dotSafe)
	}
	return piece{what: 's', segment: s}
}

// shared gives octets that are the same in all messages, or nil.
func (x *piece) shared() []byte {
	switch {
	case x.what == 0:
		return x.data
	case x.what == 's' && x.segment.part == nil:
		return x.segment.data
	default:
		return nil
	}
}

// markLeaves puts marks into the leaves. A leaf in mask gets an octet beyond ASCII with its mark.
func (p *plan) markLeaves(mask int) {
	for i := range p.leaves {
		mark := markOf('b', i)
		if mask&(1<<i) != 0 {
			mark = append(mark, "ü"...)
		}
		p.leaves[i].part.content = lineContent(mark)
	}
}

const markLength = 6

// cut divides octets at their marks.
func (l *layout) cut(b []byte) {
	for len(b) > 0 {
		at := bytes.IndexByte(b, 1)
		if at < 0 || len(b)-at < markLength || !bytes.Equal(b[at+3:at+markLength], []byte{2, 1, 2}) {
			at = len(b)
		}
		if at > 0 {
			l.octets(b[:at])
		}
		if b = b[at:]; len(b) > 0 {
			l.pieces = append(l.pieces, piece{what: b[1], number: int(b[2] - '0')})
			if b = b[markLength:]; l.pieces[len(l.pieces)-1].what == 'b' {
				b = bytes.TrimPrefix(b, []byte("ü"))
			}
		}
	}
}

// octets adds what all messages share. Before a leaf it ends with the label of its encoding, which the leaf writes.
func (l *layout) octets(b []byte) {
	safe := b[0] != '.' && !bytes.Contains(b, []byte("\n."))
	l.pieces = append(l.pieces, piece{data: b, dotSafe: safe})
	l.size += int64(len(b))
}

// check cuts the labels before leaves off and wants every mark to be there once.
func (p *plan) check(l *layout) error {
	count := map[byte]int{}
	for i := range l.pieces {
		x := &l.pieces[i]
		count[x.what]++
		if x.what != 'b' {
			continue
		}
		if i == 0 || l.pieces[i-1].what != 0 || x.number >= len(p.leaves) {
			return errFrame
		}
		before := &l.pieces[i-1]
		short, ok := bytes.CutSuffix(before.data, []byte("\r\n\r\n"))
		label := bytes.LastIndex(short, []byte("\r\nContent-Transfer-Encoding: "))
		if !ok || label < 0 {
			return errFrame
		}
		before.data = before.data[:label+2]
	}
	h := p.frame.header
	for what, want := range map[byte]int{'f': len(p.fields), 'b': len(p.leaves), 'd': h.marked("date"), 'm': h.marked("message-id")} {
		if what == 'm' && p.field("message-id") != nil {
			want = 0
		}
		if count[what] != want {
			return errFrame
		}
	}
	return nil
}

// marked is 1 when a field is a mark.
func (h *Header) marked(key string) int {
	if f := h.find(key); f != nil && f.kind == kindRaw {
		return 1
	}
	return 0
}

var errFrame = &Error{What: "the content of a part holds the marks of a template"}
