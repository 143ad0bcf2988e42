package crashtest

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"moonpost/smtp/smtptest"
)

// server is the place where mail arrives. It outlives every process that sends.
type server struct {
	*smtptest.Server

	mu    sync.Mutex
	taken map[string][]string // Message-IDs by key; of those who get a copy by copyOf(key)
	total int
	then  func(n int) string // told of each message before its sender is; see smtptest.Config.Taken
	reply func(line string) string
}

// newServer offers CHUNKING or not: the content ends with a chunk that is called the last, or with a dot.
func newServer(t testing.TB, of shape) *server {
	s := &server{taken: map[string][]string{}}
	offers := []string{"PIPELINING", "8BITMIME", "SIZE 10485760", "ENHANCEDSTATUSCODES"}
	if of.chunking {
		offers = append(offers, "CHUNKING")
	}
	s.Server = smtptest.NewServer(t, smtptest.Config{LMTP: of.lmtp, Extensions: offers, Taken: s.take, Reply: s.answer})
	return s
}

var messageID = regexp.MustCompile(`(?im)^message-id: *<([^>]+)>`)

// take records the message before anything is answered, as a server does that means what it says.
func (s *server) take(m smtptest.Message) string {
	id := ""
	if found := messageID.FindSubmatch(m.Data); found != nil {
		id = string(found[1])
	}
	s.mu.Lock()
	s.total++
	n, then := s.total, s.then
	for _, address := range m.To {
		key, domain, _ := strings.Cut(address, "@")
		if strings.HasPrefix(domain, "copy.") {
			key = copyOf(key)
		}
		s.taken[key] = append(s.taken[key], id)
	}
	s.mu.Unlock()
	if then == nil {
		return ""
	}
	return then(n)
}

// answer lets a test give other replies than the usual ones.
func (s *server) answer(line string) string {
	s.mu.Lock()
	reply := s.reply
	s.mu.Unlock()
	if reply == nil {
		return ""
	}
	return reply(line)
}

// onTaken sets what happens when the n-th message is taken and not yet answered.
func (s *server) onTaken(then func(n int) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.then = then
}

// behave sets replies; nil: the usual ones.
func (s *server) behave(reply func(line string) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reply = reply
}

// count is how many messages were taken.
func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}

// ledger copies what was taken.
func (s *server) ledger() map[string][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	copied := make(map[string][]string, len(s.taken))
	for key, ids := range s.taken {
		copied[key] = append([]string(nil), ids...)
	}
	return copied
}
