package smtp

// group sends the content of the message at hand and the envelope of the next
// one in one flight, and reads what the server says to both. The content of the
// next one then waits for its companion.
func (s *Stream) group(next *streamed) error {
	if s.cur != nil && len(s.cur.overLimit()) > 0 {
		s.endCurrent()
	}
	if err := usable(next.ctx, s.w); err != nil {
		return err
	}
	group := next.appendGroup(make([]byte, 0, next.envelopeSize()))
	cur := s.take()
	if cur == nil {
		if err := s.w.inStep(StageMail); err != nil {
			return err
		}
		s.offered(next, s.w.writeGroup(group))
		return nil
	}
	written := s.carryBoth(cur, group)
	if s.w.broken.Load() {
		err := usable(next.ctx, s.w)
		if written != nil {
			err = s.w.joinGroup(written, err)
		}
		return err
	}
	s.offered(next, written)
	return nil
}

// carryBoth sends a message's content and a group behind it, and brings the
// message to its end. A large group has a writer of its own, since replies come
// while it is written.
func (s *Stream) carryBoth(cur *streamed, group []byte) (written <-chan error) {
	tail := group
	if len(group) > syncGroup {
		tail = nil
	}
	carried, err := cur.carry(nil, tail)
	if carried && tail == nil {
		written = s.w.writeGroup(group)
	}
	s.end(cur, carried, err)
	return written
}

// offered reads the replies to a message's envelope and keeps the message if its
// content may follow.
func (s *Stream) offered(next *streamed, written <-chan error) {
	err := next.readGroup()
	if written != nil {
		err = s.w.joinGroup(written, err)
	}
	err = next.judge(err)
	ready := err == nil && len(next.accepted) > 0
	if ready {
		ready, err = next.ready()
	}
	if ready {
		s.cur = next
		return
	}
	if err != nil {
		next.unsettle(next.batch)
	}
	s.finish(next, err)
}

// end collects the replies to a message's content, if it was carried, and reports
// what became of it. Recipients that were one too many get transactions of their
// own.
func (s *Stream) end(m *streamed, carried bool, err error) {
	rest := m.overLimit()
	if carried {
		err = m.collect()
	}
	if err != nil {
		m.unsettle(m.batch)
	} else if len(rest) > 0 {
		err = m.run(rest)
	}
	s.finish(m, err)
}

// endCurrent brings the message at hand to its end.
func (s *Stream) endCurrent() {
	if cur := s.take(); cur != nil {
		carried, err := cur.carry(nil, nil)
		s.end(cur, carried, err)
	}
}
