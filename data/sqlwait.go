package data

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errSQLTime is the cause of a context that the time for a statement has ended.
var errSQLTime = errors.New("the time for it is over")

// sqlWait is a context that ends when the database lets us wait for longer than the limit. What a script does between
// two rows does not count.
type sqlWait struct {
	ctx    context.Context
	outer  context.Context
	limit  time.Duration
	cancel context.CancelCauseFunc
	timer  *time.Timer // nil: no limit
}

func newSQLWait(ctx context.Context, limit time.Duration) *sqlWait {
	w := &sqlWait{outer: ctx, limit: limit}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	if limit > 0 {
		w.timer = time.AfterFunc(limit, func() { w.cancel(errSQLTime) })
	}
	return w
}

func (w *sqlWait) pause() {
	if w.timer != nil {
		w.timer.Stop()
	}
}

func (w *sqlWait) resume() {
	if w.timer != nil && w.ctx.Err() == nil {
		w.timer.Reset(w.limit)
	}
}

func (w *sqlWait) end() {
	w.pause()
	w.cancel(nil)
}

// SQLTimeout is a database that did not answer in time. Its kind is "timeout".
type SQLTimeout struct {
	Name  string // of the database
	What  string // what took too long: "connecting", "the query"
	Limit time.Duration
}

func (e *SQLTimeout) Error() string {
	return fmt.Sprintf("%s: %s took longer than %v", e.Name, e.What, e.Limit)
}

// Kind is "timeout".
func (e *SQLTimeout) Kind() string { return "timeout" }

// Hint says how to give it more time.
func (e *SQLTimeout) Hint() string {
	return `sql.open(address, { timeout = "2m" }) waits longer`
}
