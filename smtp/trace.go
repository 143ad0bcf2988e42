package smtp

import (
	"bytes"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Tracer receives what goes over the wire, one line at a time. It is called from
// the goroutines of the operation and has to be quick.
type Tracer func(TraceEvent)

// TraceEvent is one line of a transcript, without its line end, secrets masked
// and control characters escaped.
type TraceEvent struct {
	Conn      string    // "host:port" or the socket's path, then "#" and our own port, if there is one
	Direction byte      // 'C' client, 'S' server, '*' a remark of ours
	Line      string    // content is shortened to "<1234 octets>"
	At        time.Time // by Options.Mono
}

// transcript feeds a tracer and knows what to hide from it.
type transcript struct {
	tracer  *atomic.Pointer[Tracer]
	opts    *Options
	name    string
	mask    masker
	content contentLog
	mu      sync.Mutex // one event at a time
}

// connName tells connections to one server apart.
func connName(address string, conn net.Conn) string {
	if local, ok := conn.LocalAddr().(*net.TCPAddr); ok {
		return address + "#" + strconv.Itoa(local.Port)
	}
	return address
}

func (t *transcript) on() bool { return t.tracer.Load() != nil }

func (t *transcript) event(direction byte, line string) {
	if tracer := t.tracer.Load(); tracer != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		(*tracer)(TraceEvent{t.name, direction, escapeControls(line), t.opts.Mono()})
	}
}

// note records a remark.
func (t *transcript) note(text string) { t.event('*', text) }

// commands records whole command lines, CRLF included.
func (t *transcript) commands(lines []byte) {
	if !t.mask.busy() && !t.on() {
		return
	}
	for line := range bytes.Lines(lines) {
		t.client(string(line))
	}
}

// client records a command line. The masker sees every line, so that a tracer
// set in the middle of an exchange shows no secret either.
func (t *transcript) client(line string) {
	line = string(trimLineEnd([]byte(line)))
	masked := t.mask.client(line)
	if !t.on() {
		return
	}
	if t.opts.TraceSecrets {
		masked = line
	}
	t.event('C', masked)
}

func (t *transcript) server(raw []byte) {
	line := trimLineEnd(raw)
	if !t.mask.busy() && !t.on() {
		t.mask.pass(string(line[:min(len(line), 4)]))
		return
	}
	shown := t.mask.server(decodeText(line))
	if t.opts.TraceSecrets {
		shown = decodeText(line)
	}
	t.event('S', shown)
}

// contentLog collects what is sent as content.
type contentLog struct {
	octets int64
	line   []byte
}

// body records a piece of content as it goes on the wire.
func (t *transcript) body(b []byte) {
	if !t.on() {
		return
	}
	t.content.octets += int64(len(b))
	if !t.opts.TraceData {
		return
	}
	for {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			t.content.line = append(t.content.line, b...)
			return
		}
		t.event('C', decodeText(trimLineEnd(append(t.content.line, b[:end+1]...))))
		t.content.line, b = t.content.line[:0], b[end+1:]
	}
}

// bodyEnd records the end of the content, and a last line that has no line end.
func (t *transcript) bodyEnd() {
	switch {
	case !t.on():
	case !t.opts.TraceData:
		t.event('C', "<"+strconv.FormatInt(t.content.octets, 10)+" octets>")
	case len(t.content.line) > 0:
		t.event('C', decodeText(t.content.line))
	}
	t.content = contentLog{}
}
