package relay

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// Messages that follow each other over one connection may each have a context of
// their own: the end of one message's wait is no end of another's.
func TestBurstOfManyContexts(t *testing.T) {
	for _, inFlight := range []int{1, 8} {
		t.Run(fmt.Sprint(inFlight), func(t *testing.T) {
			const n = 40
			s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"PIPELINING", "CHUNKING"}})
			r, err := New(Options{Connections: 1, InFlight: inFlight, SMTP: smtp.Options{Host: s.Addr(), TLS: smtp.TLSNone}})
			if err != nil {
				t.Fatal(err)
			}
			var waiting sync.WaitGroup
			for i := range n {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i%2 == 0 {
					waiting.Go(func() {
						if _, err := r.Send(ctx, letter{to: fmt.Sprintf("s%d@y.test", i)}, nil); err != nil {
							t.Errorf("send %d: %v", i, err)
						}
						cancel() // what comes after its outcome concerns nobody
					})
					continue
				}
				if err := r.Submit(ctx, Job{Message: letter{to: fmt.Sprintf("r%d@y.test", i)}, Tag: i}); err != nil {
					t.Error(err)
				}
			}
			waiting.Wait()
			if errs := outcomes(t, r, n/2); errs != nil {
				t.Error(errs)
			}
			if err := r.Close(t.Context()); err != nil {
				t.Error(err)
			}
			if got := len(s.Messages()); got != n {
				t.Errorf("%d messages", got)
			}
		})
	}
}
