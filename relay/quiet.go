package relay

import "time"

// quietAfter is how long a worker hears nothing from a new server before others get its
// place: the mail of domains that work is not to wait for those that stall.
const quietAfter = 2 * time.Second

// lend lets others have the worker's place among the total of connections, once it has
// waited for a server for long, until takeBack is called. As many places are lent as
// there are at most. If all are taken then, the worker leaves after its message.
func (w *worker) lend() (takeBack func()) {
	r := w.relay
	if r.o.MX == nil {
		return func() {}
	}
	fire, stop := r.o.Timer(quietAfter)
	over, lent := make(chan struct{}), false
	r.workers.Go(func() {
		select {
		case <-over:
			return
		case <-fire:
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		select {
		case <-over:
		default:
			if lent = r.quiet < r.places(); lent {
				r.quiet++
				r.feed()
			}
		}
	})
	return func() {
		stop()
		r.mu.Lock()
		defer r.mu.Unlock()
		close(over)
		if lent {
			r.quiet--
		}
	}
}

// places is how many workers the relay may have, those apart whose places are lent.
func (r *Relay) places() int { return r.part().of(r.o.TotalConnections) }
