package outbox

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"moonpost/relay"
	"moonpost/smtp"
)

// reply is one as a server gives it.
func serverReply(code int, text string) smtp.Reply {
	r := Reply{Code: code, Text: text}
	return r.asServer()
}

func rcpt(address string, code int) smtp.RecipientResult {
	return smtp.RecipientResult{Address: address, Reply: serverReply(code, "x"), Stage: smtp.StageRcpt}
}

// failing is an error of the engine by its kind, as tests can't make one with all that belongs to it.
type failing struct {
	error
	stage     smtp.Stage
	temporary bool
	delivered smtp.Delivered
}

func (f *failing) Kind() string              { return "test" }
func (f *failing) Stage() smtp.Stage         { return f.stage }
func (f *failing) Temporary() bool           { return f.temporary }
func (f *failing) Delivered() smtp.Delivered { return f.delivered }
func (f *failing) Hint() string              { return "" }

func TestVerdict(t *testing.T) {
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	both := []string{"a@x.test", "b@x.test"}
	one := both[:1]
	ok := &smtp.Result{Reply: serverReply(250, "queued"), QueueID: "Q1", Recipients: []smtp.RecipientResult{rcpt("a@x.test", 250)}}
	mixed := func(codes ...int) *smtp.Result {
		r := &smtp.Result{Reply: serverReply(250, "queued")}
		for i, c := range codes {
			r.Recipients = append(r.Recipients, rcpt(both[i], c))
		}
		return r
	}
	connect := &smtp.ConnectError{Host: "x:25", Err: errors.New("refused")}
	unknown := &failing{errors.New("lost"), smtp.StageFinal, true, smtp.Unknown}
	for _, test := range []struct {
		name   string
		to     []string
		result *smtp.Result
		err    error
		item   Item
		policy Policy
		state  State
		counts bool
		left   []string
		states []State // by recipient, nil: alike
		after  time.Duration
	}{
		{name: "accepted", to: one, result: ok, state: Sent, counts: true},
		{name: "one of two refused for good", to: both, result: mixed(250, 550), state: Sent, counts: true, states: []State{Sent, Failed}},
		{name: "one of two later", to: both, result: mixed(250, 450), state: Deferred, counts: true, left: both[1:], states: []State{Sent, Deferred}, after: time.Minute},
		{name: "second attempt waits longer", to: both, result: mixed(550, 450), item: Item{Attempts: 1}, state: Deferred, counts: true, left: both[1:], states: []State{Failed, Deferred}, after: 2 * time.Minute},
		{name: "last attempt", to: both, result: mixed(250, 450), item: Item{Attempts: 4}, state: Sent, counts: true, states: []State{Sent, Failed}},
		{name: "nobody, later", to: one, err: &smtp.RecipientsRefusedError{Refused: []smtp.RecipientResult{rcpt("a@x.test", 450)}}, state: Deferred, counts: true, left: one, after: time.Minute},
		{name: "nobody, mixed", to: both, err: &smtp.RecipientsRefusedError{Refused: []smtp.RecipientResult{rcpt("a@x.test", 550), rcpt("b@x.test", 450)}}, state: Deferred, counts: true, left: both[1:], states: []State{Failed, Deferred}, after: time.Minute},
		{name: "nobody, ever", to: one, err: &smtp.RecipientsRefusedError{Refused: []smtp.RecipientResult{rcpt("a@x.test", 550)}}, state: Failed, counts: true},
		{name: "refused for all but one before", to: both, err: &smtp.DataError{Reply: serverReply(451, "x"), Refused: []smtp.RecipientResult{rcpt("b@x.test", 550)}}, state: Deferred, counts: true, left: one, states: []State{Deferred, Failed}, after: time.Minute},
		{name: "too fast", to: one, err: &smtp.ResponseError{Reply: serverReply(421, "slow down")}, item: Item{Attempts: 4}, state: Deferred, left: one, after: 8 * time.Minute},
		{name: "too fast for days", to: one, err: &smtp.ResponseError{Reply: serverReply(454, "slow down")}, item: Item{Created: now.Add(-48 * time.Hour)}, state: Failed},
		{name: "content refused", to: one, err: &smtp.DataError{Reply: serverReply(554, "spam")}, state: Failed, counts: true},
		{name: "an argument", to: one, err: &smtp.ArgumentError{What: "no"}, state: Failed, counts: true},
		{name: "too large", to: one, err: &smtp.SizeError{Size: 2, Limit: 1}, state: Failed, counts: true},
		{name: "not supported", to: one, err: &smtp.NotSupportedError{Extension: "SMTPUTF8"}, state: Failed, counts: true},
		{name: "an error of the message", to: one, err: errors.New("mime: no"), state: Failed, counts: true},
		{name: "nobody listens", to: one, err: &failing{connect, smtp.StageConnect, true, smtp.No}, item: Item{Attempts: 4, Tries: 4}, state: Deferred, left: one, after: 16 * time.Minute},
		{name: "a wrong password", to: one, err: &failing{errors.New("535"), smtp.StageAuth, false, smtp.No}, state: Deferred, left: one, after: time.Minute},
		{name: "no such domain", to: one, err: &relay.RouteError{Domain: "x.test", Reply: serverReply(550, "no"), Err: errors.New("no")}, state: Failed, counts: true},
		{name: "no name server", to: one, err: &relay.RouteError{Domain: "x.test", Reply: serverReply(451, "no"), Err: errors.New("no")}, state: Deferred, left: one, after: time.Minute},
		{name: "no answer to the dot", to: one, err: unknown, state: InDoubt, counts: true},
		{name: "no answer, resend", to: one, err: unknown, policy: Resend, state: Deferred, counts: true, left: one, after: time.Minute},
		{name: "no answer, resent often", to: one, err: unknown, policy: Resend, item: Item{Attempts: 4}, state: InDoubt, counts: true},
		{name: "no answer, skip", to: one, err: unknown, policy: Skip, state: Sent, counts: true},
		{name: "no answer for one", to: both, result: &smtp.Result{Recipients: []smtp.RecipientResult{rcpt("a@x.test", 250), {Address: "b@x.test"}}}, err: unknown, state: InDoubt, counts: true, states: []State{Sent, InDoubt}},
	} {
		t.Run(test.name, func(t *testing.T) {
			it := test.item
			it.Created = orElse(it.Created, now)
			j := judge{retry: Retry{}.complete(), policy: test.policy, now: now}
			a := j.attempt(&it, &attempted{relay: "r", to: test.to, result: test.result, err: test.err}, nil)
			if a.State != test.state || a.Counts != test.counts || !slices.Equal(a.Recipients, test.left) {
				t.Errorf("state %s, counts %v, left %v", a.State, a.Counts, a.Recipients)
			}
			var states []State
			for _, o := range a.Outcomes {
				states = append(states, o.State)
			}
			if !slices.Equal(states, test.states) {
				t.Errorf("by recipient %v, want %v", states, test.states)
			}
			if after := a.Due.Sub(now); test.after == 0 != a.Due.IsZero() || test.after > 0 && (after < test.after*9/10 || after > test.after*11/10) {
				t.Errorf("due after %s, want about %s", after, test.after)
			}
		})
	}
}

