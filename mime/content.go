package mime

import (
	"sync"
	"sync/atomic"
)

// encoding is a content transfer encoding; encAuto leaves the choice to the content.
type encoding uint8

const (
	encAuto encoding = iota
	enc7Bit
	enc8Bit
	encQP
	encBase64
	encodings
)

func (e encoding) String() string {
	return [encodings]string{"", "7bit", "8bit", "quoted-printable", "base64"}[e]
}

// cacheLimit is the size up to which the encoded octets of a source are kept for the next message.
const cacheLimit = 8 << 20

// content is the body of a leaf. It never changes, so parts and messages share it freely; what is encoded once stays.
type content struct {
	source Source
	data   []byte // in memory; nil while only the source has it
	lines  bool   // text in canonical form: CRLF is a line break, not two octets
	binary bool   // may not be sent as lines, whatever it looks like
	traits traits // of data
	size   int64  // octets of data
	uses   atomic.Int32

	mu      sync.Mutex
	encoded [encodings][]byte
}

// lineContent is for text, and for whatever else has lines; b must be canonical.
func lineContent(b []byte) *content {
	if b == nil {
		b = []byte{}
	}
	return &content{source: Bytes(b), data: b, lines: true, traits: scan(b), size: int64(len(b))}
}

// binaryContent is for octets that mean nothing to the builder.
func binaryContent(s Source) *content { return &content{source: s, binary: true} }

// loaded gives the content with its octets in memory, so that it can be looked at.
func (c *content) loaded() (*content, error) {
	if c.data != nil {
		return c, nil
	}
	b, err := readSource(c.source)
	if err != nil {
		return nil, err
	}
	return &content{source: Bytes(b), data: b, traits: scan(b), size: int64(len(b))}, nil
}

// accepts tells why the content cannot be sent in encoding e, or "".
func (c *content) accepts(e encoding) string {
	switch {
	case e == enc7Bit && !c.traits.sevenBit():
		return "the content is not 7-bit lines of at most 998 octets"
	case e == enc8Bit && !c.traits.lines():
		return "the content is not lines of at most 998 octets"
	default:
		return ""
	}
}

// choose settles the encoding: the lightest that the way and the content allow, and for text in need of encoding
// the shorter of the two. A clash means that a line of the content looks like a delimiter of the message.
func (c *content) choose(want encoding, eightBit, clash bool) encoding {
	switch {
	case want == encBase64 || c.binary && want != encQP || clash:
		return encBase64
	case want == encQP:
		return encQP
	case !c.lines && want == encAuto:
		return encBase64
	case c.traits.sevenBit() && want != enc8Bit:
		return enc7Bit
	case eightBit && c.traits.lines():
		return enc8Bit
	case c.traits.sevenBit():
		return enc7Bit
	case c.traits.nul:
		return encBase64
	default:
		return c.shorter()
	}
}

// shorter tells which of quoted-printable and base64 takes fewer octets. The readable one may be a quarter longer, as
// in header fields: "café" stays legible in the source.
func (c *content) shorter() encoding {
	limit := qpLimit(c.size)
	if c.size+2*int64(c.traits.escapes) > limit {
		return encBase64
	}
	if int64(len(c.bytes(encQP))) > limit {
		return encBase64
	}
	return encQP
}

// qpLimit is the length up to which quoted-printable is chosen for text of size octets.
func qpLimit(size int64) int64 { return base64Size(size) * 5 / 4 }

// bytes gives the encoded octets of content that is in memory. They are made once and shared.
func (c *content) bytes(e encoding) []byte {
	if e == enc7Bit || e == enc8Bit {
		return c.data
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.encoded[e] == nil {
		c.encoded[e] = c.encode(e, c.data)
	}
	return c.encoded[e]
}

func (c *content) encode(e encoding, b []byte) []byte {
	if e == encQP {
		return appendQP(make([]byte, 0, len(b)+len(b)/8+16), b, c.lines)
	}
	return appendBase64(nil, b)
}

// ready gives the encoded octets when they are cached or worth caching: text always, a source from its second use on
// and up to cacheLimit. Otherwise it gives nil, and the content is to be streamed as base64.
func (c *content) ready(e encoding) ([]byte, error) {
	if e != encBase64 || c.lines && c.data != nil {
		return c.bytes(e), nil
	}
	second := c.uses.Add(1) > 1
	if !second || c.total() > cacheLimit {
		return nil, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.encoded[e] != nil {
		return c.encoded[e], nil
	}
	b, err := readSource(c.source)
	if err != nil {
		return nil, err
	}
	if int64(len(b)) != c.total() {
		return nil, errResized
	}
	c.encoded[e] = c.encode(e, b)
	return c.encoded[e], nil
}

// total is the size as far as it is known without reading; a source of unknown size counts as too large to keep.
func (c *content) total() int64 {
	if c.data != nil {
		return c.size
	}
	n, known := c.source.Size()
	if !known {
		return cacheLimit + 1
	}
	return n
}

// stream reads the source and hands on its base64 lines; size is what Size promised.
func (c *content) stream(size int64, emit func([]byte) error) error {
	if b, ok := c.source.(bytesSource); ok && size <= base64Block {
		return emit(appendBase64(nil, b))
	}
	r, err := c.source.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // it was only read
	return streamBase64(r, size, emit)
}

// read gives the decoded octets.
func (c *content) read() ([]byte, error) {
	if c.data != nil {
		return c.data, nil
	}
	return readSource(c.source)
}
