package relay

import (
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// BenchmarkSubmit is the way of one message through the pool, to a server in the same
// process.
func BenchmarkSubmit(b *testing.B) {
	s := smtptest.NewServer(b, smtptest.Config{Extensions: []string{"PIPELINING"}})
	r, err := New(Options{Connections: 4, SMTP: smtp.Options{Host: s.Addr(), TLS: smtp.TLSNone}})
	if err != nil {
		b.Fatal(err)
	}
	message := letter{to: "a@y.test"}
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Submit(b.Context(), Job{Message: message}); err != nil {
			b.Fatal(err)
		}
	}
	if err := r.Close(b.Context()); err != nil {
		b.Fatal(err)
	}
	if s := r.Stats(); s.Failed > 0 {
		b.Errorf("%+v", s)
	}
}
