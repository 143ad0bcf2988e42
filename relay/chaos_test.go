package relay

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// moody is a host that fails in every way now and then.
func moody(seed uint64) *fakeHost {
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(seed, seed))
	roll := func(n int) bool {
		mu.Lock()
		defer mu.Unlock()
		return dice.IntN(n) == 0
	}
	return &fakeHost{
		refuse: func(int) error {
			if roll(6) {
				return errors.New("refused")
			}
			return nil
		},
		answer: func(_ int, verb, _ string) string {
			switch {
			case roll(60):
				return "-"
			case verb != "QUIT" && verb != "EHLO" && roll(40):
				return "421 4.3.2 now and then"
			case verb == "RCPT" && roll(20):
				return "450 4.2.0 later"
			case verb == "." && roll(5):
				time.Sleep(2 * time.Second)
			}
			return ""
		},
	}
}

// TestEverythingAtOnce: sites that fail, few places, limits of every kind, messages
// to several domains, contexts that end. Each message has one outcome, which tells
// of each recipient, and nothing is left behind.
func TestEverythingAtOnce(t *testing.T) {
	hosts := map[string]*fakeHost{}
	for i := range 20 {
		hosts[fmt.Sprintf("d%d.test", i)] = moody(uint64(i))
	}
	o := Options{
		Connections: 3, TotalConnections: 5, Queue: 50, MessagesPerConnection: 7, Lifetime: 20 * time.Second, Idle: 3 * time.Second,
		Rates: []Rate{{50, time.Second}}, RecipientRates: []Rate{{80, time.Second}}, Burst: 5,
		PerDomain: map[string]DomainLimits{
			"d0.test": {Rates: []Rate{{2, time.Second}}}, "d1.test": {Connections: 1}, "*": {MessagesPerConnection: 5, RecipientRates: []Rate{{20, time.Second}}},
		},
	}
	const senders, each = 4, 150
	mxBubble(t, hosts, o, func(t *testing.T, r *Relay) {
		var group sync.WaitGroup
		for n := range senders {
			group.Go(func() { submitAtRandom(t, r, n*each, each) })
		}
		group.Go(func() {
			for i := range 50 {
				_, _ = r.Send(t.Context(), letter{to: fmt.Sprintf("x@d%d.test y@d%d.test", i%20, i%7)}, nil)
			}
		})
		group.Wait()
		seen := map[any]bool{}
		for out, ok := r.Next(t.Context()); ok; out, ok = r.Next(t.Context()) {
			if seen[out.Tag] {
				t.Errorf("%v came twice", out.Tag)
			}
			seen[out.Tag] = true
			if want := len(strings.Fields(out.Tag.(string))) - 1; out.Result != nil && len(out.Result.Recipients) != want {
				t.Errorf("%s: %+v", out.Tag, out.Result)
			}
		}
		if len(seen) != senders*each {
			t.Errorf("%d outcomes", len(seen))
		}
		if s := r.Stats(); s.Connections > 5 || s.Sent < 200 {
			t.Errorf("%+v", s)
		}
	})
}

func submitAtRandom(t *testing.T, r *Relay, first, n int) {
	dice := rand.New(rand.NewPCG(uint64(first), 7))
	for i := range n {
		var to []string
		for k := range 1 + dice.IntN(3) {
			to = append(to, fmt.Sprintf("r%d@d%d.test", k, dice.IntN(20)))
		}
		ctx := t.Context()
		if dice.IntN(10) == 0 {
			limited, cancel := context.WithTimeout(ctx, time.Duration(dice.IntN(5000))*time.Millisecond)
			t.Cleanup(cancel)
			ctx = limited
		}
		err := r.Submit(ctx, Job{Message: letter{to: strings.Join(to, " ")}, Tag: fmt.Sprint(first+i, " ", strings.Join(to, " "))})
		if err != nil && ctx.Err() != nil { // it never began: once more without a limit
			err = r.Submit(t.Context(), Job{Message: letter{to: strings.Join(to, " ")}, Tag: fmt.Sprint(first+i, " ", strings.Join(to, " "))})
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// TestLanesAtRandom: whatever comes and goes, no gate lets more pass than it may,
// within a lane the order is kept, and everything comes out once.
func TestLanesAtRandom(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	gates := make([]*gate, 4)
	for i := range gates {
		gates[i] = newGate(DomainLimits{Connections: i % 3, Rates: []Rate{{1 + i, time.Second}}})
	}
	var q lanes
	whole := newLimiter([]Rate{{100, time.Second}}, nil, 3, nil)
	now, pushed, last := time.Unix(0, 0), 0, map[string]int{}
	var busy []*job
	for step := 0; pushed < 2000 || q.size > 0; step++ {
		if step > 1_000_000 {
			t.Fatalf("%d jobs don't come out", q.size)
		}
		if pushed < 2000 {
			j := &job{Job: Job{Tag: pushed}, recipients: 1 + dice.IntN(3)}
			for i, g := range gates {
				if dice.IntN(3) == 0 {
					g.users++
					j.gates = append(j.gates, passage{g, 1})
					j.lane += fmt.Sprint(i, " ")
				}
			}
			q.push(j)
			pushed++
		}
		if j := q.take(now, whole); j != nil {
			if before, ok := last[j.lane]; ok && before > j.Tag.(int) {
				t.Fatalf("%d after %d in lane %s", j.Tag, before, j.lane)
			}
			last[j.lane] = j.Tag.(int)
			busy = append(busy, j)
		}
		for _, g := range gates {
			if g.limits.Connections > 0 && g.busy > g.limits.Connections {
				t.Fatalf("%d pass a gate for %d", g.busy, g.limits.Connections)
			}
		}
		if len(busy) > 0 && dice.IntN(2) == 0 {
			busy[0].leave()
			busy = busy[1:]
		}
		now = now.Add(time.Duration(dice.IntN(20)) * time.Millisecond)
	}
	for _, j := range busy {
		j.leave()
	}
	for i, g := range gates {
		if g.busy != 0 || g.users != 0 {
			t.Errorf("gate %d: %d busy, %d users", i, g.busy, g.users)
		}
	}
}
