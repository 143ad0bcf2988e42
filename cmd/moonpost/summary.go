package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"moonpost/outbox"
)

// shownComplaints bounds the reasons that a summary names.
const shownComplaints = 5

// rehearsed is in which way a run is none for the store.
type rehearsed struct {
	dry      bool   // nothing was sent
	redirect string // all was sent there
	sink     bool   // all was sent to a sink, and the store is gone with it
}

func (r *rehearsed) any() bool { return r.dry || r.sink || r.redirect != "" }

// summaryText tells people what a run of a batch did, why not all was sent, and what to do next.
func summaryText(s *outbox.Summary, how rehearsed) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", batchName(s.Batch), doneText(s, how))
	for _, note := range notesOf(s, how.dry || how.redirect != "") {
		fmt.Fprintf(&b, "  %s\n", visible(note))
	}
	for _, c := range s.Errors[:min(len(s.Errors), shownComplaints)] {
		fmt.Fprintf(&b, "  %d × %s%s\n", c.N, visible(c.Text), firstKey(c))
		if c.Hint != "" {
			fmt.Fprintf(&b, "      hint: %s\n", visible(c.Hint))
		}
	}
	if more := len(s.Errors) - shownComplaints; more > 0 {
		fmt.Fprintf(&b, "  and %s\n", plural(more, "other reason"))
	}
	if !how.any() {
		for _, step := range nextSteps(s) {
			fmt.Fprintf(&b, "  → %s\n", step)
		}
	}
	return b.String()
}

// doneText is the first line: what was done, and how fast.
func doneText(s *outbox.Summary, how rehearsed) string {
	sent := fmt.Sprintf("%d sent", s.Sent)
	switch {
	case how.dry:
		sent = fmt.Sprintf("%d would be sent", s.Sent)
	case how.redirect != "":
		sent = fmt.Sprintf("%d sent to %s instead", s.Sent, visible(how.redirect))
	}
	words := []string{sent}
	for _, c := range []struct {
		n    int64
		what string
	}{
		{s.Already, "sent before"}, {s.Failed, "failed"}, {s.Refused, "of several recipients refused"}, {s.Deferred, "deferred"}, {s.InDoubt, "in doubt"}, {s.Suppressed, "suppressed"},
		{s.Skipped, "skipped"},
	} {
		if c.n > 0 {
			words = append(words, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	text := strings.Join(words, ", ")
	if s.Elapsed >= time.Second && s.Sent > 0 && !how.dry {
		text += fmt.Sprintf(" in %s, %.0f/s", roughly(s.Elapsed), float64(s.Sent)/s.Elapsed.Seconds())
	}
	if how.redirect != "" {
		text += "; the batch is as it was"
	}
	return text
}

// notesOf are the lines about rows and about why the run stopped.
func notesOf(s *outbox.Summary, dry bool) (notes []string) {
	note := func(n int64, one, many string) {
		switch {
		case n == 1:
			notes = append(notes, "1 "+one)
		case n > 1:
			notes = append(notes, fmt.Sprintf("%d %s", n, many))
		}
	}
	if text := stoppedText(s); text != "" {
		notes = append(notes, text)
	}
	for _, key := range s.Unknown {
		notes = append(notes, "no mail has the key "+strconv.Quote(key)+", which --only names")
	}
	if !dry {
		left := s.Left - s.Deferred
		note(left, "is still to be sent"+asAsked(s), "are still to be sent"+asAsked(s))
	}
	note(s.BadRows, "row has no key and was left out"+namedFew(s.Bad, s.BadRows), "rows have no key and were left out"+namedFew(s.Bad, s.BadRows))
	note(s.Duplicate, "row has the key of another and was left out"+namedFew(s.Duplicates, s.Duplicate), "rows have the key of another and were left out"+namedFew(s.Duplicates, s.Duplicate))
	note(s.Changed, "row is another than when it was read last; the new one counts", "rows are others than when they were read last; the new ones count")
	note(s.Gone, "mail of an earlier run is not in the source any more and was not sent", "mails of earlier runs are not in the source any more and were not sent")
	return notes
}

// namedFew lists the first few of what was counted.
func namedFew(names []string, n int64) string {
	if len(names) == 0 {
		return ""
	}
	return ": " + firstFew(names, n)
}

func asAsked(s *outbox.Summary) string {
	if s.Wanted {
		return ", as asked"
	}
	return ""
}

// stoppedText says why a run came to its end before its mail did.
func stoppedText(s *outbox.Summary) string {
	text := map[string]string{
		outbox.StoppedFailures: "stopped by stop_if: too many failed", outbox.StoppedHours: "stopped: nothing may be sent now",
		outbox.StoppedExpired: "not sent: it is too late for this batch", outbox.StoppedDeclined: "nothing was sent: the answer was no",
	}[s.Stopped]
	switch {
	case s.Stopped == "":
		return ""
	case text == "":
		text = "stopped: " + s.Stopped
	}
	if s.Why != "" {
		text += " (" + s.Why + ")"
	}
	return text
}

// firstKey names an example.
func firstKey(c outbox.Complaint) string {
	switch {
	case c.Key == "":
		return ""
	case c.N == 1:
		return " (" + visible(c.Key) + ")"
	}
	return " (first: " + visible(c.Key) + ")"
}

// nextSteps are the commands with which a person goes on.
func nextSteps(s *outbox.Summary) (steps []string) {
	id := shellWord(s.Batch)
	if s.Batch == outbox.Queue {
		return queueSteps(s)
	}
	if s.Failed > 0 {
		steps = append(steps, "moonpost batch items "+id+" --state failed    lists what failed; --retry-failed tries it again")
	}
	if s.InDoubt > 0 {
		steps = append(steps, "moonpost batch settle "+id+" --resend or --sent    decides on what is in doubt")
	}
	return append(steps, againStep(s)...)
}

// againStep tells how what is left is sent.
func againStep(s *outbox.Summary) []string {
	switch {
	case s.Deferred+s.Left == 0:
		return nil
	case s.Stopped == outbox.StoppedExpired:
		return []string{"a later expires in the script sends what is left; moonpost batch cancel " + shellWord(s.Batch) + "    ends the batch"}
	case !s.Due.IsZero():
		return []string{"the same command sends what is left, from " + moment(s.Due) + " on"}
	}
	return []string{"the same command again sends what is left"}
}

func queueSteps(s *outbox.Summary) (steps []string) {
	if s.Failed+s.InDoubt > 0 {
		steps = append(steps, "moonpost outbox list    lists what was not sent, and why")
	}
	if s.Deferred+s.Left > 0 {
		steps = append(steps, "the same command again, or moonpost work, sends what is left")
	}
	return steps
}
