package outbox

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// committer makes durable what all connections want to be, in as few transactions
// as there can be: while one is being committed the wishes for the next gather.
type committer struct {
	store  Store
	worker int64
	ctx    context.Context // not the run's: outcomes are committed after its end too
	pauses []time.Duration // between tries of one group

	mu     sync.Mutex
	next   *lot
	kick   chan struct{} // there is a next lot; closed: no more will come
	ended  chan struct{}
	broken bool // the last group could not be committed
}

// lot is a group on its way.
type lot struct {
	group   Group
	done    chan struct{} // closed once the rest is there
	verdict *Verdict
	again   bool // it took more than one try, the first of which may have come through
	err     error
}

// commitTime bounds one try to commit.
const commitTime = 30 * time.Second

func commitPauses() []time.Duration {
	return []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, time.Second, 2 * time.Second}
}

func startCommitter(ctx context.Context, store Store, worker int64, pauses []time.Duration) *committer {
	c := &committer{
		store: store, worker: worker, ctx: context.WithoutCancel(ctx), pauses: pauses,
		kick: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	go c.run()
	return c
}

// close commits what was asked for and ends the goroutine.
func (c *committer) close() {
	close(c.kick)
	<-c.ended
}

func (c *committer) run() {
	defer close(c.ended)
	for range c.kick {
		c.commitNext()
	}
	c.commitNext()
}

// add puts a wish into the next group.
func (c *committer) add(wish func(g *Group)) *lot {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil {
		c.next = &lot{group: Group{Worker: c.worker}, done: make(chan struct{})}
		select {
		case c.kick <- struct{}{}:
		default:
		}
	}
	wish(&c.next.group)
	return c.next
}

func (c *committer) commitNext() {
	c.mu.Lock()
	l := c.next
	c.next = nil
	c.mu.Unlock()
	if l == nil {
		return
	}
	l.verdict, l.err = c.commit(&l.group)
	for _, pause := range c.pauses {
		if l.err == nil || c.broken || isLost(l.err) {
			break
		}
		l.again = true
		time.Sleep(pause)
		l.verdict, l.err = c.commit(&l.group)
	}
	if l.err == nil && len(l.group.Told) > 0 {
		Pass(AfterTold)
	}
	c.broken = l.err != nil // a store that is away for long isn't waited for by each group
	close(l.done)
}

func (c *committer) commit(g *Group) (*Verdict, error) {
	ctx, cancel := context.WithTimeout(c.ctx, commitTime)
	defer cancel()
	return c.store.Commit(ctx, g)
}

func isLost(err error) bool {
	var lost *LostError
	return errors.As(err, &lost)
}

// refusedError keeps a final dot from being sent: the item is another's now, or
// withdrawn.
type refusedError struct{}

func (refusedError) Error() string { return "the item isn't this worker's any more" }

// intent returns once it is durable that the final dot may be sent. With an error
// it must not be; ctx ends the wait.
func (c *committer) intent(ctx context.Context, p Parked) error {
	l := c.add(func(g *Group) { g.Intents = append(g.Intents, p) })
	select {
	case <-l.done:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if l.err != nil {
		return l.err
	}
	if slices.Contains(l.verdict.Refused, p.ID) {
		return refusedError{}
	}
	return nil
}

// attempt makes an outcome durable and returns the number of the try. With fixed
// that is fixed before. added is called as soon as what is asked for later can't
// become durable before it. The outcome isn't known to the store if that knows better.
func (c *committer) attempt(a Attempt, fixed *Parked, added func()) (try int, known bool, err error) {
	at := 0
	l := c.add(func(g *Group) {
		if fixed != nil {
			g.Intents = append(g.Intents, *fixed)
		}
		at = len(g.Attempts)
		g.Attempts = append(g.Attempts, a)
		added()
	})
	<-l.done
	if l.err != nil {
		return 0, false, l.err
	}
	if at < len(l.verdict.Tries) {
		try = l.verdict.Tries[at]
	}
	return try, try > 0 || l.again, nil // a second time it is ignored if the first came through
}

// do makes anything durable.
func (c *committer) do(wish func(g *Group)) error {
	l := c.add(wish)
	<-l.done
	return l.err
}
