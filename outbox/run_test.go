package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/relay"
	"moonpost/sink"
	"moonpost/smtp"
)

func TestRunMailsEachOnce(t *testing.T) {
	h := newHouse(t)
	keys := people(60, "x.test")
	sum := h.run(h.job(keys...))
	if sum.Sent != 60 || sum.Left != 0 || sum.Stopped != "" || len(sum.Errors) > 0 {
		t.Errorf("%+v", sum)
	}
	if got := received(h.trial); !slices.Equal(got, keys) {
		t.Errorf("received %d", len(got))
	}
	h.counts(outbox.Counts{outbox.Sent: 60})
	sum = h.run(h.job(append(keys, "new@x.test")...))
	if sum.Sent != 1 || sum.Already != 60 {
		t.Errorf("the second time: %+v", sum)
	}
	for key, n := range h.calls {
		if n > 1 {
			t.Errorf("%s was rendered %d times", key, n)
		}
	}
	if it := h.item(keys[0]); it.MessageID != keys[0]+".id@example.org" || it.Site != "r" || it.Relay != "r" || it.Tries != 1 || it.Reply.Code != 250 {
		t.Errorf("%+v", it)
	}
}

func TestRunOddRows(t *testing.T) {
	h := newHouse(t)
	sum := h.run(h.job("a@x.test", "", "not-an-address", "a@x.test", "b@x.test", "a@x.test"))
	if sum.Sent != 2 || sum.Failed != 1 || sum.BadRows != 1 || sum.Duplicate != 2 {
		t.Errorf("%+v", sum)
	}
	if len(sum.Errors) != 1 || sum.Errors[0].Text != "not an address" || sum.Errors[0].Key != "not-an-address" {
		t.Errorf("%+v", sum.Errors)
	}
}

func TestRunPlan(t *testing.T) {
	h := newHouse(t)
	job := h.job("a@x.test", "b@x.test", "c@x.test", "gone@x.test")
	job.Flags.Only = []string{"a@x.test"}
	if sum := h.run(job); sum.Sent != 1 || sum.Left != 0 {
		t.Errorf("only one: %+v", sum)
	}
	job = h.job("a@x.test", "b@x.test", "c@x.test", "b@x.test", "", "d@x.test")
	var plan outbox.Plan
	job.Env.Confirm = func(p *outbox.Plan) (bool, error) { plan = *p; return false, nil }
	sum := h.run(job)
	if sum.Stopped != outbox.StoppedDeclined || sum.Sent != 0 || sum.Left != 3 {
		t.Errorf("declined: %+v", sum)
	}
	got := fmt.Sprint(plan.Resumed, plan.Rows, plan.ToSend, plan.Already, plan.Duplicates, plan.Duplicate, plan.Gone, plan.BadRows, plan.Bad[0].Row)
	if got != "true 5 3 1 [b@x.test] 1 1 1 7" {
		t.Error("plan:", got)
	}
	if sum = h.run(h.job("a@x.test", "b@x.test", "c@x.test", "d@x.test")); sum.Sent != 3 || sum.Gone != 1 || sum.Left != 0 {
		t.Errorf("the rest: %+v", sum)
	}
	job = h.job("e@x.test", "a@x.test")
	job.Env.Confirm = func(p *outbox.Plan) (bool, error) { plan = *p; return false, nil }
	h.run(job)
	if plan.ToSend != 1 || plan.Already != 4 || plan.Former != 3 {
		t.Errorf("of another source: %+v", plan)
	}
	if got := received(h.trial); len(got) != 4 {
		t.Error("received", got)
	}
}

func TestRunBrokenSource(t *testing.T) {
	h := newHouse(t)
	job := h.job()
	broken := errors.New("line 9: no such column")
	job.Source = &rows{list: people(5, "x.test"), err: broken}
	sum, err := outbox.Run(t.Context(), job)
	if !errors.Is(err, broken) || sum.Sent != 0 || h.trial.Count() != 0 {
		t.Errorf("%v, %+v", err, sum)
	}
	if sum = h.run(h.job(people(5, "x.test")...)); sum.Sent != 5 {
		t.Errorf("repaired: %+v", sum)
	}
}

func TestRunChanged(t *testing.T) {
	h := newHouse(t)
	job := h.job("a@x.test", "b@x.test")
	job.Flags.Limit = 1
	if sum := h.run(job); sum.Sent != 1 || sum.Left != 1 || !sum.Wanted {
		t.Errorf("limited: %+v", sum)
	}
	job = h.job("a@x.test", "b@x.test")
	job.Fingerprint.Script = "s2"
	var changed *outbox.ChangedError
	if _, err := outbox.Run(t.Context(), job); !errors.As(err, &changed) || changed.What != "script" || changed.Left != 1 {
		t.Errorf("changed: %v", err)
	}
	job = h.job("a@x.test", "b@x.test")
	job.Fingerprint.Script = "s2"
	job.Flags.AcceptChanges = true
	if sum := h.run(job); sum.Sent != 1 {
		t.Errorf("accepted: %+v", sum)
	}
	job = h.job("a@x.test", "b@x.test")
	job.Fingerprint.Template = "t1" // with nothing left that is no trouble
	if sum := h.run(job); sum.Already != 2 {
		t.Errorf("%+v", sum)
	}
}

