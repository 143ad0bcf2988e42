package smtp

import (
	"context"
	"reflect"
	"sync"
)

// StreamOptions say how a Stream uses its connection.
type StreamOptions struct {
	// InFlight is how many messages may be on their way before a reply is awaited,
	// 1 to MaxInFlight; 0 is 1. More than one needs PIPELINING and CHUNKING from the
	// server and goes beyond what RFC 3030 shows: it is for servers of one's own.
	InFlight int
}

// MaxInFlight bounds StreamOptions.InFlight.
const MaxInFlight = 512

// Done receives the outcome of a streamed message, as SendMessage returns it.
type Done func(*Result, error)

// Stream sends messages one after the other with as few round trips as the server
// allows: with PIPELINING the content of one message and the envelope of the next
// travel together (RFC 2920 §3.1), one round trip a message; with CHUNKING and
// InFlight several whole messages do.
//
// A Stream holds its Client until Close: no other operation can run. It is for one
// goroutine. With InFlight above 1 outcomes may be reported from another goroutine
// while a call of the Stream runs or between calls, one at a time.
type Stream struct {
	c       *Client
	w       *wire
	cur     *streamed // its envelope was accepted, its content is still here
	window  *window   // nil unless several messages may be in flight
	limit   int
	plain   bool            // the server takes no chunks after all
	ctx     context.Context // watched, nil for none
	release func()
	leave   func()

	spareMu sync.Mutex
	spare   []*streamed // to be used again
}

// streamed is a message in a stream.
type streamed struct {
	transaction
	message transmission // what the transaction belongs to
	done    Done

	// In a window:
	finals []Reply
	endAt  int64 // octets sent when its last octet is
	err    error // what is wrong with it, not with the connection
	large  bool  // written while its replies are read
}

// finish reports the outcome. The message is not to be touched any more.
func (s *Stream) finish(f *streamed, err error) {
	f.done(f.conclude(err))
	if f.large {
		return // its writer may not know yet
	}
	*f = streamed{}
	s.spareMu.Lock()
	defer s.spareMu.Unlock()
	s.spare = append(s.spare, f)
}

// fresh returns a message to be filled in.
func (s *Stream) fresh() *streamed {
	s.spareMu.Lock()
	defer s.spareMu.Unlock()
	n := len(s.spare)
	if n == 0 {
		return &streamed{}
	}
	f := s.spare[n-1]
	s.spare = s.spare[:n-1]
	return f
}

// Stream claims the connection for a stream of messages.
func (c *Client) Stream(o StreamOptions) (*Stream, error) {
	if o.InFlight < 0 || o.InFlight > MaxInFlight {
		return nil, argumentError("messages in flight are 1 to 512", "")
	}
	w, leave, err := c.enter(context.Background())
	if err != nil {
		return nil, err
	}
	return &Stream{c: c, w: w, limit: max(o.InFlight, 1), leave: leave}, nil
}

// Submit sends a message as far as it can go without its outcome, which done gets
// later, during a call of Submit, Flush or Close. Outcomes come in order, except
// that a message whose recipients need a further transaction ends later. Content
// that waits for a companion leaves with the next Submit or Flush: call Flush when
// no further message is at hand.
//
// An error means that nothing of the message was sent, and that done is not
// called: it cannot be sent to this server, ctx ended, or an earlier message broke
// the connection.
func (s *Stream) Submit(ctx context.Context, m Message, o *SendOptions, done Done) error {
	var j job
	if err := j.read(m, o); err != nil {
		return err
	}
	if err := s.attend(ctx); err != nil {
		return err
	}
	next := s.fresh()
	next.done = done
	t := &next.message
	if err := s.c.prepare(ctx, s.w, &j, t); err != nil {
		return err
	}
	next.transmission, next.batch = t, t.everybody()
	switch {
	case s.windowed(t):
		s.endCurrent()
		return s.fly(next)
	case t.groups() && t.single() && !t.chunked:
		s.drain()
		return s.group(next)
	default:
		s.drain()
		return s.alone(next)
	}
}

// Flush brings all that was submitted to its outcome. It returns the reason if the
// connection cannot be used any more.
func (s *Stream) Flush() error {
	s.drain()
	s.endCurrent()
	s.unwatch()
	return usable(context.Background(), s.w)
}

func (s *Stream) drain() {
	if s.window != nil {
		s.window.drain()
	}
}

// Close brings all that was submitted to its outcome and gives the connection
// back. It may be called repeatedly.
func (s *Stream) Close() {
	if s.leave == nil {
		return
	}
	_ = s.Flush()
	if s.window != nil {
		s.window.close()
	}
	s.leave()
	s.leave = nil
}

// attend makes the end of ctx cut waits short. Messages of another context are
// brought to their end before.
func (s *Stream) attend(ctx context.Context) error {
	if s.ctx != nil && !sameContext(s.ctx, ctx) {
		if err := s.Flush(); err != nil {
			return err
		}
	}
	if err := usable(ctx, s.w); err != nil {
		return err
	}
	if s.ctx == nil {
		s.ctx, s.release = ctx, s.w.watch(s.governing(ctx))
	}
	return nil
}

// governing returns the context for waits: those of a window are all for messages
// whose last octet is on its way.
func (s *Stream) governing(ctx context.Context) context.Context {
	if s.window != nil {
		return finalContext(ctx)
	}
	return ctx
}

func (s *Stream) unwatch() {
	if s.ctx != nil {
		s.release()
		s.ctx, s.release = nil, nil
	}
}

func sameContext(a, b context.Context) bool { return reflect.TypeOf(a).Comparable() && a == b }

func (s *Stream) take() *streamed {
	cur := s.cur
	s.cur = nil
	return cur
}

// alone sends a message by itself.
func (s *Stream) alone(next *streamed) error {
	s.endCurrent()
	if err := usable(next.ctx, s.w); err != nil {
		return err
	}
	s.finish(next, next.run(next.batch))
	return nil
}
