package outbox

import "fmt"

// settle decides about items in doubt, and opens failed ones again where that is
// asked for.
func (r *runner) settle() error {
	if err := r.settleDoubts(); err != nil || !r.job.Flags.RetryFailed || r.joined {
		return err // who joins doesn't open what the others just failed with
	}
	return r.reopen()
}

// reopen lets failed items begin again.
func (r *runner) reopen() error {
	_, err := r.env.Store.Change(r.ctx, Change{
		Batch: r.job.ID, Keys: r.job.Flags.Only, From: []State{Failed}, To: Ready, Fresh: true, Now: r.env.Wall(),
	})
	return err
}

// settleDoubts follows the policy for all items in doubt.
func (r *runner) settleDoubts() error {
	d := r.job.Doubt
	if d.Decide == nil {
		return r.decide(d.Policy, r.job.Flags.Only)
	}
	return r.each(r.ctx, Filter{Keys: r.job.Flags.Only, States: []State{InDoubt}}, r.ask)
}

// settleDoubtsAgain does so within a run: what had all its attempts isn't sent again and
// again, a person or the next run decides.
func (r *runner) settleDoubtsAgain() error {
	if r.job.Doubt.Decide != nil || r.job.Doubt.Policy != Resend {
		return r.settleDoubts()
	}
	var keys []string
	err := r.each(r.ctx, Filter{Keys: r.job.Flags.Only, States: []State{InDoubt}}, func(it *Item) error {
		if it.Attempts < r.job.Retry.Attempts {
			keys = append(keys, it.Key)
		}
		return nil
	})
	if err != nil || len(keys) == 0 {
		return err
	}
	return r.decide(Resend, keys)
}

// ask lets the script decide about one item.
func (r *runner) ask(it *Item) error {
	policy, err := r.job.Doubt.Decide(it)
	if err != nil {
		return err
	}
	return r.decide(policy, []string{it.Key})
}

// decide settles items in doubt by their keys, nil is all.
func (r *runner) decide(p Policy, keys []string) error {
	c := Change{Batch: r.job.ID, Keys: keys, From: []State{InDoubt}, Now: r.env.Wall()}
	switch p {
	case Resend:
		c.To = Ready
	case Skip:
		c.To = Sent
	case Hold, "":
		return nil
	default:
		return fmt.Errorf("in_doubt: there is no policy %q; there are hold, resend and skip", p)
	}
	Pass(BeforeSettle)
	_, err := r.env.Store.Change(r.ctx, c)
	Pass(AfterSettle)
	return err
}
