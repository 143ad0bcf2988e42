package outbox_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"moonpost/outbox"
	"moonpost/sink"
)

func TestRehearse(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "no@*", Code: 550, Text: "no such user"})
	first := h.job("sent@x.test")
	h.run(first)
	h.trial.Clear()
	job := h.job("sent@x.test", "a@x.test", "no@x.test", "", "not-an-address", "a@x.test", "bad@x.test", "skip@x.test", "b@x.test")
	job.Render = renderFunc(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
		switch it.Key {
		case "bad@x.test":
			return nil, errors.New("news.lua:3: nil")
		case "skip@x.test":
			return nil, nil
		}
		return letter(it), nil
	})
	sum, err := outbox.Rehearse(t.Context(), job)
	if err != nil || sum.Sent != 2 || sum.Already != 1 || sum.Failed != 3 || sum.Skipped != 1 || sum.Duplicate != 1 || sum.BadRows != 1 {
		t.Errorf("%v, %+v", err, sum)
	}
	if got := received(h.trial); !slices.Equal(got, []string{"a@x.test", "b@x.test"}) {
		t.Error("received", got)
	}
	h.counts(outbox.Counts{outbox.Sent: 1})
}

func TestRehearseFlags(t *testing.T) {
	h := newHouse(t)
	job := h.job(people(2500, "x.test")...)
	job.Env.Store = nil
	job.Flags.Limit = 3
	if sum, err := outbox.Rehearse(t.Context(), job); err != nil || sum.Sent != 3 || !sum.Wanted {
		t.Errorf("limited: %v, %+v", err, sum)
	}
	job = h.job(people(2500, "x.test")...)
	job.Flags.Only = []string{"p2400@x.test"}
	if sum, err := outbox.Rehearse(t.Context(), job); err != nil || sum.Sent != 1 {
		t.Errorf("only one: %v, %+v", err, sum)
	}
	job = h.job()
	broken := errors.New("no such column")
	job.Source = &rows{list: people(3, "x.test"), err: broken}
	if _, err := outbox.Rehearse(t.Context(), job); !errors.Is(err, broken) {
		t.Errorf("broken: %v", err)
	}
	if list, err := h.store.ListBatches(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("the store knows %v, %v", list, err)
	}
}
