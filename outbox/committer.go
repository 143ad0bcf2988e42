package outbox

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// committer makes durable what all connections want to be, in as few transactions
// as there can be: while one is being committed the wishes for the next gather.
type committer struct {
	store  Store
	worker int64
	ctx    context.Context // not the run's: outcomes are committed after its end too
	pauses []time.Duration // between tries of one group
	lines  atomic.Int64    // connections that may want an intent at one time

	mu    sync.Mutex
	next  *lot
	kick  chan struct{} // there is a next lot; closed: no more will come
	whole chan struct{} // the next lot is as large as it was awaited
	// How many intents are waited for; 0: nobody waits.
	awaited int
	ended   chan struct{}
	broken  bool // the last group could not be committed
	// Outcomes could not be kept: whose they are is in doubt, and no more may come to be.
	// Not locked.
	lost error
}

// lot is a group on its way.
type lot struct {
	group   Group
	asks    []Parked      // intents that wait for leave to send their dots
	done    chan struct{} // closed once the rest is there
	verdict *Verdict
	refusal error // of the asks
	again   bool  // it took more than one try, the first of which may have come through
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
		kick: make(chan struct{}, 1), whole: make(chan struct{}, 1), ended: make(chan struct{}),
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
		c.gather()
		c.commitNext()
	}
	c.commitNext()
}

// gatherTime is how long a group waits for the connections that had their last
// intent in the group before: they come at nearly the same time.
const gatherTime = time.Millisecond

// gather waits a moment until all connections want something.
func (c *committer) gather() {
	n := int(c.lines.Load())
	c.mu.Lock()
	if c.next == nil || n < 2 || len(c.next.asks) >= n {
		c.mu.Unlock()
		return
	}
	c.awaited = n
	c.mu.Unlock()
	timer := time.NewTimer(gatherTime)
	defer timer.Stop()
	select {
	case <-c.whole:
	case <-timer.C:
		c.mu.Lock()
		c.awaited = 0
		c.mu.Unlock()
		select { // it may have become whole just now
		case <-c.whole:
		default:
		}
	}
}

// add puts a wish into the next group.
func (c *committer) add(wish func(g *Group)) *lot {
	return c.join(func(l *lot) { wish(&l.group) })
}

func (c *committer) join(wish func(l *lot)) *lot {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil {
		c.next = &lot{group: Group{Worker: c.worker}, done: make(chan struct{})}
		signal(c.kick)
	}
	wish(c.next)
	if c.awaited > 0 && len(c.next.asks) >= c.awaited {
		c.awaited = 0
		signal(c.whole)
	}
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
	l.refusal = c.lost
	if c.lost == nil {
		l.group.Intents = append(l.group.Intents, l.asks...)
	}
	l.verdict, l.err = c.commit(&l.group)
	for _, pause := range c.pauses {
		if l.err == nil || c.broken || isLost(l.err) || isText(l.err) {
			break
		}
		l.again = true
		time.Sleep(pause)
		l.verdict, l.err = c.commit(&l.group)
	}
	if l.err == nil && len(l.group.Told) > 0 {
		Pass(AfterTold)
	}
	if l.err != nil && len(l.group.Attempts) > 0 {
		c.lost = l.err
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

func isText(err error) bool {
	var text *TextError
	return errors.As(err, &text)
}

// refusedError keeps a final dot from being sent: the item is another's now, or
// withdrawn.
type refusedError struct{}

func (refusedError) Error() string { return "the item isn't this worker's any more" }

// intent returns once it is durable that the final dot may be sent. With an error
// it must not be; ctx ends the wait.
func (c *committer) intent(ctx context.Context, p Parked) error {
	l := c.join(func(l *lot) { l.asks = append(l.asks, p) })
	select {
	case <-l.done:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if err := cmp.Or(l.refusal, l.err); err != nil {
		return err
	}
	if slices.Contains(l.verdict.Refused, p.ID) {
		return refusedError{}
	}
	return nil
}

// attempt makes an outcome durable and returns the number of the try. With fixed
// that is fixed before. The outcome isn't known to the store if that knows better.
// queued is called once no later wish can be durable before this one.
func (c *committer) attempt(a Attempt, fixed *Parked, queued func()) (try int, known bool, err error) {
	at := 0
	l := c.add(func(g *Group) {
		if fixed != nil {
			g.Intents = append(g.Intents, *fixed)
		}
		at = len(g.Attempts)
		g.Attempts = append(g.Attempts, a)
	})
	queued()
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
