package sign

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math/bits"
)

// bodyHasher hashes a body in canonical form as it streams by. Lines end in CRLF; a CR or LF by itself is an octet
// like others. How the body is cut into pieces makes no difference.
type bodyHasher struct {
	to      io.Writer
	relaxed bool

	blank int64  // line breaks held back: those at the end of the body don't count
	space bool   // blanks were read, and nothing behind them yet; only when relaxed
	cr    bool   // a CR was read, and nothing behind it yet
	some  bool   // something was written
	short []byte // not yet in to
}

// hashBody gives the hash of a body, which each hands on in pieces.
func hashBody(relaxed bool, each func(f func(b []byte) error) error) ([]byte, error) {
	h := sha256.New()
	c := newBodyHasher(h, relaxed)
	if err := each(c.write); err != nil {
		return nil, err
	}
	c.end()
	return h.Sum(nil), nil
}

func newBodyHasher(to io.Writer, relaxed bool) *bodyHasher {
	return &bodyHasher{to: to, relaxed: relaxed, short: make([]byte, 0, 512)}
}

// write takes the next piece. Octets that stay as they are go on in the longest runs possible.
func (c *bodyHasher) write(b []byte) error {
	for len(b) > 0 {
		if !c.space && !c.cr {
			n := c.same(b)
			c.run(b[:n])
			if b = b[n:]; len(b) == 0 {
				break
			}
		}
		c.step(b[0])
		b = b[1:]
	}
	return nil
}

// same is the number of octets that stay as they are: up to blanks that change, or a last octet of which only the next
// piece will tell.
func (c *bodyHasher) same(b []byte) int {
	n := len(b)
	if c.relaxed {
		n = firstBlanks(b)
	}
	if n > 0 && b[n-1] == '\r' {
		n--
	}
	return n
}

// firstBlanks finds the first tab or the first space that is not a single one within a line; the last octet counts as
// one when it is a space. It looks at eight octets, and those behind them, at a time.
func firstBlanks(b []byte) int {
	i := 0
	for ; len(b)-i > 8; i += 8 {
		here, next := binary.LittleEndian.Uint64(b[i:]), binary.LittleEndian.Uint64(b[i+1:])
		found := equal(here, '\t') | equal(here, ' ')&(equal(next, ' ')|equal(next, '\t')|equal(next, '\r'))
		if found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(b); i++ {
		if b[i] == '\t' || b[i] == ' ' && (i+1 == len(b) || b[i+1] == ' ' || b[i+1] == '\t' || b[i+1] == '\r') {
			return i
		}
	}
	return len(b)
}

// equal has the high bit of every octet of w that is x.
func equal(w uint64, x byte) uint64 {
	const low = 0x7f7f7f7f7f7f7f7f
	w ^= uint64(x) * 0x0101010101010101
	return ^((w&low + low) | w | low)
}

// run writes octets that stay as they are, but for the line breaks at their end, which are held back.
func (c *bodyHasher) run(b []byte) {
	n := int64(0)
	for len(b) >= 2 && b[len(b)-1] == '\n' && b[len(b)-2] == '\r' {
		b = b[:len(b)-2]
		n++
	}
	if len(b) > 0 {
		c.put(b)
	}
	c.blank += n
}

// step takes one octet where what is kept depends on its neighbours.
func (c *bodyHasher) step(x byte) {
	if c.cr {
		c.cr = false
		if x == '\n' { // RFC 6376 §3.4.4
			c.space = false // blanks at the end of a line
			c.blank++
			return
		}
		c.octet('\r')
	}
	switch {
	case x == '\r':
		c.cr = true
	case c.relaxed && (x == ' ' || x == '\t'):
		c.space = true
	default:
		c.octet(x)
	}
}

// octet writes one octet, after the blanks before it, which become a space.
func (c *bodyHasher) octet(x byte) {
	c.breaks()
	if c.space {
		c.space = false
		c.one(' ')
	}
	c.one(x)
}

// put writes what is no line break at the end.
func (c *bodyHasher) put(b []byte) {
	c.breaks()
	if len(c.short)+len(b) <= cap(c.short) {
		c.short = append(c.short, b...)
		return
	}
	c.flush()
	_, _ = c.to.Write(b) // a hash takes everything
}

// breaks writes the line breaks that were held back, because there is something behind them.
func (c *bodyHasher) breaks() {
	c.some = true
	for ; c.blank > 0; c.blank-- {
		c.one('\r')
		c.one('\n')
	}
}

// one gathers single octets: a hash takes its time for every call.
func (c *bodyHasher) one(x byte) {
	if len(c.short) == cap(c.short) {
		c.flush()
	}
	c.short = append(c.short, x)
}

func (c *bodyHasher) flush() {
	_, _ = c.to.Write(c.short) // a hash takes everything
	c.short = c.short[:0]
}

// end writes the one line break that ends every body but an empty relaxed one.
func (c *bodyHasher) end() { // RFC 6376 §3.4.3
	if c.cr {
		c.cr = false
		c.octet('\r')
	}
	if c.some || !c.relaxed {
		c.blank = 1
		c.breaks()
	}
	c.flush()
}
