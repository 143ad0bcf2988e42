package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"moonpost/luabind"

	"github.com/peterh/liner"
)

// errDropped says that Ctrl-C dropped an unfinished input.
var errDropped = errors.New("input dropped")

// lineInput gives lines. Its errors are io.EOF, errDropped, or the reader's.
type lineInput interface {
	line(prompt string) (string, error)
	close()
}

// typedLine is what a prompt came to.
type typedLine struct {
	text string
	err  error
}

// terminal edits lines on a terminal. While no line is read the terminal is as
// it was found, for what the script itself reads or starts.
type terminal struct {
	state       *liner.State
	cooked, raw liner.ModeApplier
}

// newTerminal puts the history and the completion on the terminal.
func newTerminal(complete liner.WordCompleter, h *history) *terminal {
	cooked, _ := liner.TerminalMode()
	t := &terminal{state: liner.NewLiner(), cooked: cooked}
	t.raw, _ = liner.TerminalMode()
	t.state.SetCtrlCAborts(true)
	t.state.SetTabCompletionStyle(liner.TabPrints)
	t.state.SetWordCompleter(complete)
	t.state.SetBeep(false)
	for _, line := range h.earlier() {
		t.state.AppendHistory(line)
	}
	if h != nil {
		h.remember = t.state.AppendHistory
	}
	apply(t.cooked)
	return t
}

func (t *terminal) line(prompt string) (string, error) {
	apply(t.raw)
	defer apply(t.cooked)
	text, err := t.state.Prompt(prompt)
	if errors.Is(err, liner.ErrPromptAborted) {
		err = errDropped
	}
	return text, err
}

func (t *terminal) close() { _ = t.state.Close() }

func apply(mode liner.ModeApplier) {
	if mode != nil {
		_ = mode.ApplyMode()
	}
}

// pipe reads lines without a terminal.
type pipe struct{ r *bufio.Reader }

func newPipe(r io.Reader) *pipe { return &pipe{bufio.NewReader(r)} }

func (p *pipe) line(string) (string, error) {
	text, err := p.r.ReadString('\n')
	if text != "" {
		err = nil
	}
	return strings.TrimSuffix(text, "\n"), err
}

func (p *pipe) close() {}

// read gives one whole input, which may take several lines. At the end of the
// lines it is what there is.
func (r *repl) read() (string, error) {
	r.chunk = nil
	prompt := r.prompt()
	for {
		line, err := r.ask(prompt)
		if err != nil {
			if errors.Is(err, io.EOF) && r.interactive {
				_, _ = io.WriteString(r.out, "\n")
			}
			return strings.Join(r.chunk, "\n"), err
		}
		r.chunk = append(r.chunk, line)
		text := strings.Join(r.chunk, "\n")
		if len(r.chunk) == 1 && isCommand(text) || !luabind.Incomplete(text) {
			return text, nil
		}
		prompt = promptMore
	}
}

func (r *repl) prompt() string {
	switch out := r.session.Outbound(); {
	case out.Dry:
		return promptDry
	case out.Sink != nil:
		return promptSink
	}
	return promptReady
}

// ask reads one line; what comes from the background meanwhile waits. A
// terminal that cannot be edited on sends Ctrl-C as a signal.
func (r *repl) ask(prompt string) (string, error) {
	if r.typing == nil {
		typing := make(chan typedLine, 1)
		r.typing = typing
		r.hold.hold(r.interactive)
		go func() {
			text, err := r.in.line(prompt)
			typing <- typedLine{text, err}
		}()
	}
	for {
		select {
		case typed := <-r.typing:
			r.typing = nil
			r.hold.release()
			return typed.text, typed.err
		case s := <-r.p.signals:
			if s != os.Interrupt {
				r.hold.release()
				return "", errTerminated
			}
			if r.interactive {
				return "", errDropped
			}
			return "", errTerminated
		}
	}
}

// indent is what Tab gives at the begin of a line that goes on.
const indent = "  "

// complete is what Tab asks: words for what stands before the cursor.
func (r *repl) complete(line string, pos int) (head string, words []string, tail string) {
	runes := []rune(line)
	typed, tail := string(runes[:pos]), string(runes[pos:])
	if strings.TrimSpace(typed) == "" && (len(r.chunk) > 0 || typed != "") { // indents, also what is pasted
		return typed, []string{indent}, tail
	}
	if len(r.chunk) == 0 && isCommand(typed) {
		start, words := r.completeCommand(typed)
		return typed[:start], words, tail
	}
	before := strings.Join(append(r.chunk[:len(r.chunk):len(r.chunk)], ""), "\n")
	start, words := r.session.Complete(before + typed)
	start = max(0, start-len(before))
	return typed[:start], words, tail
}

// scriptInput is standard input for the script: lines of the same terminal or
// pipe, so that neither takes what is meant for the other.
type scriptInput struct {
	r    *repl
	rest []byte
}

// Read gives what is left of a line, or reads one.
func (s *scriptInput) Read(b []byte) (int, error) {
	if len(s.rest) == 0 {
		line, err := s.r.in.line("")
		if errors.Is(err, errDropped) {
			s.r.line.stop(errInterrupted)
		}
		if err != nil {
			return 0, err
		}
		s.rest = append([]byte(line), '\n')
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// heldMost bounds what waits for a prompt to end.
const heldMost = 1 << 20

// holder keeps output back while a person types, because the editor's line
// would be torn.
type holder struct {
	mu      sync.Mutex
	holding bool
	held    []heldOutput
	size    int
}

type heldOutput struct {
	w io.Writer
	b []byte
}

func (h *holder) writer(w io.Writer) io.Writer { return &heldWriter{h, w} }

func (h *holder) hold(holding bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.holding = holding
}

// release writes what was kept back.
func (h *holder) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range h.held {
		_, _ = o.w.Write(o.b)
	}
	h.holding, h.held, h.size = false, nil, 0
}

type heldWriter struct {
	h *holder
	w io.Writer
}

// Write writes at once, or keeps a copy while a line is typed.
func (w *heldWriter) Write(b []byte) (int, error) {
	w.h.mu.Lock()
	defer w.h.mu.Unlock()
	if !w.h.holding {
		return w.w.Write(b)
	}
	if w.h.size += len(b); w.h.size <= heldMost {
		w.h.held = append(w.h.held, heldOutput{w.w, bytes.Clone(b)})
	}
	return len(b), nil
}
