package smtp

import "errors"

// windowed reports whether a message may share the connection with others in
// flight. Who is to be mailed only together with everybody else has to wait for
// the replies of RCPT.
func (s *Stream) windowed(t *transmission) bool {
	if s.window != nil && s.window.noReset.Load() {
		s.plain = true
	}
	fits := s.limit > 1 && s.c.opts.Chunking != Off && t.groups() && s.c.session.Load().can.chunking
	if !fits || s.plain || t.options.AllOrNothing || !t.single() || t.envelopeOctets() > blockSize {
		return false
	}
	t.chunked = true
	return true
}

// fly sends a message through the window, which opens when the first one has
// shown that the server knows how to take it.
func (s *Stream) fly(next *streamed) error {
	if s.window != nil {
		return s.window.add(next)
	}
	if err := usable(next.ctx, s.w); err != nil {
		return err
	}
	err := next.run(next.batch)
	if unknownCommand(err) && !next.delivered && !s.w.broken.Load() {
		s.plain, next.chunked = true, false
		err = next.run(next.batch)
	}
	if s.finish(next, err); err == nil && !s.plain && !s.w.broken.Load() {
		s.window = newWindow(s)
		s.unwatch()
	}
	return nil
}

// unknownCommand reports that a server doesn't know BDAT although it offered
// CHUNKING.
func unknownCommand(err error) bool {
	var refused *DataError
	return errors.As(err, &refused) && refused.Reply.Code >= 500 && refused.Reply.Code <= 504 // RFC 5321 §4.2.4
}
