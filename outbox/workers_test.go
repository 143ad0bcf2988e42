package outbox_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/relay"
	"moonpost/smtp"
)

// shared is a store that several workers use; each place is the one's who wanted it first, but relays
// are halved.
type shared struct {
	outbox.Store
	lost bool

	mu     sync.Mutex
	owners map[string]int64
	most   map[string]int // shards that were held at once
}

func share(s outbox.Store) *shared {
	return &shared{Store: s, owners: map[string]int64{}, most: map[string]int{}}
}

func (s *shared) Shared() bool { return true }

func (s *shared) Beat(_ context.Context, worker int64, wants []outbox.Want) (list []outbox.Share, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost {
		return nil, &outbox.LostError{Worker: worker}
	}
	for name, owner := range s.owners {
		if owner == worker && !slices.ContainsFunc(wants, func(w outbox.Want) bool { return w.Name == name }) {
			delete(s.owners, name)
		}
	}
	for _, w := range wants {
		one := outbox.Share{Name: w.Name, Held: w.Shards / 2, Shards: w.Shards}
		if w.Shards == 1 {
			if s.owners[w.Name] == 0 {
				s.owners[w.Name] = worker
			}
			if s.owners[w.Name] == worker {
				one.Held = 1
			}
		}
		s.most[w.Name] = max(s.most[w.Name], w.Shards)
		list = append(list, one)
	}
	return list, nil
}

// together runs jobs side by side and returns their summaries.
func together(t *testing.T, jobs ...outbox.Job) []outbox.Summary {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	sums := make([]outbox.Summary, len(jobs))
	var all sync.WaitGroup
	for i := range jobs {
		all.Go(func() {
			var err error
			if sums[i], err = outbox.Run(ctx, jobs[i]); err != nil {
				t.Errorf("worker %d: %v, %+v", i, err, sums[i])
			}
		})
	}
	all.Wait()
	return sums
}

// realTime makes a job go by the real clock.
func realTime(job outbox.Job) outbox.Job {
	job.Env.Wall, job.Env.Mono = time.Now, time.Now
	job.Env.Sleep = func(ctx context.Context, d time.Duration) error {
		select {
		case <-time.After(d / 20):
		case <-ctx.Done():
		}
		return ctx.Err()
	}
	return job
}

func TestSharedStoreTwoWorkers(t *testing.T) {
	for _, name := range []string{"one host", "by domain"} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.clock.now = time.Now()
			store := share(h.store)
			keys := slices.Concat(people(20, "a.test"), people(20, "b.test"), people(20, "c.test"))
			var jobs []outbox.Job
			for range 2 {
				other := &house{t: t, ways: map[string]*relay.Relay{}}
				o := relay.Options{SMTP: smtp.Options{Host: h.trial.Addr()}}
				if name == "by domain" {
					o = relay.Options{MX: &relay.MX{Hosts: map[string][]string{"*": {h.trial.Addr()}}}}
				}
				other.relay("r", o)
				job := realTime(h.job(keys...))
				job.Relays, job.Env.Store = other, store
				jobs = append(jobs, job)
			}
			sums := together(t, jobs...)
			if sums[0].Sent+sums[1].Sent != 60 || sums[0].Left+sums[1].Left != 0 {
				t.Errorf("%+v", sums)
			}
			slices.Sort(keys)
			if got := received(h.trial); !slices.Equal(got, keys) {
				t.Errorf("received %d", len(got))
			}
			want := 4
			if name == "by domain" {
				want = 16
			}
			if store.most["r"] != want {
				t.Errorf("%d shards of the relay", store.most["r"])
			}
		})
	}
}

func TestSharedStoreSkips(t *testing.T) {
	h := newHouse(t)
	h.clock.now = time.Now()
	store := share(h.store)
	var jobs []outbox.Job
	for range 2 {
		job := realTime(h.job(people(10, "x.test")...))
		job.Env.Store = store
		job.Render = renderFunc(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
			if it.Key < "p0005" {
				return nil, nil
			}
			return letter(it), nil
		})
		jobs = append(jobs, job)
	}
	together(t, jobs...)
	h.counts(outbox.Counts{outbox.Sent: 5, outbox.Pending: 5})
}

// TestSharedStoreTakesOverTheWalk: the producer dies before its walk is whole.
func TestSharedStoreTakesOverTheWalk(t *testing.T) {
	h := newHouse(t)
	store := share(h.store)
	ctx := t.Context()
	if _, _, err := store.OpenBatch(ctx, "b", outbox.Fingerprint{Script: "s1"}, h.clock.now); err != nil {
		t.Fatal(err)
	}
	dies, err := store.Join(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Produce(ctx, "b", dies.ID); err != nil {
		t.Fatal(err)
	}
	job := h.job(people(10, "x.test")...)
	job.Env.Store = store
	slept := 0
	job.Env.Sleep = func(ctx context.Context, d time.Duration) error {
		if slept++; slept == 3 {
			if err := store.Leave(ctx, dies.ID); err != nil {
				t.Error(err)
			}
		}
		return h.clock.Sleep(ctx, d)
	}
	if sum := h.run(job); sum.Sent != 10 || slept < 3 {
		t.Errorf("%+v after %d naps", sum, slept)
	}
}

func TestSharedStoreLost(t *testing.T) {
	h := newHouse(t)
	store := share(h.store)
	store.lost = true
	job := h.job(people(10, "x.test")...)
	job.Env.Store = store
	sum, err := outbox.Run(t.Context(), job)
	var lost *outbox.LostError
	if !errors.As(err, &lost) || sum.Sent != 0 || h.trial.Count() != 0 {
		t.Errorf("%v, %+v", err, sum)
	}
}
