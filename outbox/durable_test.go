package outbox_test

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/relay"
	"moonpost/sink"
	"moonpost/smtp"
)

// TestSharedStoreLimit: what a limit leaves behind is not what others are at.
func TestSharedStoreLimit(t *testing.T) {
	h := newHouse(t)
	store := share(h.store)
	for _, name := range []string{"r", "s"} {
		h.relay(name, relay.Options{Connections: 2, SMTP: smtp.Options{Host: h.trial.Addr()}})
	}
	for i := range 8 {
		job := realTime(h.job())
		job.Env.Store, job.Flags.Limit = store, 5
		list := people(40, "x.test")
		job.Source = sourceFunc(func(context.Context) (*outbox.NewItem, error) {
			if len(list) == 0 {
				return nil, io.EOF
			}
			key, way := list[0], []string{"r", "s"}[len(list)%2]
			list = list[1:]
			return &outbox.NewItem{Key: key, Row: []byte("{}"), Recipients: []string{key}, Relays: []string{way}, Site: way}, nil
		})
		job.Render = renderFunc(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
			m := letter(it)
			m.Relays = it.Relays
			return m, nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if sum, err := outbox.Run(ctx, job); err != nil || sum.Sent != 5 {
			t.Errorf("run %d: %v, %+v", i, err, sum)
		}
		cancel()
	}
}

// TestSharedStoreJoinsWithoutSource: a walk without a source brings nothing, and whoever
// joins sends what is there all the same.
func TestSharedStoreJoinsWithoutSource(t *testing.T) {
	h := newHouse(t)
	job := h.job(people(10, "x.test")...)
	job.Env.Confirm = func(*outbox.Plan) (bool, error) { return false, nil }
	h.run(job)
	store, ctx := share(h.store), t.Context()
	w, err := store.Join(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Produce(ctx, "b", w.ID); err != nil {
		t.Fatal(err)
	}
	if err := store.Walked(ctx, "b", w.ID); err != nil {
		t.Fatal(err)
	}
	job = realTime(h.job())
	job.Source, job.Env.Store = nil, store
	if sum := h.run(job); sum.Sent != 10 {
		t.Errorf("%+v", sum)
	}
}

// TestRunFailsOverToSeveralSites: the parts of a mail go to several sites at once, and
// each leaves its place at the final dots to others.
func TestRunFailsOverToSeveralSites(t *testing.T) {
	h := newHouse(t, sink.Rule{Stage: sink.StageMail, Code: 451, Text: "later"})
	second := newTrial(t)
	h.relay("mx", relay.Options{TotalConnections: 2, MX: &relay.MX{Hosts: map[string][]string{"*": {second.Addr()}}}})
	job := h.job(people(12, "x.test")...)
	var want []string
	for _, key := range people(12, "x.test") {
		want = append(want, "b."+key+".test", key)
	}
	job.Render = renderFunc(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
		m := letter(it)
		m.To, m.Relays = []string{it.Key, "b." + it.Key + ".test"}, []string{"r", "mx"}
		m.Message = smtp.Letter(m.Sender, m.To, text("Subject: x\r\n\r\nHello\r\n"))
		return m, nil
	})
	began := time.Now()
	if sum := h.run(job); sum.Sent != 12 {
		t.Errorf("%+v", sum)
	}
	slices.Sort(want)
	if got := received(second); !slices.Equal(got, want) {
		t.Errorf("received %v", got)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("final dots waited for each other: %s", took)
	}
}
