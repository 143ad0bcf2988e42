package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"moonpost/outbox"
	"moonpost/outbox/sqlstore"
	"moonpost/relay"
	"moonpost/sink"
	"moonpost/smtp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock jumps where a run sleeps.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

// text is content that is ready for the wire.
type text string

func (s text) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, string(s))
	return int64(n), err
}
func (s text) Size() int64 { return int64(len(s)) }
func (s text) Segments(yield func(b []byte, dotSafe bool) error) error {
	return yield([]byte(s), false)
}

// house is a store, a server with relays to it, and what a run needs beside.
type house struct {
	t     *testing.T
	path  string
	store outbox.Store
	trial *sink.Trial
	clock *clock
	ways  map[string]*relay.Relay
	calls map[string]int // of the renderer, by key
	mu    sync.Mutex
}

func newHouse(t *testing.T, rules ...sink.Rule) *house {
	t.Helper()
	h := &house{
		t: t, path: filepath.Join(t.TempDir(), "box.db"), clock: &clock{now: time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)},
		ways: map[string]*relay.Relay{}, calls: map[string]int{}, trial: newTrial(t, rules...),
	}
	h.open()
	h.relay("r", relay.Options{SMTP: smtp.Options{Host: h.trial.Addr()}})
	return h
}

func newTrial(t *testing.T, rules ...sink.Rule) *sink.Trial {
	t.Helper()
	for i := range rules {
		if err := rules[i].Settle(); err != nil {
			t.Fatal(err)
		}
	}
	trial, err := sink.StartTrial(sink.TrialOptions{Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(trial.Close)
	return trial
}

// open opens the store, as another process would.
func (h *house) open() {
	h.t.Helper()
	store, err := sqlstore.Open(h.t.Context(), "sqlite:"+h.path, sqlstore.Options{Wall: h.clock.Now})
	if err != nil {
		h.t.Fatal(err)
	}
	h.store = store
	h.t.Cleanup(func() { store.Close() })
}

func (h *house) relay(name string, o relay.Options) *relay.Relay {
	h.t.Helper()
	o.Name = name
	r, err := relay.New(o)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = r.Close(ctx)
	})
	h.ways[name] = r
	return r
}

// hasty makes a relay's clock run two hundred times as fast.
func hasty(o relay.Options) relay.Options {
	const speed = 200
	start := time.Now()
	o.Mono = func() time.Time { return start.Add(time.Since(start) * speed) }
	o.Timer = func(d time.Duration) (<-chan time.Time, func() bool) {
		t := time.NewTimer(d / speed)
		return t.C, t.Stop
	}
	return o
}

func (h *house) Relay(name string) (*relay.Relay, error) {
	if r := h.ways[name]; r != nil {
		return r, nil
	}
	return nil, &outbox.NotFoundError{What: "relay", Name: name}
}

// rows is a source of keys, which are addresses too.
type rows struct {
	list []string
	err  error // at the end; nil: io.EOF
}

func (r *rows) Next(context.Context) (*outbox.NewItem, error) {
	if len(r.list) == 0 {
		if r.err != nil {
			return nil, r.err
		}
		return nil, io.EOF
	}
	key := r.list[0]
	r.list = r.list[1:]
	switch {
	case key == "":
		return nil, &outbox.RowError{Row: 7, Err: errors.New("the key is nil")}
	case !strings.Contains(key, "@"):
		return &outbox.NewItem{Key: key, Row: []byte(`{}`), Failure: &outbox.Reply{Text: "not an address"}}, nil
	}
	return &outbox.NewItem{Key: key, Row: fmt.Appendf(nil, `{"email":%q}`, key)}, nil
}

// people are so many keys at a domain.
func people(n int, domain string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("p%04d@%s", i, domain)
	}
	return list
}

// renderFunc is a Renderer.
type renderFunc func(ctx context.Context, it *outbox.Item) (*outbox.Mail, error)

func (f renderFunc) Render(ctx context.Context, it *outbox.Item) (*outbox.Mail, error) {
	return f(ctx, it)
}

// letter is the usual mail of an item: to its key, by the relay r.
func letter(it *outbox.Item) *outbox.Mail {
	body := "Subject: " + it.Key + "\r\n\r\nHello\r\n"
	return &outbox.Mail{
		Message: smtp.Letter("news@example.org", []string{it.Key}, text(body)), Sender: "news@example.org", To: []string{it.Key},
		MessageID: it.Key + ".id@example.org", Relays: []string{"r"},
	}
}

// job is a batch to some people.
func (h *house) job(keys ...string) outbox.Job {
	return outbox.Job{
		ID: "b", Fingerprint: outbox.Fingerprint{Script: "s1"}, Source: &rows{list: keys}, Relays: h,
		Render: h.counted(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) { return letter(it), nil }),
		Env:    outbox.Env{Store: h.store, Wall: h.clock.Now, Mono: h.clock.Now, Sleep: h.clock.Sleep},
	}
}

// counted counts how often an item is rendered.
func (h *house) counted(f renderFunc) renderFunc {
	return func(ctx context.Context, it *outbox.Item) (*outbox.Mail, error) {
		h.mu.Lock()
		h.calls[it.Key]++
		h.mu.Unlock()
		return f(ctx, it)
	}
}

// run runs a job that has no error.
func (h *house) run(job outbox.Job) outbox.Summary {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	sum, err := outbox.Run(ctx, job)
	if err != nil {
		h.t.Fatalf("run: %v; %+v", err, sum)
	}
	return sum
}

// received are the recipients whom the server took mail for, in order of name.
func received(trial *sink.Trial) []string {
	var list []string
	for _, m := range trial.Messages() {
		list = append(list, m.To...)
	}
	slices.Sort(list)
	return list
}

// counts compares the batch's states.
func (h *house) counts(want outbox.Counts) {
	h.t.Helper()
	got, err := h.store.Counts(h.t.Context(), "b", 0)
	if err != nil {
		h.t.Fatal(err)
	}
	for s := range got {
		if got[s] == 0 {
			delete(got, s)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		h.t.Errorf("states %v, want %v", got, want)
	}
}

// item reads one.
func (h *house) item(key string) outbox.Item {
	h.t.Helper()
	list, err := h.store.Items(h.t.Context(), outbox.Filter{Batch: "b", Keys: []string{key}})
	if err != nil || len(list) != 1 {
		h.t.Fatalf("item %s: %v, %v", key, list, err)
	}
	return list[0]
}
