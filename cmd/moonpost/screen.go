package main

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"

	"moonpost/luabind"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

const (
	barStep  = 120 * time.Millisecond // between two looks at a relay's counts
	lineStep = 10 * time.Second       // between two lines where there is no terminal
)

// screen shows how relays come along: bars on a terminal, a line now and
// then elsewhere. What the script prints goes above the bars.
type screen struct {
	p      *process
	mu     sync.Mutex
	bars   *mpb.Progress // nil while no relay is shown
	active int           // relays that are shown
	held   map[io.Writer]*bytes.Buffer

	hushes  chan<- hush     // of the batch that is watched
	watched <-chan struct{} // closed when it is over
}

func newScreen(p *process) *screen { return &screen{p: p, held: map[io.Writer]*bytes.Buffer{}} }

// progress is what the host gives to relays.
func (s *screen) progress() luabind.Progress { return s }

// writer wraps a stream of the terminal so that bars are never torn.
func (s *screen) writer(w io.Writer) io.Writer {
	if !s.p.terminal || w == s.p.stdout && !s.p.stdoutTerminal {
		return w
	}
	return &aboveBars{s: s, w: w}
}

// aboveBars writes whole lines above the bars while there are any.
type aboveBars struct {
	s *screen
	w io.Writer
}

// Write passes b on; an unfinished line waits for its end while bars run.
func (a *aboveBars) Write(b []byte) (int, error) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	if a.s.bars == nil {
		return a.w.Write(b)
	}
	held := a.s.held[a.w]
	if held == nil {
		held = &bytes.Buffer{}
		a.s.held[a.w] = held
	}
	held.Write(b)
	if end := bytes.LastIndexByte(held.Bytes(), '\n'); end >= 0 {
		if _, err := a.s.bars.Write(held.Next(end + 1)); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

// Track shows one relay until stop is called. What is written after stop
// goes to the stream itself again.
func (s *screen) Track(name string, look func() luabind.Counts) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	show := s.lines
	if s.p.terminal {
		show = s.bar
		s.begin()
	}
	go func() {
		defer close(ended)
		show(name, look, done)
	}()
	return func() {
		close(done)
		<-ended
		if s.p.terminal {
			s.end()
		}
	}
}

// begin makes room for one more bar.
func (s *screen) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active++
	if s.bars == nil {
		s.bars = mpb.New(mpb.WithOutput(s.p.stderr), mpb.WithWidth(40), mpb.WithRefreshRate(barStep))
	}
}

// end lets the last bar be drawn to its end, and then what was held back.
func (s *screen) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active--; s.active > 0 {
		return
	}
	s.bars.Wait()
	s.bars = nil
	for w, held := range s.held {
		_, _ = w.Write(held.Bytes())
		held.Reset()
	}
}

// bar draws a bar whose length grows with what is submitted.
func (s *screen) bar(name string, look func() luabind.Counts, done <-chan struct{}) {
	start := s.p.mono()
	bar := s.currentBars().AddBar(0,
		mpb.PrependDecorators(decor.Name(name+" ")),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return counts(look(), s.p.mono().Sub(start)) })),
	)
	ticker := time.NewTicker(barStep)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			now := look()
			bar.SetTotal(now.Submitted, false)
			bar.SetCurrent(now.Sent + now.Failed)
		case <-done:
			now := look()
			bar.SetCurrent(now.Sent + now.Failed)
			bar.SetTotal(now.Sent+now.Failed, true)
			return
		}
	}
}

func (s *screen) currentBars() *mpb.Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bars
}

// lines writes the counts now and then.
func (s *screen) lines(name string, look func() luabind.Counts, done <-chan struct{}) {
	start := s.p.mono()
	ticker := time.NewTicker(lineStep)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_, _ = fmt.Fprintf(s.p.stderr, "%s: %s\n", name, counts(look(), s.p.mono().Sub(start)))
		case <-done:
			return
		}
	}
}

// counts is the state of a relay in a few words.
func counts(c luabind.Counts, elapsed time.Duration) string {
	text := fmt.Sprintf("%d sent", c.Sent)
	if c.Failed > 0 {
		text += fmt.Sprintf(", %d failed", c.Failed)
	}
	text += fmt.Sprintf(" of %d", c.Submitted)
	if seconds := elapsed.Seconds(); seconds > 0 {
		text += fmt.Sprintf(", %.0f/s", float64(c.Sent+c.Failed)/seconds)
	}
	return text
}
