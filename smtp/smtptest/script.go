package smtptest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Script is a server that follows a script, one line a step:
//
//	S: 220 hello     sends the text and CRLF
//	S! 250 ok\n      sends exactly this, Go's escapes replaced
//	FLOOD 250-x\r\n  sends this again and again until the client hangs up
//	TRICKLE 250 o\n  sends this octet by octet, 200 in a second
//	C: MAIL FROM:*   reads a line, which has to match; "*" is anything
//	CONTENT          reads content up to its final dot
//	READ 100         reads 100 octets
//	TLS              shakes hands as a server
//	STALL            reads and says nothing until the client hangs up
//	SILENT           doesn't even read until the test ends
//	CLOSE            hangs up
//	RESET            hangs up with a TCP reset
//	NEXT             hangs up; what follows is for the next connection
//
// Empty lines are skipped. At the script's end the server hangs up. A step that
// fails, and steps left over at the end of the test, fail the test.
type Script struct {
	*listener
	t    testing.TB
	tls  *tls.Config
	done chan struct{}

	mu      sync.Mutex
	scenes  [][]string // one for each connection
	errs    []string
	content [][]byte
}

// NewScript starts a scripted server on a loopback port.
func NewScript(t testing.TB, script string) *Script { return newScript(t, script, nil, false) }

// NewScriptTLS is NewScript with a certificate for TLS steps.
func NewScriptTLS(t testing.TB, script string, config *tls.Config) *Script {
	return newScript(t, script, config, false)
}

// NewScriptUnix is NewScript on a unix socket.
func NewScriptUnix(t testing.TB, script string) *Script { return newScript(t, script, nil, true) }

func newScript(t testing.TB, script string, config *tls.Config, unix bool) *Script {
	t.Helper()
	s := &Script{listener: listen(t, unix), t: t, tls: config, done: make(chan struct{}), scenes: parseScript(script)}
	t.Cleanup(s.verdict) // runs after the listener's own cleanup
	s.start(t, s.play)
	t.Cleanup(func() { close(s.done) })
	return s
}

func parseScript(script string) [][]string {
	scenes := [][]string{nil}
	for _, line := range strings.Split(script, "\n") {
		line = strings.TrimLeft(line, " \t")
		switch {
		case strings.TrimSpace(line) == "":
		case line == "NEXT":
			scenes = append(scenes, nil)
		default:
			scenes[len(scenes)-1] = append(scenes[len(scenes)-1], line)
		}
	}
	return scenes
}

// Content returns what CONTENT steps read, as it was on the wire.
func (s *Script) Content() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([][]byte(nil), s.content...)
}

func (s *Script) verdict() {
	s.t.Helper()
	for _, text := range s.errs {
		s.t.Errorf("smtptest script: %s", text)
	}
	for _, scene := range s.scenes {
		s.t.Errorf("smtptest script: never played: %q", scene)
	}
}

func (s *Script) play(conn net.Conn) {
	s.mu.Lock()
	var scene []string
	if len(s.scenes) > 0 {
		scene, s.scenes = s.scenes[0], s.scenes[1:]
	}
	s.mu.Unlock()
	p := newPeer(conn, s.record)
	for i, step := range scene {
		if err := s.step(p, step); err != nil {
			if !errors.Is(err, errSceneOver) {
				s.complain(fmt.Sprintf("step %d %q: %v", i+1, step, err))
			}
			return
		}
	}
}

func (s *Script) complain(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.errs = append(s.errs, text)
}

var errSceneOver = fmt.Errorf("scene over")

func (s *Script) step(p *peer, step string) error {
	switch word, arg, _ := strings.Cut(step, " "); word {
	case "S:":
		return p.reply(arg)
	case "S!":
		return p.sendRaw(arg)
	case "C:":
		return p.expect(arg)
	case "READ":
		return p.skip(arg)
	case "CONTENT":
		return s.readContent(p)
	case "TLS":
		return p.startTLS(s.tls)
	case "STALL":
		_, _ = io.Copy(io.Discard, p.in)
		return errSceneOver
	case "SILENT":
		<-s.done
		return errSceneOver
	case "CLOSE":
		return errSceneOver
	case "RESET":
		p.reset()
		return errSceneOver
	case "FLOOD":
		return p.flood(arg)
	case "TRICKLE":
		return p.trickle(arg)
	default:
		return fmt.Errorf("unknown step")
	}
}

func (s *Script) readContent(p *peer) error {
	raw, err := p.readContent()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.content = append(s.content, raw)
	return err
}

func (p *peer) sendRaw(arg string) error {
	text, err := strconv.Unquote(`"` + arg + `"`)
	if err != nil {
		return err
	}
	p.log("S! " + arg)
	_, err = io.WriteString(p.conn, text)
	return err
}

func (p *peer) skip(arg string) error {
	n, err := strconv.ParseInt(arg, 10, 64)
	if err != nil {
		return err
	}
	_, err = io.CopyN(io.Discard, p.in, n)
	return err
}

func (p *peer) expect(pattern string) error {
	line, err := p.readLine()
	if err != nil {
		return err
	}
	if !match(pattern, line) {
		return fmt.Errorf("got %q", line)
	}
	return nil
}

// match knows one wildcard, "*", for any run of characters.
func match(pattern, s string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == s
	}
	if !strings.HasPrefix(s, head) {
		return false
	}
	for s = s[len(head):]; ; s = s[1:] {
		if match(rest, s) {
			return true
		}
		if s == "" {
			return false
		}
	}
}