func TestRunBusy(t *testing.T) {
	h := newHouse(t)
	var inner error
	job := h.job("a@x.test")
	job.Env.Confirm = func(*outbox.Plan) (bool, error) {
		_, inner = outbox.Run(t.Context(), h.job("a@x.test"))
		return true, nil
	}
	if sum := h.run(job); sum.Sent != 1 {
		t.Errorf("%+v", sum)
	}
	var busy *outbox.BusyError
	if !errors.As(inner, &busy) || busy.By.Process == 0 {
		t.Errorf("the second run: %v", inner)
	}
}

func TestRunRenderErrors(t *testing.T) {
	h := newHouse(t)
	job := h.job("a@x.test", "bad@x.test", "skip@x.test", "nul@x.test", "nobody@x.test", "lost@x.test")
	job.Render = h.counted(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
		m := letter(it)
		switch name, _, _ := strings.Cut(it.Key, "@"); name {
		case "bad":
			return nil, errors.New("news.lua:12: attempt to index a nil value")
		case "skip":
			return nil, nil
		case "nul":
			m.MessageID = "a\x00b"
		case "nobody":
			m.To = nil
		case "lost":
			m.Relays = []string{"none"}
		}
		return m, nil
	})
	sum := h.run(job)
	if sum.Sent != 1 || sum.Failed != 4 || sum.Skipped != 1 || sum.Left != 0 {
		t.Errorf("%+v", sum)
	}
	h.counts(outbox.Counts{outbox.Sent: 1, outbox.Failed: 4, outbox.Pending: 1})
	if it := h.item("bad@x.test"); it.Reply.Text != "news.lua:12: attempt to index a nil value" {
		t.Errorf("%+v", it)
	}
	if h.calls["skip@x.test"] != 1 {
		t.Error("the skipped item was rendered", h.calls["skip@x.test"], "times")
	}
	job = h.job("a@x.test", "bad@x.test")
	job.Flags.RetryFailed = true
	if sum = h.run(job); sum.Sent < 1 {
		t.Errorf("failed ones again: %+v", sum)
	}
}

func TestRunRetries(t *testing.T) {
	h := newHouse(t,
		sink.Rule{Rcpt: "later@*", First: 2, Code: 451, Text: "come back"},
		sink.Rule{Rcpt: "never@*", Code: 450, Text: "not today"},
		sink.Rule{Rcpt: "refused@*", Code: 550, Text: "no such user"})
	job := h.job("a@x.test", "later@x.test", "never@x.test", "refused@x.test")
	job.Retry = outbox.Retry{Attempts: 3}
	sum := h.run(job)
	if sum.Sent != 1 || sum.Deferred != 2 || sum.Failed != 1 || sum.Left != 2 {
		t.Errorf("without waiting: %+v", sum)
	}
	h.clock.now = h.clock.now.Add(2 * time.Minute)
	job = h.job("a@x.test", "later@x.test", "never@x.test", "refused@x.test")
	job.Retry, job.Wait = outbox.Retry{Attempts: 3}, time.Hour
	sum = h.run(job)
	if sum.Sent != 1 || sum.Deferred != 0 || sum.Failed != 2 {
		t.Errorf("waiting: %+v", sum)
	}
	if it := h.item("never@x.test"); it.Attempts != 3 || it.Reply.Text != "not today" || it.Reply.Code != 450 {
		t.Errorf("%+v", it)
	}
	if it := h.item("later@x.test"); it.Tries != 3 || it.State != outbox.Sent {
		t.Errorf("%+v", it)
	}
}

func TestRunSlowDown(t *testing.T) {
	h := newHouse(t, sink.Rule{Stage: sink.StageMail, First: 6, Code: 421, Text: "too fast"})
	h.relay("r", hasty(relay.Options{SMTP: smtp.Options{Host: h.trial.Addr()}}))
	job := h.job("a@x.test")
	job.Wait = time.Hour
	if sum := h.run(job); sum.Sent != 1 || sum.Failed != 0 {
		t.Errorf("%+v", sum)
	}
	if it := h.item("a@x.test"); it.Attempts != 1 || it.Tries < 3 {
		t.Errorf("%d attempts, %d tries", it.Attempts, it.Tries)
	}
}

