package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
)

// TestBatchBar draws a bar, takes it away for a question, and draws it again.
func TestBatchBar(t *testing.T) {
	var out bytes.Buffer
	s := newScreen(&process{terminal: true, stdoutTerminal: true, stderr: &out, stdout: io.Discard, mono: time.Now})
	s.quiet()() // nothing is watched yet
	stop := s.watch("news", func() outbox.Progress { return outbox.Progress{Phase: "sending", Total: 10, Done: 4} })
	resume := s.quiet()
	if s.currentBars() != nil {
		t.Error("a bar is drawn while a question is asked")
	}
	_, _ = s.writer(&out).Write([]byte("Send? "))
	if !strings.HasSuffix(out.String(), "Send? ") {
		t.Errorf("the question is held back: %q", out.String())
	}
	resume()
	for s.currentBars() == nil && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	stop()
	if s.currentBars() != nil {
		t.Error("a bar is left")
	}
	s.quiet()() // nothing is watched any more
}

func TestProgressLine(t *testing.T) {
	now := outbox.Progress{Phase: "sending", Total: 10, Done: 4, Counts: outbox.Counts{outbox.InDoubt: 1}, Rate: 2.5, Left: 3 * time.Second}
	s := newScreen(&process{})
	if got := s.progressLine("news", now); got != "batch news: 4 of 10, 1 in doubt, 2.5/s, 3s left\n" {
		t.Errorf("%q", got)
	}
	s.p.json = true
	var object struct {
		Batch, Phase, Msg string
		Done, Total       int
		Counts            map[string]int
		Left              float64 `json:"left_seconds"`
	}
	if err := json.Unmarshal([]byte(s.progressLine("news", now)), &object); err != nil {
		t.Fatal(err)
	}
	if object.Batch != "news" || object.Done != 4 || object.Total != 10 || object.Counts["in_doubt"] != 1 || object.Left != 3 || object.Msg != "progress" {
		t.Errorf("%+v", object)
	}
}
