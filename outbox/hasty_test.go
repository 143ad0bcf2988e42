package outbox

import (
	"context"
	"time"
)

// RunHastily is Run with a store that isn't waited for when it fails.
func RunHastily(ctx context.Context, job Job) (Summary, error) {
	return runWith(ctx, &job, []time.Duration{time.Millisecond})
}
