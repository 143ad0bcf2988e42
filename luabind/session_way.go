package luabind

import (
	"context"

	"moonpost/smtp"
)

// Reroute changes where all mail goes from now on. What is open is closed in
// good order, and its objects lead the new way when they connect again; relays
// have to be made anew. It gives the number of connections and relays closed.
func (s *Session) Reroute(ctx context.Context, out Outbound) (closed int) {
	s.enter(ctx)
	rt := s.rt
	var left []closer
	for _, c := range rt.open {
		switch c := c.(type) {
		case *luaRelay:
			c.finish(rt.base)
			closed++
			continue
		case *conn:
			if c.client.Alive() {
				closed++
			}
			c.finish(rt.base)
			c.lead(out)
		}
		left = append(left, c)
	}
	rt.open = left
	rt.host.Outbound = out
	return closed
}

// lead points a closed connection to where out wants it. One that was led into
// a rehearsal stays there: the options for the real server are gone.
func (c *conn) lead(out Outbound) {
	out.apply(&c.options)
	if client, err := smtp.New(c.options); err == nil {
		c.client = client
	}
}

// Outbound is where mail goes now.
func (s *Session) Outbound() Outbound { return s.rt.host.Outbound }

// SetTrace says which transcripts are written from now on, of open
// connections too, but not of those that relays have open.
func (s *Session) SetTrace(t Trace) error {
	s.rt.host.Trace = t
	for _, c := range s.rt.open {
		if c, ok := c.(*conn); ok {
			if err := c.setDebug("trace", c.level); err != nil {
				return err
			}
		}
	}
	return nil
}