func TestRunDeadRelay(t *testing.T) {
	h := newHouse(t)
	h.relay("r", relay.Options{SMTP: smtp.Options{Host: "127.0.0.1:1"}})
	job := h.job(people(200, "x.test")...)
	sum := h.run(job)
	if sum.Sent != 0 || sum.Deferred == 0 || sum.Deferred > 20 || sum.Left != 200 || !strings.HasPrefix(sum.Stopped, "the relay r can't be had") {
		t.Errorf("%+v", sum)
	}
	h.relay("r", relay.Options{SMTP: smtp.Options{Host: h.trial.Addr()}})
	job = h.job(people(200, "x.test")...)
	job.Wait = time.Hour
	if sum = h.run(job); sum.Sent != 200 {
		t.Errorf("repaired: %+v", sum)
	}
}

// TestRunAfterDays: a relay that is down when a batch goes on after days fails nobody,
// and who is deferred then is tried again.
func TestRunAfterDays(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "p0001@*", First: 2, Code: 450})
	h.relay("r", relay.Options{SMTP: smtp.Options{Host: "127.0.0.1:1"}})
	job := h.job()
	job.Source = &placed{rows{list: people(60, "x.test")}}
	h.run(job)
	h.clock.now = h.clock.now.Add(72 * time.Hour)
	job.Source = nil
	if sum := h.run(job); sum.Failed != 0 || sum.Left != 60 || !strings.HasPrefix(sum.Stopped, "the relay r can't be had") {
		t.Errorf("%+v", sum)
	}
	h.relay("r", relay.Options{SMTP: smtp.Options{Host: h.trial.Addr()}})
	job.Wait = 6 * time.Hour
	if sum := h.run(job); sum.Sent != 60 {
		t.Errorf("repaired: %+v", sum)
	}
}

// TestWorkDeadRelayForDays: what nobody could try is given up as what was tried.
func TestWorkDeadRelayForDays(t *testing.T) {
	h := newHouse(t)
	h.relay("r", relay.Options{SMTP: smtp.Options{Host: "127.0.0.1:1"}})
	for _, key := range people(30, "x.test") {
		h.put(key, nil, key)
	}
	h.work(h.duty(0))
	h.clock.now = h.clock.now.Add(72 * time.Hour)
	told := 0
	duty := h.duty(0)
	duty.Tell.Failed = func(*outbox.Event) error { told++; return nil }
	if sum := h.work(duty); sum.Failed != 30 || sum.Left != 0 || told != 30 || len(sum.Errors) != 1 {
		t.Errorf("%+v, told of %d", sum, told)
	}
}

// placed is a source that tells beforehand where its mail goes.
type placed struct{ rows }

func (p *placed) Next(ctx context.Context) (*outbox.NewItem, error) {
	it, err := p.rows.Next(ctx)
	if err == nil {
		it.Recipients, it.Relays, it.Site = []string{it.Key}, []string{"r"}, "r"
	}
	return it, err
}

func TestRunFailsOver(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "never@*", Code: 550, Text: "no"}, sink.Rule{Rcpt: "policy@*", Code: 554, Text: "policy"})
	second := newTrial(t)
	h.relay("dead", relay.Options{SMTP: smtp.Options{Host: "127.0.0.1:1"}})
	h.relay("second", relay.Options{SMTP: smtp.Options{Host: second.Addr()}})
	job := h.job("dead@x.test", "never@x.test", "policy@x.test")
	job.Failover = func(r outbox.Reply) bool { return r.Text == "policy" }
	job.Render = renderFunc(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
		m := letter(it)
		if m.Relays = []string{"r", "second"}; strings.HasPrefix(it.Key, "dead") {
			m.Relays = []string{"dead", "second"}
		}
		return m, nil
	})
	if sum := h.run(job); sum.Sent != 2 || sum.Failed != 1 {
		t.Errorf("%+v", sum)
	}
	if got := received(second); !slices.Equal(got, []string{"dead@x.test", "policy@x.test"}) {
		t.Error("the second relay got", got)
	}
	if it := h.item("dead@x.test"); it.Relay != "second" || it.Site != "dead" {
		t.Errorf("%+v", it)
	}
}

