package relay

import (
	"context"
	"sync"

	"moonpost/smtp"
)

// burst is a run of messages over one connection, for as long as there are more:
// the server's replies to one are awaited while the next is on its way.
type burst struct {
	w   *worker
	ctx joint

	mu     sync.Mutex // a window of messages reports from another goroutine
	latest *landed    // what was submitted last
	landed *landed    // its outcome, told after the worker knows what it does next
	redo   []*landed  // what another connection or server may do better
	doubt  bool       // the connection is not to be used again
}

// landed is a job with its outcome so far.
type landed struct {
	*job
	result *smtp.Result
	err    error
	host   *host // that the message went to
	reused bool  // the connection had served before
}

// run sends a job and all that follow. reused tells that the connection was idle
// before.
func (b *burst) run(j *job, reused bool) {
	stream := b.w.stream
	for ; j != nil; j = b.further(j) {
		if !b.ctx.is(j.ctx) { // the context of those before ends with this one's beginning
			_ = stream.Flush()
		}
		one := &landed{job: j, host: b.w.host, reused: reused}
		b.begin(one)
		if err := stream.Submit(b.ctx.of(j.ctx), j.Message, j.Options, one.in(b)); err != nil {
			_ = stream.Flush() // outcomes come in order
			one.err = err
			b.take(one)
		}
		b.w.count(j)
		reused = true
	}
	_ = stream.Flush()
}

// begin notes what the worker does next, which is what the outcome before waited for:
// in a window that is full of mails whose ends wait for it, none would follow.
func (b *burst) begin(l *landed) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.latest = l
	if before := b.landed; before != nil {
		b.landed = nil
		b.w.relay.finish(before.job, before.result, before.err)
	}
}

// in receives the outcome of the message.
func (l *landed) in(b *burst) smtp.Done {
	return func(result *smtp.Result, err error) {
		l.result, l.err = result, err
		b.take(l)
	}
}

// take keeps an outcome that is not the last, or tells it.
func (b *burst) take(l *landed) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doubt = b.doubt || l.err != nil && inDoubt(l.err)
	if l.reused && stale(l.result, l.err) || b.w.relay.wantsAnother(l.result, l.err) && b.w.mayTry(1) {
		b.redo = append(b.redo, l)
		return
	}
	b.conclude(l)
}

// conclude tells an outcome that is final. That of the latest message is kept: as long
// as it isn't known what the worker does next. Of those before it nobody waits for
// longer than their replies took, so that who has to note an outcome does so before
// the next dot.
func (b *burst) conclude(l *landed) {
	before := b.landed
	b.landed = l
	if before != nil {
		b.w.relay.finish(before.job, before.result, before.err)
	}
	if l != b.latest {
		b.landed = nil
		b.w.relay.finish(l.job, l.result, l.err)
	}
}

// further returns another job that may go at once, or nil. One that has to wait
// does so where other workers and the end of its context find it. Behind a message
// to a domain that is served by few connections nothing waits: it may be slow. Nor
// does anything go before what is to be tried again.
func (b *burst) further(last *job) *job {
	w, r := b.w, b.w.relay
	b.mu.Lock()
	over := b.doubt || len(b.redo) > 0
	b.mu.Unlock()
	if over || last.narrow() || !w.ready() || w.wornOut() || w.outranked() {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if w.yields() {
		return nil
	}
	j := w.site.take()
	if r.o.MX != nil {
		w.site.dispatch()
	}
	if j != nil && (!j.admitted || j.at.After(r.now())) {
		w.site.queue.putBack(j)
		j.queued = true
		w.site.dispatch()
		return nil
	}
	return j
}

// joint makes contexts that end with a job's, or when the relay is closed in haste.
// Jobs of one context share it; asking for another ends the one before.
type joint struct {
	stop    context.Context
	own     context.Context // the job's
	joined  context.Context
	release func()
}

func (c *joint) is(ctx context.Context) bool { return c.joined != nil && c.own == ctx }

func (c *joint) of(ctx context.Context) context.Context {
	if c.is(ctx) {
		return c.joined
	}
	c.end()
	joined, cancel := context.WithCancelCause(ctx)
	stop := c.stop
	unwatch := context.AfterFunc(stop, func() { cancel(context.Cause(stop)) })
	c.own, c.joined, c.release = ctx, joined, func() { unwatch(); cancel(nil) }
	return joined
}

func (c *joint) end() {
	if c.release != nil {
		c.release()
	}
	*c = joint{stop: c.stop}
}
