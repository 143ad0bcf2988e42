package smtp_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"moonpost/smtp"
)

// peer is a server that the same bodies run against, whoever wrote it.
type peer struct {
	options   smtp.Options
	box       letterbox
	refuses   bool   // bad-*@ with 550 5.1.1 in reply to RCPT
	defers    bool   // later*@ with 4xx
	bodyOnly  bool   // what it keeps has other header fields than what it was sent
	anonymous bool   // LMTP's final replies don't name the recipient
	each      bool   // keeps a copy for each recipient
	bücher    bool   // takes mail for xn--bcher-kva.example
	tail      string // what it adds at the end
	manyRcpts int    // 1,000 unless it is too slow for a test

	// envelopeID is the field by which its notifications name an envelope id; nil
	// if it makes none.
	envelopeID func(word string) string
}

// conversation is a peer and a connection to it.
type conversation struct {
	peer
	ctx context.Context
	c   *smtp.Client
}

// conformanceFully is conformance and everything else that has to hold against
// every server.
func conformanceFully(t *testing.T, p peer) {
	t.Helper()
	conformance(t, p.options)
	s := &conversation{p, background(t), dial(t, p.options)}
	for _, row := range []struct {
		name string
		run  func(*conversation, *testing.T)
		when bool
	}{
		{"partial refusal", (*conversation).partialRefusal, p.refuses},
		{"all refused", (*conversation).allRefused, p.refuses},
		{"all or nothing", (*conversation).allOrNothing, p.refuses},
		{"exact content", (*conversation).exactContent, true},
		{"null sender", (*conversation).nullSender, true},
		{"8BITMIME", (*conversation).eightBit, true},
		{"SMTPUTF8", (*conversation).utf8, true},
		{"international domain", (*conversation).internationalDomain, p.bücher},
		{"DSN", (*conversation).dsn, true},
		{"only dots", (*conversation).onlyDots, true},
		{"many recipients", (*conversation).manyRecipients, true},
		{"duplicates", (*conversation).duplicates, true},
		{"stream", func(s *conversation, t *testing.T) { s.stream(t, 1) }, true},
		{"stream with messages in flight", func(s *conversation, t *testing.T) { s.stream(t, 8) }, s.c.HasExtn("CHUNKING")},
	} {
		if row.when {
			t.Run(row.name, func(t *testing.T) { row.run(s, t) })
		}
	}
	if r, err := s.c.Quit(s.ctx); err != nil || r.Code != 221 {
		t.Errorf("quit: %v %v", r, err)
	}
}

// unique returns a word that no other message has.
func unique() string { return "m" + strings.ToLower(rand.Text()[:12]) }

// testMail has every field that servers would add.
func testMail(word, text string) []byte {
	return []byte("From: a@example.org\r\nTo: b@example.org\r\nDate: Wed, 21 Oct 2026 10:00:00 +0000\r\n" +
		"Message-ID: <" + word + "@example.org>\r\nX-Word: " + word + "\r\nSubject: conformance\r\n\r\n" + text)
}

