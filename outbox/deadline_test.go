package outbox_test

import (
	"context"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/relay"
	"moonpost/sink"
	"moonpost/smtp"
)

// TestRunWaitsBesideStalls: servers that stall, each at its own pace, have mail under way
// at almost any moment. That is no reason to go on when the wait is over.
func TestRunWaitsBesideStalls(t *testing.T) {
	h := newHouse(t)
	stall := newTrial(t, sink.Rule{Stage: sink.StageGreeting, Action: sink.ActionStall})
	keys := people(20, "x.test")
	for i := range 6 {
		h.relay(fmt.Sprint("s", i), relay.Options{Connections: 1, SMTP: smtp.Options{
			Host: stall.Addr(), Timeouts: smtp.Timeouts{Greeting: time.Duration(40+11*i) * time.Millisecond},
		}})
		keys = append(keys, people(10, fmt.Sprintf("s%d.test", i))...)
	}
	job := h.job(keys...)
	job.Env.Wall, job.Env.Mono = time.Now, time.Now
	job.Env.Sleep = func(ctx context.Context, d time.Duration) error {
		time.Sleep(d)
		return ctx.Err()
	}
	job.Render = renderFunc(func(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
		m := letter(it)
		if domain := it.Key[len("p0000@"):]; domain != "x.test" {
			m.Relays = []string{domain[:2]}
		}
		return m, nil
	})
	job.Retry, job.Wait = outbox.Retry{First: 20 * time.Millisecond, Factor: 1}, time.Second
	sum := h.run(job)
	if sum.Sent != 20 || sum.Left != 60 || sum.Elapsed < job.Wait {
		t.Errorf("%+v", sum)
	}
}

// laterDialer connects once it is time to.
type laterDialer struct {
	clock *clock
	from  time.Time
}

func (d laterDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if d.clock.Now().Before(d.from) {
		return nil, syscall.ECONNREFUSED
	}
	var direct net.Dialer
	return direct.DialContext(ctx, network, address)
}

// TestRunWaitsAnew: a relay that is away at first uses up most of the wait, and is back
// just in time. What is deferred when the others are sent is waited for like any other.
func TestRunWaitsAnew(t *testing.T) {
	h := newHouse(t, sink.Rule{Rcpt: "p0090@*", First: 1, Code: 450})
	h.relay("r", hasty(relay.Options{SMTP: smtp.Options{
		Host: h.trial.Addr(), Dialer: laterDialer{h.clock, h.clock.now.Add(30 * time.Second)},
	}}))
	job := h.job(people(100, "x.test")...)
	job.Wait = 80 * time.Second
	job.Env.Sleep = func(ctx context.Context, d time.Duration) error {
		time.Sleep(50 * time.Millisecond) // the relay, whose clock is its own, leaves the server alone for half as long
		return h.clock.Sleep(ctx, d)
	}
	if sum := h.run(job); sum.Sent != 100 {
		t.Errorf("%+v, slept %v", sum, h.clock.slept)
	}
}
