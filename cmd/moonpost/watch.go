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
	show := s.batchLines
	bar := s.p.terminal && !s.p.json
	if bar {
		show = s.batchBar
		s.begin()
	}
	go func() {
		defer close(ended)
		show(id, snapshot, done)
	}()
	return func() {
		close(done)
		<-ended
		if bar {
			s.end()
		}
	}
}

// batchBar draws a bar of all that the run may send.
func (s *screen) batchBar(id string, snapshot func() outbox.Progress, done <-chan struct{}) {
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
		case <-done:
			now := snapshot()
			bar.SetCurrent(now.Done)
			bar.SetTotal(now.Done, true) // the bar ends here, whatever is left
			return
		}
	}
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
	if now.Left > 0 {
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
