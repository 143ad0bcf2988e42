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
