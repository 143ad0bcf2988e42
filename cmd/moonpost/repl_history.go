package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"
)

// historyLines is how many lines the history keeps.
const historyLines = 1000

// history is the lines typed in earlier sessions and in this one. Nil keeps
// none.
type history struct {
	file     string            // empty: this session's alone
	lines    []string          // of earlier sessions
	remember func(line string) // gives a line to the editor
}

// openHistory reads the file of earlier lines and shortens it when it is long.
func openHistory(p *process, none bool) *history {
	h := &history{}
	dir, ok := stateDir(p)
	if none || !ok {
		return h
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return h
	}
	h.file = filepath.Join(dir, "history")
	data, err := os.ReadFile(h.file)
	if err != nil {
		return h
	}
	for _, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		if line != "" && utf8.ValidString(line) && !strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' }) {
			h.lines = append(h.lines, line)
		}
	}
	if n := len(h.lines); n > historyLines {
		h.lines = h.lines[n-historyLines:]
	}
	if bytes.Count(data, []byte("\n")) > 2*historyLines {
		_ = os.WriteFile(h.file, []byte(strings.Join(h.lines, "\n")+"\n"), 0o600) //nolint:gosec // the user's own state folder
	}
	return h
}

func (h *history) earlier() []string {
	if h == nil {
		return nil
	}
	return h.lines
}

// add keeps an input: in the editor as it is, in the file unless a secret
// seems to stand in it. An input of several lines becomes one where that means
// the same.
func (h *history) add(text string) {
	if h == nil || text == "" {
		return
	}
	lines := strings.Split(text, "\n")
	if len(lines) > 1 && !strings.Contains(text, "--") && !strings.Contains(text, "[[") && !strings.Contains(text, "[=") {
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		lines = []string{strings.Join(lines, " ")}
	}
	for _, line := range lines {
		if h.remember != nil && strings.TrimSpace(line) != "" {
			h.remember(line)
		}
	}
	if !holdsSecret(text) {
		h.write(lines)
	}
}

// write appends to the file at once, so that a killed session loses nothing.
func (h *history) write(lines []string) {
	if h.file == "" {
		return
	}
	f, err := os.OpenFile(h.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer f.Close() //nolint:errcheck // a lost line of the history is no failure
	_, _ = f.WriteString(strings.Join(lines, "\n") + "\n")
}

var (
	// secretName is a name for a secret that gets a value: password = "…", ["api-key"] = …, pass: …
	secretName = regexp.MustCompile(`(?i)(pass(word|wd|phrase)?|pwd|secret|token|credential|api[-_]?key|private[-_]?key|\bauthorization)[\w-]*["']?\]?\s*[=:,]\s*(\S+)`)
	// secretCall hands one over: login("u", "p"), auth("PLAIN", …)
	secretCall = regexp.MustCompile(`(?i)\b(login|auth|hmac)\s*\(`)
	// secretURL has a password: smtp://user:password@host
	secretURL = regexp.MustCompile(`://[^/\s"'@:]*:[^/\s"'@]+@`)
	// secretWord is a token as HTTP and SASL carry it: "Bearer …", "Basic …"
	secretWord = regexp.MustCompile(`(?i)["'](bearer|basic) [\w.~+/-]+`)
	// fromEnv is a value that is not written out.
	fromEnv = regexp.MustCompile(`^(env\.\w+|env\.get\(\s*["']\w+["']\s*\)|nil|false|true)\s*[,})\s]*$`)
)

// holdsSecret tells lines that are better not kept. It would rather lose a
// line than keep a password.
func holdsSecret(text string) bool {
	if secretURL.MatchString(text) || secretCall.MatchString(text) || secretWord.MatchString(text) || strings.Contains(text, "-----BEGIN") {
		return true
	}
	for _, m := range secretName.FindAllStringSubmatch(text, -1) {
		if !fromEnv.MatchString(m[3]) {
			return true
		}
	}
	return false
}
