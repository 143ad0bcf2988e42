package outbox

import (
	"sync"
	"time"

	"moonpost/relay"
)

// wants are the places that this worker sends through: on a shared store their
// limits are cut into shards, of which it has none before it was told.
type wants struct {
	shared bool
	nudge  chan struct{} // something new is wanted
	news   chan struct{} // the shares are others than they were

	mu   sync.Mutex
	list map[string]*want
}

// want is a place with the share that the worker has of it.
type want struct {
	Want
	held  int
	relay *relay.Relay // that is scaled; nil: none
}

// shardsMost is into how many shares the limits of a place are cut at most.
const shardsMost = 16

func newWants(shared bool) *wants {
	return &wants{shared: shared, nudge: make(chan struct{}, 1), news: make(chan struct{}, 1), list: map[string]*want{}}
}

// shardsOf is into how many shares a relay's limits may be cut: each has one
// connection at least.
func shardsOf(r *relay.Relay) int {
	if r.ByDomain() {
		return shardsMost
	}
	connections, _ := r.Room("")
	return min(connections, shardsMost)
}

// add wants a share of a place. Until the store gives one a relay stands still.
func (w *wants) add(name string, shards int, r *relay.Relay) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.shared || w.list[name] != nil {
		return
	}
	w.list[name] = &want{Want: Want{Name: name, Shards: shards}, relay: r}
	if r != nil {
		r.SetShare(0, shards)
	}
	signal(w.nudge)
}

// drop gives up the shares of places that aren't needed.
func (w *wants) drop(unneeded func(name string) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name := range w.list {
		if unneeded(name) {
			delete(w.list, name)
		}
	}
}

func (w *wants) all() []Want {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]Want, 0, len(w.list))
	for _, one := range w.list {
		list = append(list, one.Want)
	}
	return list
}

// share applies what the worker got.
func (w *wants) share(list []Share) {
	w.mu.Lock()
	defer w.mu.Unlock()
	changed := false
	for _, got := range list {
		one := w.list[got.Name]
		if one == nil || one.held == got.Held && one.Shards == got.Shards {
			continue
		}
		one.held, one.Shards, changed = got.Held, got.Shards, true
		if one.relay != nil {
			one.relay.SetShare(got.Held, got.Shards)
		}
	}
	if changed {
		signal(w.news)
	}
}

// held is the share of a place. It is the whole where nothing is shared.
func (w *wants) held(name string) (held, shards int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch one := w.list[name]; {
	case !w.shared:
		return 1, 1
	case one == nil:
		return 0, 1
	default:
		return one.held, max(one.Shards, 1)
	}
}

// release leaves the relays as they were for whoever uses them next.
func (w *wants) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.list {
		if one.relay != nil {
			one.relay.SetShare(1, 1)
		}
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// recoverEvery is after how many beats it is looked for what dead workers left.
const recoverEvery = 3

// beat tells a shared store every few seconds that the worker lives, until stop
// is called. Once the store has taken it for dead the run's context ends.
func (r *runner) beat() (stop func()) {
	if !r.env.Store.Shared() {
		return func() {}
	}
	done := make(chan struct{})
	var beating sync.WaitGroup
	beating.Go(func() {
		ticks := time.NewTicker(BeatTime)
		defer ticks.Stop()
		for n := 1; ; {
			select {
			case <-done:
				return
			case <-r.wants.nudge:
				r.beatOnce(false)
			case <-ticks.C:
				r.beatOnce(n%recoverEvery == 0)
				n++
			}
		}
	})
	return func() {
		close(done)
		beating.Wait()
		r.wants.release()
	}
}

// beatOnce renews the worker's lease and its shares.
func (r *runner) beatOnce(recovers bool) {
	shares, err := r.env.Store.Beat(r.ctx, r.worker, r.wants.all())
	switch {
	case isLost(err):
		r.cancel(err)
	case err != nil:
		r.env.logger().Warn("the store could not be told that this worker lives", "error", err)
	default:
		r.wants.share(shares)
		if recovers {
			r.recoverLater()
		}
	}
}

// recoverLater brings into order what dead workers left, while this one works.
func (r *runner) recoverLater() {
	if err := r.recover(); err != nil {
		r.env.logger().Warn("what dead workers left could not be brought into order", "error", err)
	}
	signal(r.wants.news)
}
