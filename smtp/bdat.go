package smtp

import (
	"context"
	"errors"
	"slices"
	"strconv"
)

// errSize means that content gave more or fewer octets than it had announced.
var errSize = errors.New("the content has not the size that it announced")

// chunk writes content as one last chunk, but for its last octet, which it
// returns: only that makes the server deliver.
func (c *contentWriter) chunk(content Encoded) (end []byte, err error) {
	size := content.Size()
	if size == 0 {
		return appendChunkLine(nil, size, true), nil
	}
	c.chunkLine(size)
	c.piece = chunkWriter{c: c, left: size}
	if err := content.Segments(c.asChunked); err != nil {
		return nil, err
	}
	if c.piece.left != 0 {
		return nil, errSize
	}
	return c.piece.last[:], nil
}

func (c *contentWriter) chunkLine(size int64) {
	if len(c.buf)+int(chunkOverhead) > blockSize {
		c.flush()
	}
	from := len(c.buf)
	c.buf = appendChunkLine(c.buf, size, true)
	c.total += int64(len(c.buf) - from)
	c.w.log.commands(c.buf[from:])
}

// appendChunkLine appends "BDAT 1234 LAST".
func appendChunkLine(b []byte, size int64, last bool) []byte {
	b = append(b, "BDAT "...)
	b = strconv.AppendInt(b, size, 10)
	if last {
		b = append(b, " LAST"...) // RFC 3030 §2
	}
	return append(b, "\r\n"...)
}

// chunkWriter passes a chunk's octets on as they are, except for the last one.
type chunkWriter struct {
	c    *contentWriter
	left int64
	last [1]byte
}

func (k *chunkWriter) segment(b []byte, _ bool) error {
	n := int64(len(b))
	if n == 0 {
		return nil
	}
	if n > k.left {
		return errSize
	}
	if k.left -= n; k.left == 0 {
		k.last[0] = b[n-1]
		b = b[:n-1]
	}
	_, err := k.c.Write(b)
	return err
}

// carriage decides how the content of a parcel travels: as text behind DATA, or
// as a chunk of octets. Chunks are used where the caller asks for them, since
// servers and what stands before them know DATA better.
func (c *Client) carriage(p *parcel, ext extensions) error {
	binary := p.options.binary()
	if !binary && c.opts.Chunking != On {
		return nil
	}
	what := "the option chunking"
	if binary {
		what = "binary content"
		if !ext.has("BINARYMIME") {
			return notOffered("BINARYMIME", what)
		}
	}
	if !ext.has("CHUNKING") || c.opts.Chunking == Off {
		return notOffered("CHUNKING", what)
	}
	p.chunked = true
	return nil
}

// binary reports content that is no text in lines.
func (o *SendOptions) binary() bool {
	return slices.ContainsFunc(o.MailOptions, func(p string) bool { return asciiLower(p) == "body=binarymime" }) // RFC 3030 §3
}

// togetherLimit is the largest content that is sent before the envelope's
// replies are known: more could be in vain.
const togetherLimit = 1 << 20

// fitsTogether reports whether envelope and content may go as one group.
func (a *transaction) fitsTogether() bool {
	return a.chunked && a.groups() && !a.options.AllOrNothing && a.envelopeSize() <= syncGroup && a.content.Size() <= togetherLimit
}

// together sends envelope and content as one group: a single round trip. Where
// everybody is refused the server refuses the chunk too.
func (a *transaction) together() (rest []int, err error) {
	if err := a.w.inStep(StageMail); err != nil {
		return nil, err
	}
	carried, err := a.carry(a.appendGroup(nil), nil)
	if err != nil || !carried {
		return nil, err
	}
	if err := a.readGroup(); err != nil {
		return nil, a.earlyEnd(withDelivered(err, Unknown))
	}
	if !a.mail.Positive() {
		a.passOver()
		return nil, a.refuse(a.batch, a.mail, StageMail)
	}
	if err := a.hangup(); err != nil {
		return nil, err
	}
	if a.divide(); len(a.accepted) == 0 {
		a.passOver()
		return nil, nil
	}
	return a.overLimit(), a.collect()
}

// passOver reads the reply to a chunk that was for nobody.
func (a *transaction) passOver() {
	if a.w.broken.Load() {
		return
	}
	if _, err := a.w.readReply(StageFinal); err == nil && !a.w.broken.Load() {
		a.reset() // RFC 3030 §2
	}
}

// Bdat sends one chunk of the content and returns the reply; last ends the
// message (RFC 3030 §2). After a negative reply the transaction is void: send
// RSET. With LMTP the last chunk has a reply for each accepted recipient, of which
// Bdat returns the first negative one, else the last.
func (c *Client) Bdat(ctx context.Context, chunk []byte, last bool) (Reply, error) {
	w, leave, err := c.enter(ctx)
	if err != nil {
		return Reply{}, err
	}
	defer leave()
	if c.redirect.on {
		return Reply{}, refusedWhileRedirected("BDAT")
	}
	if !c.HasExtn("CHUNKING") {
		return Reply{}, notOffered("CHUNKING", "BDAT")
	}
	replies := 1
	if last && c.opts.Protocol == LMTP {
		replies, c.accepted = max(c.accepted, 1), 0
	}
	w.log.client(string(appendChunkLine(nil, int64(len(chunk)), last)))
	w.log.body(chunk)
	w.log.bodyEnd()
	if err := w.write(StageBody, append(appendChunkLine(nil, int64(len(chunk)), last), chunk...)); err != nil {
		return Reply{}, err
	}
	return worst(w.readFinals(nil, replies))
}

// worst returns the first negative reply, else the last one.
func worst(replies []Reply, err error) (Reply, error) {
	if err != nil || len(replies) == 0 {
		return Reply{}, err
	}
	if i := slices.IndexFunc(replies, func(r Reply) bool { return !r.Positive() }); i >= 0 {
		return replies[i], nil
	}
	return replies[len(replies)-1], nil
}
