package smtp

import (
	"errors"
	"fmt"
	"slices"
)

// read reads replies flight by flight until the window is closed or fails. The
// message before the window's first was taken.
func (w *window) read() {
	for clean := true; ; {
		f := w.first()
		if f == nil {
			return
		}
		err := f.readReplies(w, clean)
		if err != nil {
			w.fail(err)
			return
		}
		clean = !slices.ContainsFunc(f.finals, func(r Reply) bool { return !r.Positive() })
		w.landed(f)
		if w.s.w.broken.Load() {
			w.fail(disconnected(StageMail, ErrBroken))
			return
		}
	}
}

// first waits for a flight.
func (w *window) first() *streamed {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.flights) == 0 && !w.closed {
		w.work.Wait()
	}
	if len(w.flights) == 0 {
		return nil
	}
	return w.flights[0]
}

// readReplies reads what the server says to RSET, the envelope and the chunk. A
// server without RSET does no harm behind a message that it took; it gets no more
// than those that are on their way.
func (f *streamed) readReplies(w *window, clean bool) error {
	r, err := f.w.readReply(StageReset)
	if err != nil {
		return err
	}
	switch {
	case r.Positive():
	case clean && r.Permanent():
		w.noReset.Store(true)
	default:
		f.w.abandon()
		return &ResponseError{detail: detail{stage: StageReset}, Reply: r, Verb: "RSET"}
	}
	if err := f.readGroup(); err != nil {
		return err
	}
	replies := 1
	if f.c.opts.Protocol == LMTP && f.mail.Positive() {
		f.divide()
		replies = max(len(f.accepted), 1) // RFC 2033 §4.2
	}
	f.finals = f.one[:0]
	for range replies {
		r, err := f.w.readReply(StageFinal)
		if err != nil {
			return err
		}
		if r.Intermediate() { // no answer to content: the real one is still to come
			return f.w.fail(StageFinal, protocolError([]byte(r.String()), "not a reply to the content"))
		}
		f.finals = append(f.finals, r)
	}
	return nil
}

// landed reports a message that has all its replies. It is in flight until its
// outcome was taken, so that outcomes come one at a time.
func (w *window) landed(f *streamed) {
	err := f.outcome()
	more := err == nil && len(f.accepted) > 0 && len(f.overLimit()) > 0
	if !more {
		w.s.finish(f, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flights[0] = nil
	w.flights = w.flights[1:]
	if more {
		w.again = append(w.again, f)
	}
	w.room.Signal()
}

// outcome judges the replies. A message for nobody was refused by the server.
func (f *streamed) outcome() error {
	switch f.divide(); {
	case !f.mail.Positive():
		return f.refuse(f.batch, f.mail, StageMail)
	case len(f.accepted) == 0:
		return nil
	}
	err := f.settle(f.accepted, f.finals)
	if err != nil {
		f.unsettle(f.batch)
	}
	return err
}

// fail ends the reader.
func (w *window) fail(err error) {
	w.s.w.abandon() // wakes the writer
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failure, w.closing = err, w.s.w.last.Code == 421
	w.room.Signal()
}

// verdict is the error of a message that was in flight when the connection
// failed. The server answers in order: behind a 421 it did nothing more.
func (w *window) verdict(f *streamed, first bool) error {
	if f.err != nil {
		return f.err
	}
	delivered := No
	if w.s.w.sent.Load() >= f.endAt && !w.closing {
		delivered = Unknown
	}
	if err := f.hangup(); err != nil {
		return err
	}
	if first && f.answered+f.mail.Code > 0 {
		return f.earlyEnd(withDelivered(w.failure, delivered))
	}
	return withDelivered(likewise(w.failure, delivered), delivered)
}

// likewise makes an error of its own for a message that shares the fate of the
// one that failed.
func likewise(err error, delivered Delivered) error {
	stage := StageMail
	if delivered == Unknown {
		stage = StageFinal
	}
	var cancelled *CancelledError
	if errors.As(err, &cancelled) {
		return &CancelledError{detail: detail{stage: stage}, Err: cancelled.Err}
	}
	return disconnected(stage, fmt.Errorf("the connection was lost with messages in flight: %w", err))
}
