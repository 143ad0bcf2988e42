package relay

import (
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// The points of the engine's contract in what concerns a relay.

// TestPoint3_OpportunisticTLSFailsInClear: mail to MX hosts goes to one whose
// handshake fails, over a second connection.
func TestPoint3_OpportunisticTLSFailsInClear(t *testing.T) {
	old := smtptest.NewCA(t).Server(t, "localhost")
	old.MaxVersion = tls.VersionTLS11 // which is refused
	host := smtptest.NewServer(t, smtptest.Config{TLS: old})
	r, err := New(Options{MX: &MX{Hosts: map[string][]string{"a.test": {host.Addr()}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Send(t.Context(), letter{to: "x@a.test"}, nil); err != nil {
		t.Error(err)
	}
	if got := host.Messages(); len(got) != 1 || got[0].Encrypted || host.Connections() != 2 {
		t.Errorf("%d messages, %d connections", len(got), host.Connections())
	}
	if err := r.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestPoint14_421OnAReusedConnection: stale, so the message goes over a new one.
func TestPoint14_421OnAReusedConnection(t *testing.T) {
	h := &fakeHost{}
	bubble(t, h, Options{}, func(t *testing.T, r *Relay) {
		for i := range 3 {
			h.mu.Lock()
			h.answer = onVerb("MAIL", i, "421 4.4.2 idle for too long")
			if i == 0 {
				h.answer = nil
			}
			h.mu.Unlock()
			if _, err := r.Send(t.Context(), letter{to: "a@y.test"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if dials, _, _, finals := h.count(); dials != 3 || finals != 3 {
			t.Errorf("%d dials, %d messages", dials, finals)
		}
	})
}

// TestPoint16_TooManyRecipients: the rest goes in a further transaction of the
// same message, and the recipient rate counts all.
func TestPoint16_TooManyRecipients(t *testing.T) {
	h := &fakeHost{}
	n := 0
	h.answer = func(_ int, verb, _ string) string {
		switch verb {
		case "MAIL":
			n = 0
		case "RCPT":
			if n++; n > 2 {
				return "452 4.5.3 too many recipients"
			}
		}
		return ""
	}
	bubble(t, h, Options{RecipientRates: []Rate{{5, time.Second}}}, func(t *testing.T, r *Relay) {
		start := time.Now()
		for range 2 {
			res, err := r.Send(t.Context(), letter{to: strings.Join(many(5, "y.test"), " ")}, nil)
			if err != nil || len(res.Accepted()) != 5 {
				t.Fatalf("%v, %+v", err, res)
			}
		}
		if _, _, _, finals := h.count(); finals != 6 || time.Since(start) != time.Second {
			t.Errorf("%d transactions in %s", finals, time.Since(start))
		}
	})
}

// TestPoint23_NoRSET: what was accepted stands, and the connection that can't be
// reset is replaced.
func TestPoint23_NoRSET(t *testing.T) {
	refused := false
	h := &fakeHost{answer: func(_ int, verb, arg string) string {
		switch {
		case verb == "RSET":
			return "502 5.5.1 not here"
		case verb == "RCPT":
			if refused = strings.Contains(arg, "no@"); refused {
				return "550 5.1.1 unknown"
			}
		case verb == "DATA" && refused:
			return "554 5.5.1 no valid recipients"
		}
		return ""
	}}
	bubble(t, h, Options{Connections: 1}, func(t *testing.T, r *Relay) {
		if _, err := r.Send(t.Context(), letter{to: "no@y.test"}, nil); kindOf(err) != "recipients_refused/no" {
			t.Error(err)
		}
		if _, err := r.Send(t.Context(), letter{to: "yes@y.test"}, nil); err != nil {
			t.Error(err)
		}
		if dials, _, _, finals := h.count(); dials != 2 || finals != 1 {
			t.Errorf("%d dials, %d messages", dials, finals)
		}
	})
}

// TestPoint25_InDoubtIsNeverSentAgain, however many servers there are.
func TestPoint25_InDoubtIsNeverSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hosts := []*fakeHost{{answer: onVerb(".", 0, "-")}, {}, {}}
		r := inOrder(t, Options{}, hosts...)
		submit(t, t.Context(), r, 0, 3)
		doubtful := 0
		for _, err := range outcomes(t, r, 3) {
			if kindOf(err) != "disconnected/unknown" {
				continue
			}
			doubtful++
		}
		finals := 0
		for _, h := range hosts {
			_, _, _, n := h.count()
			finals += n
		}
		if doubtful == 0 || finals != 3 {
			t.Errorf("%d in doubt, %d final dots for 3 messages", doubtful, finals)
		}
		_ = r.Close(t.Context())
	})
}

// TestPoint35_FailedAddressIsRemembered: of a host with a dead address the other
// one is tried at once, and the dead one not again for a while.
func TestPoint35_FailedAddressIsRemembered(t *testing.T) {
	dead, alive := &fakeHost{refuse: func(int) error { return fmt.Errorf("refused") }}, &fakeHost{}
	z := &zone{mx: map[string][]*net.MX{"a.test": {{Host: "mx.a.test."}}}, ip: map[string][]string{"mx.a.test": {"2001:db8::1", "10.0.0.1"}}}
	o := Options{MessagesPerConnection: 1, MX: &MX{Resolver: z, NoPolicies: true}, SMTP: smtp.Options{Dialer: network{"[2001:db8::1]:25": dead, "10.0.0.1:25": alive}}}
	bubbleAt(t, o, func(t *testing.T, r *Relay) {
		for range 5 {
			if _, err := r.Send(t.Context(), letter{to: "x@a.test"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if dials, _, _, _ := dead.count(); dials != 1 {
			t.Errorf("%d dials of the dead address", dials)
		}
		time.Sleep(firstBackOff)
		if _, err := r.Send(t.Context(), letter{to: "x@a.test"}, nil); err != nil {
			t.Fatal(err)
		}
		if dials, _, _, _ := dead.count(); dials != 2 {
			t.Errorf("%d dials of the dead address", dials)
		}
	})
}

// TestFixedHostsOverTCP: hundreds of domains on a few real servers. Mail for the
// healthy one is through while another answers nothing.
func TestFixedHostsOverTCP(t *testing.T) {
	gate := make(chan struct{})
	open := sync.OnceFunc(func() { close(gate) })
	defer open()
	verb := func(verb, reply string) func(string) string {
		return func(line string) string {
			if strings.HasPrefix(line, verb) {
				return reply
			}
			return ""
		}
	}
	healthy := smtptest.NewServer(t, smtptest.Config{})
	servers := []*smtptest.Server{
		healthy,
		smtptest.NewServer(t, smtptest.Config{Reply: verb("MAIL", "421 4.3.2 busy")}),
		smtptest.NewServer(t, smtptest.Config{Reply: verb("RCPT", "550 5.1.1 who")}),
		smtptest.NewServer(t, smtptest.Config{Reply: func(line string) string {
			if strings.HasPrefix(line, "EHLO") {
				<-gate
			}
			return ""
		}}),
	}
	hosts := map[string][]string{}
	kind := func(i int) int { return []int{0, 0, 0, 1, 2, 0, 0, 0, 0, 3}[i%10] }
	const domains, each = 300, 3
	for i := range domains {
		hosts[fmt.Sprintf("d%d.test", i)] = []string{servers[kind(i)].Addr()}
	}
	r, err := New(Options{MX: &MX{Hosts: hosts}})
	if err != nil {
		t.Fatal(err)
	}
	for range each {
		for i := range domains {
			if err := r.Submit(t.Context(), Job{Message: letter{to: fmt.Sprintf("x@d%d.test", i)}, Tag: kind(i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	const stalledMail = domains / 10 * each
	counts := map[string]int{}
	for range domains*each - stalledMail {
		out, ok := r.Next(t.Context())
		if !ok {
			t.Fatal("an outcome is missing")
		}
		counts[fmt.Sprintf("%d %v", out.Tag, out.Err == nil)]++
	}
	if counts["0 true"] != 630 || counts["1 false"] != 90 || counts["2 false"] != 90 || len(healthy.Messages()) != 630 {
		t.Errorf("%v, %d messages", counts, len(healthy.Messages()))
	}
	open()
	if err := r.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if s := r.Stats(); s.Sent != 630+stalledMail || s.Failed != 180 || s.Connections != 0 {
		t.Errorf("%+v", s)
	}
}
