package main

import (
	"encoding/json"
	"fmt"
	"time"

	"moonpost/outbox"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// watch shows one batch until stop is called: by a bar, a line now and then, or a JSON object now and then.
func (s *screen) watch(id string, snapshot func() outbox.Progress) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	show := func() { s.batchLines(id, snapshot, done) }
	if s.p.terminal && !s.p.json {
		hushes := s.listen(done)
		show = func() { s.batchBars(id, snapshot, done, hushes) }
	}
	go func() {
		defer close(ended)
		show()
	}()
	return func() {
		close(done)
		<-ended
	}
}

// hush asks a batch's bar to go away until resume is closed; gone is closed when it has.
type hush struct{ gone, resume chan struct{} }

// listen makes the way by which the bar of a batch is asked to go away.
func (s *screen) listen(done <-chan struct{}) <-chan hush {
	hushes := make(chan hush)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hushes, s.watched = hushes, done
	return hushes
}

// batchBars draws a bar of all that the run may send, and takes it away while a question is asked.
func (s *screen) batchBars(id string, snapshot func() outbox.Progress, done <-chan struct{}, hushes <-chan hush) {
	for {
		asked := s.oneBar(id, snapshot, done, hushes)
		if asked == nil {
			return
		}
		close(asked.gone)
		<-asked.resume
	}
}

// oneBar draws until the end, or until it is asked to go away.
func (s *screen) oneBar(id string, snapshot func() outbox.Progress, done <-chan struct{}, hushes <-chan hush) *hush {
	s.begin()
	defer s.end()
	bar := s.currentBars().AddBar(0,
		mpb.PrependDecorators(decor.Name(batchName(id)+" ")),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return progressText(snapshot()) })),
	)
	ticker := time.NewTicker(barStep)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			now := snapshot()
			bar.SetTotal(now.Total, false)
			bar.SetCurrent(now.Done)
		case asked := <-hushes:
			bar.Abort(true)
			return &asked
		case <-done:
			endBar(bar, snapshot())
			return nil
		}
	}
}

// endBar leaves the bar as it is, or takes it away where it tells nothing: nothing was to be sent, or the answer was no.
func endBar(bar *mpb.Bar, now outbox.Progress) {
	bar.SetTotal(now.Total, false)
	bar.SetCurrent(now.Done)
	switch {
	case now.Phase == "reading" || now.Total == 0:
		bar.Abort(true)
	case now.Done < now.Total:
		bar.Abort(false)
	default:
		bar.SetTotal(now.Done, true)
	}
}

// quiet takes the batch's bar away, for a question, until resume is called.
func (s *screen) quiet() (resume func()) {
	s.mu.Lock()
	hushes, done := s.hushes, s.watched
	s.mu.Unlock()
	if hushes == nil {
		return func() {}
	}
	h := hush{gone: make(chan struct{}), resume: make(chan struct{})}
	select {
	case hushes <- h:
		<-h.gone
		return func() { close(h.resume) }
	case <-done:
	}
	return func() {}
}

// batchLines tells now and then; of short runs nothing.
func (s *screen) batchLines(id string, snapshot func() outbox.Progress, done <-chan struct{}) {
	ticker := time.NewTicker(lineStep)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_, _ = fmt.Fprint(s.p.stderr, s.progressLine(id, snapshot()))
		case <-done:
			return
		}
	}
}

func (s *screen) progressLine(id string, now outbox.Progress) string {
	if !s.p.json {
		return fmt.Sprintf("%s: %s\n", batchName(id), progressText(now))
	}
	line, err := json.Marshal(progressJSON(id, now))
	if err != nil {
		return ""
	}
	return string(line) + "\n"
}

// progressText is how a batch comes along in a few words.
func progressText(now outbox.Progress) string {
	if now.Phase == "reading" {
		return fmt.Sprintf("reading, %d rows so far", now.Total)
	}
	text := fmt.Sprintf("%d of %d", now.Done, now.Total)
	for _, state := range []outbox.State{outbox.Failed, outbox.Deferred, outbox.InDoubt, outbox.Suppressed} {
		if n := now.Counts[state]; n > 0 {
			text += fmt.Sprintf(", %d %s", n, stateWords(state))
		}
	}
	if now.Rate > 0 {
		text += fmt.Sprintf(", %.*f/s", decimals(now.Rate), now.Rate)
	}
	if now.Left >= time.Second {
		text += ", " + roughly(now.Left) + " left"
	}
	if now.Phase == "waiting" {
		text += ", waiting for what is due later"
	}
	return text
}

// decimals keeps slow rates from looking like none.
func decimals(rate float64) int {
	if rate < 10 {
		return 1
	}
	return 0
}

// progressJSON is the same for programs.
func progressJSON(id string, now outbox.Progress) map[string]any {
	counts := map[string]int64{}
	for state, n := range now.Counts {
		counts[string(state)] = n
	}
	return map[string]any{
		"level": "info", "msg": "progress", "batch": id, "phase": now.Phase, "total": now.Total, "done": now.Done,
		"counts": counts, "rate": now.Rate, "left_seconds": now.Left.Seconds(),
	}
}
