package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"

	"github.com/google/go-cmp/cmp"
)

func TestBatchStatus(t *testing.T) {
	for name, c := range map[string]struct {
		done []outbox.Summary
		want int
	}{
		"nothing":         {nil, statusDone},
		"all sent":        {[]outbox.Summary{{Sent: 3, Duplicate: 1, Suppressed: 2}}, statusDone},
		"left as asked":   {[]outbox.Summary{{Sent: 3, Left: 7, Wanted: true}}, statusDone},
		"left":            {[]outbox.Summary{{Sent: 3, Left: 7}}, statusLeft},
		"hours":           {[]outbox.Summary{{Left: 7, Stopped: outbox.StoppedHours}}, statusLeft},
		"failed":          {[]outbox.Summary{{Failed: 1, Left: 2}}, statusFailed},
		"bad rows":        {[]outbox.Summary{{Sent: 9, BadRows: 1}}, statusFailed},
		"in doubt":        {[]outbox.Summary{{Failed: 1, InDoubt: 1, Left: 2}}, statusInDoubt},
		"stop_if":         {[]outbox.Summary{{Failed: 9, InDoubt: 1, Left: 2, Stopped: outbox.StoppedFailures}}, statusStopped},
		"worst of two":    {[]outbox.Summary{{InDoubt: 1}, {Failed: 1}}, statusInDoubt},
		"another reason":  {[]outbox.Summary{{Stopped: "the batch was cancelled"}}, statusDone},
		"skipped are not": {[]outbox.Summary{{Skipped: 3}}, statusDone},
	} {
		if got := batchStatus(c.done); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestSummaryText(t *testing.T) {
	s := &outbox.Summary{
		Batch: "news 10", Sent: 480, Already: 12, Failed: 4, Deferred: 2, InDoubt: 1, Duplicate: 1, BadRows: 2, Left: 5,
		Stopped: outbox.StoppedHours, Why: "its hours are closed until 08:00", Elapsed: 62 * time.Second, Bad: []string{"row 7: the key is nil"}, Duplicates: []string{"ann@x.test"},
		Errors: []outbox.Complaint{
			{Text: "550 5.1.1 no such user", N: 3, Key: "ann@x.test", Hint: "look at the address"}, {Text: "552 \x1b[2Jtoo large\nreally", N: 1, Key: "bob@x.test"},
		},
	}
	want := `batch news 10: 480 sent, 12 sent before, 4 failed, 2 deferred, 1 in doubt in 1m 2s, 8/s
  stopped: nothing may be sent now (its hours are closed until 08:00)
  3 are still to be sent
  2 rows have no key and were left out: row 7: the key is nil, …
  1 row has the key of another and was left out: ann@x.test
  3 × 550 5.1.1 no such user (first: ann@x.test)
      hint: look at the address
  1 × 552 \x1b[2Jtoo large really (bob@x.test)
  → moonpost batch items 'news 10' --state failed    lists what failed; --retry-failed tries it again
  → moonpost batch settle 'news 10' --resend or --sent    decides on what is in doubt
  → the same command again sends what is left
`
	if diff := cmp.Diff(want, summaryText(s, rehearsed{})); diff != "" {
		t.Error(diff)
	}
	if got := summaryText(&outbox.Summary{Batch: "b", Sent: 3}, rehearsed{dry: true}); got != "batch b: 3 would be sent\n" {
		t.Errorf("dry: %q", got)
	}
	if got := summaryText(&outbox.Summary{Batch: "b", Sent: 3, Left: 1}, rehearsed{redirect: "me@x.test"}); got != "batch b: 3 sent to me@x.test instead; the batch is as it was\n" {
		t.Errorf("redirected: %q", got)
	}
	if got := summaryText(&outbox.Summary{Sent: 1, Failed: 1}, rehearsed{}); !strings.Contains(got, "queued mail: 1 sent, 1 failed\n  → moonpost outbox list ") {
		t.Errorf("queue: %q", got)
	}
	many := &outbox.Summary{Batch: "b", Errors: make([]outbox.Complaint, 8)}
	if got := summaryText(many, rehearsed{}); strings.Count(got, " × ") != shownComplaints || !strings.Contains(got, "  and 3 other reasons\n") {
		t.Errorf("many reasons:\n%s", got)
	}
}

func TestPlanText(t *testing.T) {
	plan := &outbox.Plan{
		Batch: outbox.Batch{ID: "news"}, Resumed: true, Rows: 600, ToSend: 480, Already: 12, Former: 5, Counts: outbox.Counts{outbox.Failed: 3, outbox.InDoubt: 1, outbox.Sent: 12},
		Duplicates: []string{"a@x", "b@x", "c@x", "d@x"}, Duplicate: 4, Gone: 2, Changed: 1, BadRows: 1,
		Bad: []outbox.RowError{{Row: 7, Err: errors.New("the key is nil")}}, Through: []string{"eu", "us"},
	}
	want := `batch news goes on, through eu, us:
       100  to be sent now (of 480, by --limit)
         7  sent already (not again)
         5  sent already, and not in the source any more
         3  failed before (--retry-failed tries them again)
         1  in doubt (moonpost batch settle news decides)
         2  to be sent, but not in the source any more (not sent)
         1  of other content than when they were read last
         4  with the key of another row (mailed once: a@x, b@x, c@x, …)
         1  without a key (left out: row 7: the key is nil)
`
	if diff := cmp.Diff(want, planText(plan, 100)); diff != "" {
		t.Error(diff)
	}
	if got := planText(&outbox.Plan{Batch: outbox.Batch{ID: "b"}, ToSend: 1}, 0); got != "batch b begins, through what the script chooses for each mail:\n         1  to be sent now\n" {
		t.Errorf("%q", got)
	}
}

// TestConfirm answers the question of a batch.
func TestConfirm(t *testing.T) {
	plan := &outbox.Plan{Batch: outbox.Batch{ID: "b"}, ToSend: 3}
	for answer, want := range map[string]bool{"y\n": true, "YES\n": true, " yes \n": true, "\n": false, "n\n": false, "yess\n": false, "": false, "y": true} {
		var out bytes.Buffer
		a := &asker{ctx: t.Context(), in: bufio.NewReader(strings.NewReader(answer)), out: &out}
		yes, err := a.confirm(plan)
		if err != nil || yes != want || a.declined == want {
			t.Errorf("%q: %v, %v", answer, yes, err)
		}
		if !strings.Contains(out.String(), "Send 3 mails? [y/N] ") || strings.Contains(out.String(), "Nothing was sent.") == want {
			t.Errorf("%q: %q", answer, out.String())
		}
	}
	a := &asker{in: bufio.NewReader(strings.NewReader("")), out: io.Discard}
	if yes, err := a.confirm(&outbox.Plan{Already: 3}); !yes || err != nil || a.declined {
		t.Errorf("nothing to send: %v, %v", yes, err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errInterrupted)
	never, writer := io.Pipe()
	defer writer.Close()
	if _, err := (&asker{ctx: ctx, in: bufio.NewReader(never), out: io.Discard}).confirm(plan); !errors.Is(err, errInterrupted) {
		t.Errorf("interrupted: %v", err)
	}
}

// TestAskerOnlyOnTerminal: nobody is asked where nobody can answer, or nothing leaves.
func TestAskerOnlyOnTerminal(t *testing.T) {
	for name, c := range map[string]struct {
		cmd             runCmd
		stdin, terminal bool
		asked           bool
	}{
		"terminal":    {runCmd{}, true, true, true},
		"cron":        {runCmd{}, false, false, false},
		"piped stdin": {runCmd{}, false, true, false},
		"log file":    {runCmd{}, true, false, false},
		"yes":         {runCmd{batchFlags: batchFlags{Yes: true}}, true, true, false},
		"dry":         {runCmd{DryRun: true}, true, true, false},
		"sink":        {runCmd{Sink: true}, true, true, false},
		"redirect":    {runCmd{Redirect: "me@x.test"}, true, true, false},
	} {
		p := &process{stdin: strings.NewReader(""), stdinTerminal: c.stdin, terminal: c.terminal}
		if got := c.cmd.asker(p, &life{}, nil) != nil; got != c.asked {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestProgressText(t *testing.T) {
	for want, p := range map[string]outbox.Progress{
		"reading, 1200 rows so far": {Phase: "reading", Total: 1200},
		"0 of 500":                  {Phase: "sending", Total: 500},
		"120 of 500, 2 failed, 1 in doubt, 80/s, 5s left":              {Phase: "sending", Total: 500, Done: 120, Counts: outbox.Counts{outbox.Sent: 117, outbox.Failed: 2, outbox.InDoubt: 1}, Rate: 80, Left: 5 * time.Second},
		"499 of 500, 1 deferred, 0.3/s, waiting for what is due later": {Phase: "waiting", Total: 500, Done: 499, Counts: outbox.Counts{outbox.Deferred: 1}, Rate: 0.3},
		"1 of 2, 1.0/s, 1h 2m left, waiting for what is due later":     {Phase: "waiting", Total: 2, Done: 1, Rate: 1, Left: 62 * time.Minute},
	} {
		if got := progressText(p); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRoughly(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "a moment", time.Second: "1s", 61 * time.Second: "1m 1s", time.Hour: "1h", time.Hour + 30*time.Second: "1h",
		25*time.Hour + 59*time.Minute: "1d 1h", 48 * time.Hour: "2d",
	} {
		if got := roughly(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestRowFields(t *testing.T) {
	row := `{"z":"ä\n","a":1.50,"b":true,"n":null,"bytes":{"$bytes":"/w=="},"list":[1,{"x":2}]}`
	want := []rowField{{"z", "ä\n"}, {"a", "1.50"}, {"b", "true"}, {"n", ""}, {"bytes", "\xff"}, {"list", `[1,{"x":2}]`}}
	if diff := cmp.Diff(want, rowFields([]byte(row)), cmp.AllowUnexported(rowField{})); diff != "" {
		t.Error(diff)
	}
	for _, wrong := range []string{"", "null", "[1]", `"x"`, `{"a":`, "{"} {
		if got := rowFields([]byte(wrong)); len(got) != 0 {
			t.Errorf("%s: %v", wrong, got)
		}
	}
}

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{"a\r\nb": "a b", "\x1b[31mred": `\x1b[31mred`, "a\tb": "a b", "ü": "ü", "\u202eevil": `\u202eevil`} {
		if got := visible(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestShellWord(t *testing.T) {
	for word, want := range map[string]string{"news-2026-10": "news-2026-10", "a b": "'a b'", "": "''", "it's": `'it'\''s'`, "$x": "'$x'"} {
		if got := shellWord(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}
