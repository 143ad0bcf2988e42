package smtp

import (
	"encoding/base64"
	"strings"
	"sync"
)

// masker hides the secrets of AUTH exchanges in a transcript: everything after
// the mechanism, and every line of either side until the server's last word.
type masker struct {
	mu      sync.Mutex // one goroutine may write while another reads
	inAuth  bool
	waiting int      // replies to come for commands sent
	ahead   int      // those to come before the one to AUTH
	content bool     // between a 354 and the next reply lines are no commands
	names   int      // responses to come that hold a name only
	secrets []string // sent in the last exchange, for a server that repeats them
}

const maskedText = "****"

// maxSecrets is more than an exchange has.
const maxSecrets = 3 * maxChallenges

// client returns a line that we sent, without its line end, as it may be shown.
func (m *masker) client(line string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.inAuth {
		m.remember(line)
		return maskedText
	}
	m.secrets = nil
	verb := verbOf(line)
	if !strings.HasPrefix(verb, "AUTH") {
		if !m.content {
			m.waiting++
		}
		return line
	}
	m.inAuth, m.ahead, m.waiting, m.names = true, m.waiting, 0, 0
	words := strings.Fields(line)
	if verb != "AUTH" { // not a command any server knows, but no less secret
		return "AUTH " + maskedText
	}
	if len(words) > 1 && strings.EqualFold(words[1], "LOGIN") {
		m.names = 1
	}
	if len(words) < 3 {
		return line
	}
	m.remember(words[2])
	return words[0] + " " + words[1] + " " + maskedText
}

// server returns a line that the server sent, likewise. The reply to AUTH ends
// the exchange, unless it is a challenge.
func (m *masker) server(line string) string {
	m.pass(line)
	if strings.HasPrefix(line, "334") { // RFC 4954 §4
		return "334 " + maskedText
	}
	return m.hide(line)
}

// busy reports whether an exchange is under way.
func (m *masker) busy() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.inAuth
}

// pass follows the server's lines without showing them.
func (m *masker) pass(line string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	last := len(line) < 4 || line[3] != '-' // RFC 5321 §4.2.1
	switch {
	case !last:
	case strings.HasPrefix(line, "334"): // whoever asked for it, a secret comes next
		m.inAuth, m.ahead = true, 0
	case !m.inAuth:
		m.waiting = max(0, m.waiting-1)
		m.content = strings.HasPrefix(line, "354")
	case m.ahead > 0:
		m.ahead--
	default:
		m.inAuth = strings.HasPrefix(line, "3")
	}
}

// remember notes what in a response is secret.
func (m *masker) remember(response string) {
	const shortest = 4 // what is shorter stands everywhere by chance
	decoded, err := base64.StdEncoding.DecodeString(response)
	secret := string(decoded)
	switch {
	case m.names > 0 || err != nil:
		secret = ""
	case strings.Contains(secret, "\x01"): // an OAuth response
		_, secret, _ = strings.Cut(secret, "auth=Bearer ")
		secret, _, _ = strings.Cut(secret, "\x01")
	default: // the last part of PLAIN's, or the whole
		secret = secret[strings.LastIndexByte(secret, 0)+1:]
	}
	if m.names > 0 {
		m.names--
	}
	m.secrets = m.secrets[max(0, len(m.secrets)-maxSecrets):]
	for _, s := range []string{response, secret, base64.StdEncoding.EncodeToString([]byte(secret))} {
		if len(s) >= shortest {
			m.secrets = append(m.secrets, s)
		}
	}
}

// hide masks the secrets of the last exchange in text of the server's.
func (m *masker) hide(text string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, secret := range m.secrets {
		text = strings.ReplaceAll(text, secret, maskedText)
	}
	return text
}
