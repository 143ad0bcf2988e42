//go:build !crash

package outbox

// Pass does nothing: only builds for crash tests end there.
func Pass(Moment) {}
