package main

import (
	"bufio"
	"context"

	"moonpost/outbox"
)

// serveBatches lets batches run in the session. They ask by the session's own lines; a bar would tear the prompt.
func (r *repl) serveBatches() {
	r.desk = &batchDesk{p: r.p, cmd: &r.cmd.runCmd, out: r.err}
	if r.interactive && !r.cmd.Yes {
		r.desk.asker = &asker{in: bufio.NewReader(r.host.Stdin), out: r.err, limit: int64(r.cmd.Limit)}
	}
	r.desk.serve(r.host)
	r.host.Store, r.host.Confirm = r.store, r.confirm
}

// store is the user's, or one that goes with the sink.
func (r *repl) store(ctx context.Context) (outbox.Store, error) {
	out := r.session.Outbound()
	if out.Sink != nil && r.cmd.Store == "" {
		return sinkStore(r.sink.sink.Dir()).open(ctx, r.p)
	}
	return r.cmd.openFor(ctx, r.p, out.Dry)
}

// confirm asks only where mail leaves.
func (r *repl) confirm(plan *outbox.Plan) (bool, error) {
	out := r.session.Outbound()
	if r.desk.asker == nil || out.Dry || out.Sink != nil || out.Redirect != "" {
		return true, nil
	}
	return r.desk.asker.confirm(plan)
}
