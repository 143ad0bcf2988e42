package smtp

import (
	"context"
	"errors"
	"time"
)

// refusedEarly carries a negative reply that came before the final dot.
type refusedEarly struct{ reply Reply }

func (e *refusedEarly) Error() string { return e.reply.String() }

func earlyRefusal(err error) Reply {
	if err == nil {
		return Reply{}
	}
	var e *refusedEarly
	if errors.As(err, &e) {
		return e.reply
	}
	return Reply{}
}

// transfer sends the content of a parcel and its end, with the commands in head
// before and those in tail behind it in the same flight. Until the first octet of
// the end (the final dot, or the last octet of the last chunk) every failure means
// that nothing was delivered.
func (w *wire) transfer(ctx context.Context, p *parcel, head, tail []byte) error {
	out := w.contentWriter()
	base := w.sent.Load()
	out.command(head)
	out.stays = piecesStay(p.content)
	end, err := w.sendContent(out, p)
	if err != nil {
		return err
	}
	if err := w.beforeFinal(ctx, p.options); err != nil {
		return err
	}
	if len(head) == 0 { // else the replies to its commands are due
		if err := w.inStep(StageBody); err != nil {
			return err
		}
	}
	w.beginEnd()
	defer w.endEnd()
	endAt := base + out.total
	_, _ = out.Write(end)
	w.log.bodyEnd()
	out.command(tail)
	out.flush()
	return w.endWritten(out.err, endAt, int64(len(end)))
}

// endWritten judges the write that began with the end of the content at endAt.
// When the whole end went out the server may have answered it, whatever became of
// the rest.
func (w *wire) endWritten(err error, endAt, size int64) error {
	switch sent := w.sent.Load(); {
	case err == nil:
		return nil
	case sent >= endAt+size && !isTimeout(err) && w.governing().Err() == nil:
		return nil
	case sent > endAt:
		return withDelivered(w.writeFailed(err), Unknown)
	default:
		return w.writeFailed(err)
	}
}

// sendContent sends everything but the end, which it returns; the last of it may
// still be in the buffer, so that a small message and its end are one write.
func (w *wire) sendContent(out *contentWriter, p *parcel) (end []byte, err error) {
	if p.chunked {
		end, err = out.chunk(p.content)
	} else {
		end, err = out.dotted(p.content, p.options.AllowLongLines)
	}
	switch {
	case out.err != nil:
		return nil, w.writeFailed(out.err)
	case err == nil:
		return end, nil
	}
	w.abandon() // the end would deliver what was sent so far
	return nil, contentFailure(err)
}

// contentFailure types what went wrong with the content itself.
func contentFailure(err error) error {
	if known, ok := errors.AsType[*ArgumentError](err); ok {
		return known
	}
	return &ContentError{detail: detail{stage: StageBody}, Err: err}
}

// beforeFinal is the last moment at which the message can be withdrawn.
func (w *wire) beforeFinal(ctx context.Context, o *SendOptions) error {
	err := mayEnd(ctx, o)
	if err != nil {
		w.abandon()
	}
	return err
}

// mayEnd asks the caller whether the message may be delivered.
func mayEnd(ctx context.Context, o *SendOptions) error {
	var err error
	if o.BeforeFinal != nil {
		err = o.BeforeFinal(ctx)
	}
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		return nil
	}
	return &CancelledError{detail: detail{stage: StageBody}, Err: err}
}

// lastWordsTimeout is how long a reply may take that explains why the server
// stopped reading.
const lastWordsTimeout = 2 * time.Second

// writeFailed looks for a reply that the server sent before it hung up.
func (w *wire) writeFailed(err error) error {
	if w.governing().Err() != nil || isTimeout(err) {
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

// readFinals appends the replies to the content. A failure leaves it unknown what
// became of the message.
func (w *wire) readFinals(replies []Reply, n int) ([]Reply, error) {
	w.beginEnd()
	defer w.endEnd()
	for range n {
		r, err := w.readReply(StageFinal)
		if err != nil {
			return replies, withDelivered(err, Unknown)
		}
		if r.Intermediate() { // no answer to content: the real one is still to come
			err := w.fail(StageFinal, protocolError([]byte(r.String()), "not a reply to the content"))
			return replies, withDelivered(err, Unknown)
		}
		replies = append(replies, r)
	}
	return replies, nil
}
