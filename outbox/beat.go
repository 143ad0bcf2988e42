package outbox

import (
	"sync"
	"time"
)

// wants are the relays and sites that this worker sends through: on a shared store
// their limits are cut into shards.
type wants struct {
	mu    sync.Mutex
	list  []Want
	ways  map[string]*way
	nudge chan struct{} // there are new ones
}

func newWants() *wants { return &wants{ways: map[string]*way{}, nudge: make(chan struct{}, 1)} }

// shardsMost is into how many shares the limits of a place are cut at most.
const shardsMost = 16

// add names a relay.
func (w *wants) add(one *way) {
	w.mu.Lock()
	defer w.mu.Unlock()
	shards := shardsMost
	if !one.relay.ByDomain() {
		connections, _ := one.relay.Room("")
		shards = min(connections, shardsMost)
	}
	w.ways[one.name] = one
	w.list = append(w.list, Want{Name: one.name, Shards: shards})
	select {
	case w.nudge <- struct{}{}:
	default:
	}
}

func (w *wants) all() []Want {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Want(nil), w.list...)
}

// share applies what the worker got.
func (w *wants) share(list []Share) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range list {
		if way := w.ways[one.Name]; way != nil {
			way.relay.SetShare(one.Held, one.Shards)
		}
	}
}

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
		for {
			select {
			case <-done:
				return
			case <-ticks.C:
				r.beatOnce()
			case <-r.wants.nudge:
				r.beatOnce()
			}
		}
	})
	return func() { close(done); beating.Wait() }
}

// beatOnce renews the worker's lease and its shares.
func (r *runner) beatOnce() {
	shares, err := r.env.Store.Beat(r.ctx, r.worker, r.wants.all())
	switch {
	case isLost(err):
		r.cancel(err)
	case err != nil:
		r.env.logger().Warn("the store could not be told that this worker lives", "error", err)
	default:
		r.wants.share(shares)
	}
}
