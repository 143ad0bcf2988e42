package smtp

import "io"

// contentWriter collects small pieces into blocks and passes large ones through
// without a copy. Its first error stays.
type contentWriter struct {
	w      *wire
	buf    []byte
	held   []byte // a large piece behind buf, when pieces stay as they are
	tail   []byte // small pieces behind held
	stays  bool
	total  int64  // octets taken
	before func() // called before anything is written to the connection, if set
	err    error

	dots      dotWriter
	piece     chunkWriter
	asDotted  func(b []byte, dotSafe bool) error // dots.segment
	asChunked func(b []byte, dotSafe bool) error // piece.segment
}

func newContentWriter(w *wire) *contentWriter {
	c := &contentWriter{w: w}
	c.asDotted, c.asChunked = c.dots.segment, c.piece.segment
	return c
}

// contentWriter returns the connection's writer, emptied.
func (w *wire) contentWriter() *contentWriter {
	if w.out == nil {
		w.out = newContentWriter(w)
	}
	w.out.empty()
	w.out.total, w.out.err, w.out.stays = 0, nil, false
	return w.out
}

func (c *contentWriter) Write(b []byte) (int, error) {
	c.w.log.body(b)
	c.take(b)
	return len(b), c.err
}

// command takes octets that are commands and no content.
func (c *contentWriter) command(b []byte) {
	if len(b) == 0 {
		return
	}
	c.w.log.commands(b)
	c.take(b)
}

func (c *contentWriter) take(b []byte) {
	c.total += int64(len(b))
	if c.held != nil {
		if len(c.tail)+len(b) <= blockSize/4 {
			c.tail = append(c.tail, b...)
			return
		}
		c.flush()
	}
	switch {
	case len(c.buf)+len(b) <= blockSize:
		c.buf = append(c.buf, b...)
	case len(b) < blockSize/4:
		c.flush()
		c.buf = append(c.buf, b...)
	case c.stays && len(b) <= heldLimit:
		c.held = b
	default:
		c.send(pieces{c.buf, b})
		c.empty()
	}
}

// heldLimit is the size up to which a large piece waits for what comes behind
// it, so that both leave in one write. It waits beyond the last moment at which
// the message can be withdrawn, so it must not be much.
const heldLimit = 512 << 10

// WriteString spares dotWriter's insertions a conversion.
func (c *contentWriter) WriteString(s string) (int, error) {
	if c.held != nil || len(c.buf)+len(s) > blockSize {
		c.flush()
	}
	c.total += int64(len(s))
	c.w.log.body([]byte(s))
	c.buf = append(c.buf, s...)
	return len(s), c.err
}

func (c *contentWriter) flush() {
	c.send(pieces{c.buf, c.held, c.tail})
	c.empty()
}

func (c *contentWriter) empty() { c.buf, c.held, c.tail = c.buf[:0], nil, c.tail[:0] }

func (c *contentWriter) send(p pieces) {
	if c.err != nil || p.size() == 0 {
		return
	}
	if c.before != nil {
		c.before()
	}
	c.err = c.w.writePieces(StageBody, p)
}

// dotted writes content as it follows a 354 and returns the final dot.
func (c *contentWriter) dotted(content Encoded, longLines bool) (end []byte, err error) {
	c.dots = dotWriter{w: c}
	if !longLines {
		c.dots.maxLine = maxTextLine
	}
	if err := content.Segments(c.asDotted); err != nil {
		return nil, err
	}
	return finalDotOctets[:], c.dots.finish()
}

var finalDotOctets = [...]byte{'.', '\r', '\n'}

var _ io.StringWriter = (*contentWriter)(nil)
