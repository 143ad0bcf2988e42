package outbox

import (
	"time"
)

// queue is what a run does otherwise for mail that was put; nil for a batch.
type queue struct {
	stays     bool // goes on until the context ends
	ways      func(names []string) []string
	crowded   bool // so many places are known that it is better to begin anew
	recovered time.Time
	lacking   map[string]int64 // mail by relays that this worker lacks, at the last look
	told      map[string]bool  // which of them were named
}

// pollEvery is how often a worker looks for mail that was put meanwhile.
const pollEvery = time.Second

// placesKept bounds how many places a worker remembers: a day's mail may go to any
// number of domains.
const placesKept = 4096

// lacks tells that mail is for a relay that this worker doesn't know, and counts it.
func (s *sender) lacks(d SiteDue) bool {
	if s.queue == nil || len(d.Relays) == 0 {
		return false
	}
	names := waysOf(s.queue.ways, d.Relays)
	if _, err := s.wayTo(names[0]); err == nil || !isGone(err) {
		return false
	}
	if s.queue.lacking == nil {
		s.queue.lacking = map[string]int64{}
	}
	s.queue.lacking[d.Relays[0]] += d.N
	return true
}

// nameLacking says once for each relay that mail waits for it in vain.
func (s *sender) nameLacking() {
	if s.queue == nil {
		return
	}
	for name, n := range s.queue.lacking {
		if !s.queue.told[name] {
			s.env.logger().Warn("mail waits for a relay that this worker lacks", "relay", name, "messages", n)
		}
		if s.queue.told == nil {
			s.queue.told = map[string]bool{}
		}
		s.queue.told[name] = true
	}
	s.queue.lacking = nil
}

// linger waits for mail to be put or to become due; false if the worker is to end
// or to begin anew.
func (s *sender) linger() (goesOn bool) {
	if len(s.places) > placesKept {
		s.queue.crowded = true
		return false
	}
	d, now := pollEvery, s.env.Wall()
	if at, ok := s.alarms.next(); ok {
		d = max(min(d, at.Sub(now)), time.Millisecond)
	}
	if !s.sleep(d) {
		return false
	}
	s.vain = 0
	if s.env.Mono().Sub(s.queue.recovered) < BeatTime {
		return true
	}
	return s.try(s.tidy())
}

// logOutcome tells what became of a mail of the queue, where nobody waits for it.
func (s *sender) logOutcome(f *flight) {
	if s.queue == nil || s.keys != nil {
		return
	}
	a := &f.attempt
	fields := []any{"key", f.item.Key, "id", f.item.ID, "to", firstOf(f.to, f.item.Recipients), "relay", a.Relay, "reply", a.Reply.String()}
	switch a.State {
	case Sent:
		s.env.logger().Info("sent", fields...)
	case Deferred:
		s.env.logger().Info("deferred", append(fields, "due", a.Due.Format(time.RFC3339))...)
	case InDoubt:
		s.env.logger().Warn("in doubt", fields...)
	case Suppressed:
		s.env.logger().Info("suppressed", fields...)
	default:
		s.env.logger().Error(string(a.State), fields...)
	}
}

// firstOf is the first address of the first list that has one.
func firstOf(lists ...[]string) string {
	for _, list := range lists {
		if len(list) > 0 {
			return list[0]
		}
	}
	return ""
}
