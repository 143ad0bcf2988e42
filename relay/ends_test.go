package relay

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// TestEndsThatWait lets no more messages come to their ends than the connection can carry, until the outcomes of those
// before them are known: what a durable sender does.
func TestEndsThatWait(t *testing.T) {
	for _, inFlight := range []int{1, 4} {
		t.Run(fmt.Sprint(inFlight), func(t *testing.T) {
			server := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"PIPELINING", "CHUNKING"}})
			r, err := New(Options{SMTP: smtp.Options{Host: server.Addr()}, Connections: 1, InFlight: inFlight, Mono: time.Now})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close(context.Background()) })
			ends := make(chan struct{}, inFlight)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			var sending sync.WaitGroup
			for range 40 {
				sending.Go(func() {
					o := smtp.SendOptions{BeforeFinal: func(ctx context.Context) error {
						select {
						case ends <- struct{}{}:
							return nil
						case <-ctx.Done():
							return context.Cause(ctx)
						}
					}}
					if _, err := r.Send(ctx, letter{to: "a@x.test"}, &o); err != nil {
						t.Error(err)
						return
					}
					<-ends
				})
			}
			sending.Wait()
		})
	}
}
