package sink

import (
	"fmt"
	"strings"
)

// record is the transcript of one session, without contents and secrets. The trial's lock guards it.
type record struct {
	way   Way
	lines []string
}

// Bounds of a transcript: sessions of a trial, lines of a session.
const (
	recordedSessions = 1000
	recordedLines    = 10000
)

// newRecord begins the transcript of a session.
func (t *Trial) newRecord() *record {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := &record{}
	if len(t.sessions) < recordedSessions {
		t.sessions = append(t.sessions, r)
	}
	return r
}

// note adds a line to a session's transcript.
func (t *Trial) note(r *record, format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(r.lines) < recordedLines {
		r.lines = append(r.lines, printable(fmt.Sprintf(format, args...)))
	}
}

// Transcript gives what was said, session by session: lines begin with "C: " or "S: "; what only happened stands in
// parentheses. Contents and secrets are left out.
func (t *Trial) Transcript() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	for i, s := range t.sessions {
		fmt.Fprintf(&b, "# %d", i+1)
		if s.way.Relay != "" {
			fmt.Fprintf(&b, " relay %s", printable(s.way.Relay))
		}
		if s.way.Host != "" {
			fmt.Fprintf(&b, " to %s", printable(s.way.Host))
		}
		b.WriteString("\n")
		for _, line := range s.lines {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
