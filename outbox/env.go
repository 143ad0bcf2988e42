package outbox

import "log/slog"

// logger is where a run logs; without one nothing is logged.
func (e *Env) logger() *slog.Logger {
	if e.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return e.Log
}
