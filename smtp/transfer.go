package smtp

import (
	"context"
	"errors"
	"io"
	"time"
)

// contentWriter collects small pieces into blocks and passes large ones through
// without a copy. Its first error stays.
type contentWriter struct {
	w     *wire
	buf   []byte
	total int64 // octets taken
	err   error
}

func (c *contentWriter) Write(b []byte) (int, error) {
	c.total += int64(len(b))
	c.w.log.body(b)
	switch {
	case len(c.buf)+len(b) <= blockSize:
		c.buf = append(c.buf, b...)
	case len(b) < blockSize/4:
		c.flush()
		c.buf = append(c.buf, b...)
	default:
		c.flush()
		c.send(b)
	}
	return len(b), c.err
}

// WriteString spares dotWriter's insertions a conversion.
func (c *contentWriter) WriteString(s string) (int, error) {
	if len(c.buf)+len(s) > blockSize {
		c.flush()
	}
	c.total += int64(len(s))
	c.w.log.body([]byte(s))
	c.buf = append(c.buf, s...)
	return len(s), c.err
}

func (c *contentWriter) flush() {
	c.send(c.buf)
	c.buf = c.buf[:0]
}

func (c *contentWriter) send(b []byte) {
	if c.err == nil && len(b) > 0 {
		c.err = c.w.writeRaw(StageBody, b)
	}
}

// refusedEarly carries a negative reply that came before the final dot.
type refusedEarly struct{ reply Reply }

func (e *refusedEarly) Error() string { return e.reply.String() }

func earlyRefusal(err error) Reply {
	var e *refusedEarly
	if errors.As(err, &e) {
		return e.reply
	}
	return Reply{}
}

// transfer sends content and final dot after a 354 and reads the replies. Until
// the first octet of the dot every failure means that nothing was delivered.
func (w *wire) transfer(ctx context.Context, content Encoded, o *SendOptions, replies int) ([]Reply, error) {
	out := &contentWriter{w: w, buf: w.out[:0]}
	defer func() { w.out = out.buf[:0] }()
	base := w.sent
	if err := w.sendContent(out, content, o); err != nil {
		return nil, err
	}
	if err := w.beforeFinal(ctx, o); err != nil {
		return nil, err
	}
	defer w.watchInstead(finalContext(ctx))()
	dotAt := base + out.total
	_, _ = out.WriteString(finalDot)
	out.flush()
	w.log.bodyEnd()
	if out.err != nil {
		err := w.writeFailed(out.err)
		if w.sent > dotAt {
			err = withDelivered(err, Unknown)
		}
		return nil, err
	}
	return w.readFinals(replies)
}

// sendContent sends everything but the final dot; the end of it may still be in
// the buffer, so that a small message and its dot are one write.
func (w *wire) sendContent(out *contentWriter, content Encoded, o *SendOptions) error {
	d := &dotWriter{w: out}
	if o != nil && !o.AllowLongLines {
		d.maxLine = maxTextLine
	}
	err := content.Segments(d.segment)
	if err == nil {
		err = d.finish()
	}
	switch {
	case out.err != nil:
		return w.writeFailed(out.err)
	case err == nil:
		return nil
	}
	w.abandon() // a dot would deliver what was sent so far
	if known, ok := errors.AsType[*ArgumentError](err); ok {
		return known
	}
	return &ContentError{detail: detail{stage: StageBody}, Err: err}
}

// beforeFinal is the last moment at which the message can be withdrawn.
func (w *wire) beforeFinal(ctx context.Context, o *SendOptions) error {
	var err error
	if o != nil && o.BeforeFinal != nil {
		err = o.BeforeFinal(ctx)
	}
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		return nil
	}
	w.abandon()
	return &CancelledError{detail: detail{stage: StageBody}, Err: err}
}

// lastWordsTimeout is how long a reply may take that explains why the server
// stopped reading.
const lastWordsTimeout = 2 * time.Second

// writeFailed looks for a reply that the server sent before it hung up.
func (w *wire) writeFailed(err error) error {
	if w.ctx.Err() != nil || isTimeout(err) {
		return w.fail(StageBody, err)
	}
	w.stage, w.readBy = StageBody, w.opts.Mono().Add(lastWordsTimeout)
	r, rerr := w.parseLines()
	w.abandon()
	if rerr == nil && r.Code >= 400 {
		return &refusedEarly{r}
	}
	return w.typed(StageBody, err)
}

// readFinals reads the replies to the final dot. A failure leaves it unknown what
// became of the message.
func (w *wire) readFinals(n int) ([]Reply, error) {
	var replies []Reply
	for range n {
		r, err := w.readReply(StageFinal)
		if err != nil {
			return replies, withDelivered(err, Unknown)
		}
		replies = append(replies, r)
	}
	return replies, nil
}

var _ io.StringWriter = (*contentWriter)(nil)