func TestVerdictWords(t *testing.T) {
	server := &smtp.DataError{Reply: smtp.Reply{Code: 554, Enhanced: smtp.EnhancedCode{5, 7, 1}, Lines: []string{"5.7.1 spam", "5.7.1 \x1b[31mgo away\x00"}}}
	for _, test := range []struct {
		err  error
		want string
	}{
		{server, `554 5.7.1 spam; 5.7.1 \x1b[31mgo away\x00`},
		{errors.New("smtp: the message \x00 is\xff bad"), "the message  is\uFFFD bad"},
		{&smtp.SizeError{Size: 2, Limit: 1}, "the message has 2 octets, the server takes 1"},
	} {
		a := judge{retry: Retry{}.complete()}.attempt(&Item{}, &attempted{to: []string{"a@x.test"}, err: test.err}, nil)
		if got := a.Reply.String(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	left := []RecipientOutcome{{Address: "b@x.test", State: Suppressed}}
	a := judge{}.attempt(&Item{}, &attempted{to: []string{"a@x.test"}, result: &smtp.Result{Recipients: []smtp.RecipientResult{rcpt("a@x.test", 250)}}}, left)
	if len(a.Outcomes) != 2 || a.Outcomes[1].State != Suppressed || a.State != Sent {
		t.Errorf("a suppressed recipient is not among the outcomes: %+v", a)
	}
}

func TestTriesNext(t *testing.T) {
	refused := func(code int) error {
		return &smtp.RecipientsRefusedError{Refused: []smtp.RecipientResult{rcpt("a@x.test", code)}}
	}
	yes := func(Reply) bool { return true }
	for _, test := range []struct {
		name     string
		result   *smtp.Result
		err      error
		failover func(Reply) bool
		want     bool
	}{
		{name: "sent", result: &smtp.Result{}},
		{name: "later", err: refused(450), want: true},
		{name: "never", err: refused(550)},
		{name: "never, but the script says so", err: refused(550), failover: yes, want: true},
		{name: "nobody listens", err: &failing{errors.New("no"), smtp.StageConnect, true, smtp.No}, want: true},
		{name: "a wrong password", err: &failing{errors.New("535"), smtp.StageAuth, false, smtp.No}, want: true},
		{name: "no answer to the dot", err: &failing{errors.New("lost"), smtp.StageFinal, true, smtp.Unknown}, failover: yes},
		{name: "some have it", result: &smtp.Result{}, err: refused(450)},
		{name: "cancelled", err: &smtp.CancelledError{Err: context.Canceled}},
		{name: "an argument", err: &smtp.ArgumentError{What: "no"}, failover: yes},
	} {
		if got := triesNext(&attempted{to: []string{"a@x.test"}, result: test.result, err: test.err}, test.failover); got != test.want {
			t.Errorf("%s: got %v", test.name, got)
		}
	}
}