// mail sends a letter and returns what became of it.
func (s *conversation) mail(t *testing.T, from string, to []string, content []byte, o *smtp.SendOptions) *smtp.Result {
	t.Helper()
	r, err := s.c.SendMail(s.ctx, from, to, smtp.Octets(content), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// kept compares what the server kept, behind its own fields, with what was sent.
// Maildirs have the line ends of Unix.
func (s *conversation) kept(t *testing.T, sent, stored []byte) {
	t.Helper()
	want, got := unixLines(sent), unixLines(stored)
	begin := []byte("From: a@example.org\n")
	if s.bodyOnly {
		begin = []byte("\n\n")
	}
	_, want, _ = bytes.Cut(want, begin)
	_, got, found := bytes.Cut(got, begin)
	if !bytes.HasSuffix(want, []byte("\n")) && !(s.options.Chunking == smtp.On && bytes.Equal(got, want)) { // a chunk need not end so
		want = append(want, '\n')
	}
	want = append(want, s.tail...)
	if !found || !bytes.Equal(got, want) {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		t.Errorf("kept %d octets, sent %d; they differ at %d: %.60q, want %.60q", len(got), len(want), at, got[at:], want[at:])
	}
}

func unixLines(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }

func (s *conversation) partialRefusal(t *testing.T) {
	word := unique()
	to := []string{"b@example.org", "bad-1@example.org", "c@example.org"}
	if s.defers {
		to = append(to, "later-1@example.org")
	}
	r := s.mail(t, "a@example.org", to, testMail(word, "x\r\n"), nil)
	if got := strings.Join(r.Accepted(), " "); got != "b@example.org c@example.org" {
		t.Errorf("accepted %q", got)
	}
	refused := r.Refused()
	if len(refused) != len(to)-2 || refused[0].Reply.Code != 550 || refused[0].Reply.Enhanced.String() != "5.1.1" || refused[0].Stage != smtp.StageRcpt {
		t.Errorf("refused %+v", refused)
	}
	if s.defers && !refused[1].Reply.Temporary() {
		t.Errorf("refused %+v", refused[1])
	}
	s.arrives(t, word, 2)
}

// arrives waits for the copies of a message for n different recipients.
func (s *conversation) arrives(t *testing.T, word string, n int) [][]byte {
	t.Helper()
	if !s.each {
		n = 1
	}
	return await(t, s.box, word, n)
}

func (s *conversation) allRefused(t *testing.T) {
	to := []string{"bad-1@example.org", "bad-2@example.org"}
	if s.defers {
		to = append(to, "later-1@example.org")
	}
	r, err := s.c.SendMail(s.ctx, "a@example.org", to, smtp.Octets(testMail(unique(), "x\r\n")), nil)
	e := wantError[*smtp.RecipientsRefusedError](t, err, smtp.No)
	if r != nil || len(e.Refused) != len(to) || e.Temporary() != s.defers || e.Refused[1].Address != to[1] {
		t.Errorf("%+v", e)
	}
	if r, err := s.c.Noop(s.ctx); err != nil || r.Code != 250 {
		t.Errorf("the connection is of no use any more: %v %v", r, err)
	}
}

// allOrNothing has a sender of its own, so that an empty message would be found.
func (s *conversation) allOrNothing(t *testing.T) {
	sender := unique() + "@example.org"
	to := []string{"b@example.org", "c@example.org", "bad-1@example.org"}
	r, err := s.c.SendMail(s.ctx, sender, to, smtp.Octets(testMail(unique(), "x\r\n")), &smtp.SendOptions{AllOrNothing: true})
	if e := wantError[*smtp.RecipientsRefusedError](t, err, smtp.No); r != nil || len(e.Refused) != 1 || e.Temporary() {
		t.Errorf("%+v %+v", r, e)
	}
	s.mail(t, sender, []string{"b@example.org"}, testMail(unique(), "wanted\r\n"), &smtp.SendOptions{AllOrNothing: true})
	if found := await(t, s.box, sender, 1); !bytes.Contains(found[0], []byte("wanted")) {
		t.Errorf("an unwanted message was delivered: %q", found[0])
	}
}

// exactContent has what is easily spoilt on the way: dots, blanks at line ends,
// what mailboxes quote, lines of the greatest length, empty lines at the end.
func (s *conversation) exactContent(t *testing.T) {
	texts := []string{
		".\r\n..\r\n...\r\n.x\r\n\r\n.\r\n",
		"From here\r\n>From there\r\n \r\n\t\r\ntrailing \t \r\n",
		strings.Repeat("x", 998) + "\r\n." + strings.Repeat("y", 997) + "\r\n",
		"\r\n\r\n\r\nempty lines\r\n\r\n\r\n",
		"QUIT\r\n.QUIT\r\n\x01\x02\x07\x08\x0b\x0c\x1b[31m\x7f\r\n",
		"no line end",
		"\r\n",
	}
	for _, text := range texts {
		word := unique()
		content := testMail(word, text)
		s.mail(t, "a@example.org", []string{"b@example.org"}, content, nil)
		s.kept(t, content, await(t, s.box, word, 1)[0])
	}
}

func (s *conversation) nullSender(t *testing.T) {
	word := unique()
	r := s.mail(t, "", []string{"b@example.org"}, testMail(word, "a bounce\r\n"), nil)
	if r.Sender != "" {
		t.Errorf("sender %q", r.Sender)
	}
	await(t, s.box, word, 1)
}

func (s *conversation) eightBit(t *testing.T) {
	word := unique()
	var high []byte
	for c := 0x80; c <= 0xff; c++ {
		high = append(high, byte(c))
	}
	content := testMail(word, "Grüße\r\n."+string(high)+"\r\n")
	if !s.c.HasExtn("8BITMIME") {
		_, err := s.c.SendMail(s.ctx, "a@example.org", []string{"b@example.org"}, smtp.Octets(content), nil)
		wantError[*smtp.NotSupportedError](t, err, smtp.No)
		return
	}
	s.mail(t, "a@example.org", []string{"b@example.org"}, content, nil)
	s.kept(t, content, await(t, s.box, word, 1)[0])
}

func (s *conversation) utf8(t *testing.T) {
	word := unique()
	send := func() (*smtp.Result, error) {
		return s.c.SendMail(s.ctx, "jörg@example.org", []string{"zoë@example.org", "用户@example.org"}, smtp.Octets(testMail(word, "Grüße\r\n")), nil)
	}
	if !s.c.HasExtn("SMTPUTF8") {
		_, err := send()
		if e := wantError[*smtp.NotSupportedError](t, err, smtp.No); e.Extension != "SMTPUTF8" {
			t.Error(e)
		}
		return
	}
	if r, err := send(); err != nil || len(r.Accepted()) != 2 {
		t.Fatalf("%+v %v", r, err)
	}
	s.arrives(t, word, 2)
}

// internationalDomain needs no extension: the domain has a form in ASCII.
func (s *conversation) internationalDomain(t *testing.T) {
	word := unique()
	r := s.mail(t, "a@example.org", []string{"b@bücher.example"}, testMail(word, "x\r\n"), nil)
	if r.Accepted()[0] != "b@bücher.example" {
		t.Errorf("%+v", r)
	}
	await(t, s.box, word, 1)
}

func (s *conversation) dsn(t *testing.T) {
	word := unique()
	content := smtp.Octets(testMail(word, "x\r\n"))
	request := &smtp.SendOptions{DSN: &smtp.DSN{Notify: []string{"success", "failure"}, Ret: "headers", EnvID: word + "+a=b c", Required: true}}
	r, err := s.c.SendMail(s.ctx, "a@example.org", []string{"b@example.org"}, content, request)
	switch {
	case !s.c.HasExtn("DSN"):
		if e := wantError[*smtp.NotSupportedError](t, err, smtp.No); e.Extension != "DSN" {
			t.Error(e)
		}
	case err != nil || !r.DSNSent:
		t.Errorf("%+v %v", r, err)
	case s.envelopeID != nil: // by which the server shows that it understood ENVID
		await(t, s.box, s.envelopeID(word), 1)
	default:
		await(t, s.box, word, 1)
	}
}

// onlyDots is 5 MB of lines of dots, some of them one dot only.
func (s *conversation) onlyDots(t *testing.T) {
	word := unique()
	var text bytes.Buffer
	for i := 0; text.Len() < 5<<20; i++ {
		text.WriteString(strings.Repeat(".", 1+i%70) + "\r\n")
	}
	content := testMail(word, text.String())
	s.mail(t, "a@example.org", []string{"b@example.org"}, content, nil)
	s.kept(t, content, await(t, s.box, word, 1)[0])
}

func (s *conversation) manyRecipients(t *testing.T) {
	n := 1000
	if s.manyRcpts > 0 {
		n = s.manyRcpts
	}
	r := s.mail(t, "a@example.org", many(n), testMail(unique(), "x\r\n"), nil)
	if got := r.Accepted(); len(got) != n || got[n-1] != many(n)[n-1] {
		t.Errorf("%d accepted", len(got))
	}
}

// duplicates get a reply each, with LMTP a final one.
func (s *conversation) duplicates(t *testing.T) {
	word := unique()
	to := []string{"b@example.org", "c@example.org", "b@example.org"}
	r := s.mail(t, "a@example.org", to, testMail(word, "x\r\n"), nil)
	for i, one := range r.Recipients {
		lmtp := s.options.Protocol == smtp.LMTP
		if one.Address != to[i] || !one.Accepted() || (one.Stage == smtp.StageFinal) != lmtp {
			t.Errorf("%+v", one)
		}
		if lmtp && !s.anonymous && !strings.Contains(one.Reply.Text(), "<"+to[i]+">") {
			t.Errorf("%s has the reply %q", to[i], one.Reply.Text())
		}
	}
	if r, err := s.c.Noop(s.ctx); err != nil || r.Code != 250 {
		t.Errorf("replies are left over: %v %v", r, err)
	}
}

// stream sends many messages in one go, some of them to nobody: each has the
// outcome and the content that is its own.
func (s *conversation) stream(t *testing.T, inFlight int) {
	const n = 24
	words := make([]string, n)
	contents := make([][]byte, n)
	var got outcomes
	stream := openStream(t, s.c, inFlight)
	for i := range n {
		words[i] = unique()
		contents[i] = testMail(words[i], strings.Repeat(".line\r\n.\r\n", 1+8*i*i))
		to := []string{"b@example.org"}
		if s.refuses && i%7 == 3 {
			to = []string{"bad-1@example.org"}
		}
		if err := stream.Submit(s.ctx, smtp.Letter("a@example.org", to, smtp.Octets(contents[i])), nil, got.done); err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
	}
	stream.Close()
	if len(got.errs) != n {
		t.Fatalf("%d outcomes", len(got.errs))
	}
	for i, err := range got.errs {
		if s.refuses && i%7 == 3 {
			wantError[*smtp.RecipientsRefusedError](t, err, smtp.No)
			continue
		}
		if err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
		s.kept(t, contents[i], await(t, s.box, words[i], 1)[0])
	}
	if r, err := s.c.Noop(s.ctx); err != nil || r.Code != 250 {
		t.Errorf("the connection is of no use any more: %v %v", r, err)
	}
}
