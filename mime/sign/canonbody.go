package sign

import (
	"bytes"
	"crypto/sha256"
	"io"
)

// bodyHasher hashes a body in canonical form as it streams by. Lines end in CRLF; a CR or LF by itself is an octet
// like others. How the body is cut into pieces makes no difference.
type bodyHasher struct {
	to      io.Writer
	relaxed bool

	blank int64 // line breaks held back: those at the end of the body don't count
	space bool  // blanks were read, and nothing behind them yet; only when relaxed
	cr    bool  // a CR was read, and nothing behind it yet
	some  bool  // something was written
	one   [1]byte
	crlf  [2]byte
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
	return &bodyHasher{to: to, relaxed: relaxed, crlf: [2]byte{'\r', '\n'}}
}

// write takes the next piece. Octets that stay as they are go on in the longest runs possible.
func (c *bodyHasher) write(b []byte) error {
	tab := -1
	if c.relaxed {
		tab = indexOrEnd(b, '\t')
	}
	for at := 0; at < len(b); {
		if !c.space && !c.cr {
			if c.relaxed && tab < at {
				tab = at + indexOrEnd(b[at:], '\t')
			}
			end := c.same(b, at, tab)
			c.run(b[at:end])
			if at = end; at == len(b) {
				break
			}
		}
		c.step(b[at])
		at++
	}
	return nil
}

func indexOrEnd(b []byte, c byte) int {
	if i := bytes.IndexByte(b, c); i >= 0 {
		return i
	}
	return len(b)
}

// same gives the end of the run of octets from at on that stay as they are: up to a tab, to a blank that is not a
// single one within a line, or to a last octet of which only the next piece will tell.
func (c *bodyHasher) same(b []byte, at, tab int) int {
	if c.relaxed {
		for i := at; i < len(b); i++ {
			i += indexOrEnd(b[i:tab], ' ')
			if i >= tab {
				break
			}
			if i+1 == len(b) || b[i+1] == ' ' || b[i+1] == '\t' || b[i+1] == '\r' {
				return i
			}
		}
		b = b[:tab]
	}
	if n := len(b); n > at && b[n-1] == '\r' {
		return n - 1
	}
	return len(b)
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
	if c.space {
		c.space = false
		c.one[0] = ' '
		c.put(c.one[:])
	}
	c.one[0] = x
	c.put(c.one[:])
}

// put writes what is no line break at the end, after the breaks that were held back.
func (c *bodyHasher) put(b []byte) {
	for ; c.blank > 0; c.blank-- {
		_, _ = c.to.Write(c.crlf[:]) // a hash takes everything
	}
	c.some = true
	_, _ = c.to.Write(b) // a hash takes everything
}

// end writes the one line break that ends every body but an empty relaxed one.
func (c *bodyHasher) end() { // RFC 6376 §3.4.3
	if c.cr {
		c.cr = false
		c.octet('\r')
	}
	if c.some || !c.relaxed {
		c.blank = 0
		_, _ = c.to.Write(c.crlf[:]) // a hash takes everything
	}
}