func TestRunSeveralSites(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "*@slow.test", Stage: sink.StageRcpt, Code: 450})
	h.relay("r", relay.Options{
		SMTP: smtp.Options{},
		MX:   &relay.MX{Hosts: map[string][]string{"*": {h.trial.Addr()}}},
	})
	job := h.job("all@x.test")
	job.Render = renderFunc(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
		m := letter(it)
		m.To = []string{"a@x.test", "b@slow.test", "c@x.test", "d@y.test"}
		return m, nil
	})
	sum := h.run(job)
	if sum.Sent != 2 || sum.Deferred != 1 || h.trial.Count() != 2 {
		t.Errorf("%+v, %d messages", sum, h.trial.Count())
	}
	if got := received(h.trial); !slices.Equal(got, []string{"a@x.test", "c@x.test", "d@y.test"}) {
		t.Error("received", got)
	}
	list, err := h.store.Items(t.Context(), outbox.Filter{Batch: "b", States: []outbox.State{outbox.Deferred}})
	if err != nil || len(list) != 1 || list[0].Site != "r/slow.test" || !slices.Equal(list[0].Recipients, []string{"b@slow.test"}) {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestRunSuppression(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "gone@*", Code: 550, Enhanced: "5.1.1", Text: "no such user"})
	err := h.store.Suppress(t.Context(), []outbox.Suppression{
		{Address: "a@x.test", Scope: "*", Reason: "complaint", Created: h.clock.now},
		{Address: "b@x.test", Scope: "news", Created: h.clock.now},
		{Address: "c@x.test", Scope: "other", Created: h.clock.now},
	})
	if err != nil {
		t.Fatal(err)
	}
	job := h.job("a@X.test", "b@x.test", "c@x.test", "some@x.test", "gone@x.test")
	job.Scopes = []string{"news"}
	job.SuppressOn = func(r outbox.Reply) bool { return r.Enhanced == "5.1.1" }
	job.Render = renderFunc(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
		m := letter(it)
		if it.Key == "some@x.test" {
			m.To = []string{"a@x.test", "some@x.test"}
		}
		return m, nil
	})
	if sum := h.run(job); sum.Sent != 2 || sum.Suppressed != 2 || sum.Failed != 1 {
		t.Errorf("%+v", sum)
	}
	if got := received(h.trial); !slices.Equal(got, []string{"c@x.test", "some@x.test"}) {
		t.Error("received", got)
	}
	outcomes, err := h.store.Outcomes(t.Context(), h.item("some@x.test").ID)
	if err != nil || len(outcomes) != 2 {
		t.Errorf("%+v, %v", outcomes, err)
	}
	found, err := h.store.Suppressed(t.Context(), []string{"gone@x.test"}, []string{"*"}, h.clock.now)
	if err != nil || len(found) != 1 || found[0].Source != "b" {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestRunStops(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "*", Code: 550, Text: "no"})
	job := h.job(people(500, "x.test")...)
	job.StopIf = outbox.StopIf{Fraction: 0.5, After: 20}
	sum := h.run(job)
	if sum.Stopped != outbox.StoppedFailures || !strings.Contains(sum.Why, ", 100 %") || sum.Failed < 20 || sum.Failed > 60 || sum.Left != 500-sum.Failed {
		t.Errorf("%+v", sum)
	}
}

func TestRunHours(t *testing.T) {
	h := newHouse(t)
	every := [7]bool{true, true, true, true, true, true, true}
	job := h.job("a@x.test")
	job.Hours = outbox.Hours{Days: every, From: 20 * time.Hour, To: 22 * time.Hour, Zone: time.UTC}
	if sum := h.run(job); sum.Stopped != outbox.StoppedHours || sum.Why != "its hours are closed until 2026-10-01 20:00 UTC" || sum.Left != 1 {
		t.Errorf("%+v", sum)
	}
	job.Source, job.Wait = nil, 9*time.Hour
	if sum := h.run(job); sum.Sent != 1 || sum.Stopped != "" || h.clock.now.Hour() != 20 {
		t.Errorf("%+v at %s", sum, h.clock.now)
	}
	job = h.job("b@x.test")
	job.Expires = h.clock.now
	job.Env.Confirm = func(*outbox.Plan) (bool, error) { t.Error("asked"); return true, nil }
	if sum := h.run(job); sum.Stopped != outbox.StoppedExpired || sum.Why == "" || sum.Left != 1 {
		t.Errorf("%+v", sum)
	}
}

func TestRunRate(t *testing.T) {
	h := newHouse(t)
	job := h.job(people(30, "x.test")...)
	job.Rates = []relay.Rate{{Count: 60, Per: time.Minute}}
	began := h.clock.now
	if sum := h.run(job); sum.Sent != 30 {
		t.Errorf("%+v", sum)
	}
	if took := h.clock.now.Sub(began); took != 29*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestRunLimit(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "p0001@*", First: 1, Code: 450})
	job := h.job(people(40, "x.test")...)
	job.Flags.Limit, job.Wait = 10, time.Hour
	sum := h.run(job)
	if sum.Sent != 10 || sum.Left != 30 || !sum.Wanted || sum.Stopped != "" {
		t.Errorf("%+v", sum)
	}
	if it := h.item("p0001@x.test"); it.State != outbox.Sent || it.Tries != 2 {
		t.Errorf("%+v", it)
	}
}
