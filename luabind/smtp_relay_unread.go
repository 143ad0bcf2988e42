package luabind

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"moonpost/relay"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// finish ends the relay with the script: what nobody read is printed when it
// failed, and counted. After an interrupt one line says how far it came.
func (r *luaRelay) finish(ctx context.Context) (failed int) {
	r.rt.reviveTokens(ctx)
	if err := r.shut(ctx, r.rt.state); err != nil && !interrupted(err) {
		r.rt.host.Logger.Error("closing relay", "relay", r.relay.Name(), "error", err)
	}
	var unsent, doubtful int
	told := failures{}
	for {
		outcome, ok := r.relay.Poll()
		if !ok {
			break
		}
		if outcome.Result != nil && len(outcome.Result.Refused()) > 0 {
			r.rt.host.Logger.Warn((&result{Result: outcome.Result}).unseen(), tagged(outcome)...)
		}
		switch {
		case outcome.Err == nil:
		case inDoubt(outcome.Err):
			doubtful++
			told.tell(r.rt.host.Logger, fmt.Sprintf("in doubt: %v", outcome.Err), outcome)
		case interrupted(outcome.Err):
			unsent++
		default:
			failed++
			told.tell(r.rt.host.Logger, fmt.Sprintf("not sent: %v", outcome.Err), outcome)
			r.rt.host.check.unsent(outcome.Err)
		}
	}
	told.rest(r.rt.host.Logger)
	if unsent > 0 || doubtful > 0 && ctx.Err() != nil {
		stats := r.relay.Stats()
		r.rt.host.Logger.Warn(fmt.Sprintf("%s: %d sent, %d failed, %d in doubt, %d not sent", r.relay.Name(), stats.Sent, int(stats.Failed)-doubtful, doubtful, stats.Cancelled))
	}
	return failed + doubtful
}

// inDoubt tells that nobody knows whether the server took the message.
func inDoubt(err error) bool {
	var e smtp.Error
	return errors.As(err, &e) && e.Delivered() == smtp.Unknown
}

// tagged gives the tag of an outcome to the log, where the script set one.
func tagged(o relay.Outcome) []any {
	if tag, ok := o.Tag.(lua.LValue); ok && tag != lua.LNil {
		return []any{"tag", tag.String()}
	}
	return nil
}

// failures counts the lines that were printed, so that a server that is down
// gives one line and a number, not one for each message. Where the script gave
// tags, every message is named.
type failures map[string]int

func (f failures) tell(log *slog.Logger, text string, o relay.Outcome) {
	tag := tagged(o)
	if tag == nil {
		if f[text]++; f[text] > 1 {
			return
		}
	}
	log.Error(text, tag...)
}

// rest tells how often each line that was not repeated would have been.
func (f failures) rest(log *slog.Logger) {
	for _, text := range slices.Sorted(maps.Keys(f)) {
		if more := f[text] - 1; more > 0 {
			log.Error(fmt.Sprintf("%d more %s", more, text))
		}
	}
}
