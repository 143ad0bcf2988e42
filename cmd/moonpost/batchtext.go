package main

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"moonpost/outbox"
)

// listing writes columns of which the last may be long.
type listing struct {
	w *tabwriter.Writer
}

func (p *process) listing(titles ...string) *listing {
	t := &listing{tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)}
	t.row(titles...)
	return t
}

// row adds a line. What others have written into a cell can't command the terminal.
func (t *listing) row(cells ...string) {
	for i, cell := range cells {
		if cells[i] = visible(cell); cell == "" && i < len(cells)-1 {
			cells[i] = "-"
		}
	}
	_, _ = fmt.Fprintln(t.w, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
}

func (t *listing) end() error { return t.w.Flush() }

// visible is a text on one line, its control characters quoted.
func visible(text string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }), " ") {
		if unicode.IsControl(r) || r == '\u202e' || r == '\u2028' || r == '\u2029' {
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// stateWords are the states as people read them.
func stateWords(s outbox.State) string { return strings.ReplaceAll(string(s), "_", " ") }

// countsText lists what there is of each state: "480 sent, 3 failed".
func countsText(c outbox.Counts) string {
	var words []string
	for _, s := range []outbox.State{
		outbox.Sent, outbox.Failed, outbox.Deferred, outbox.InDoubt, outbox.Suppressed, outbox.Held, outbox.Cancelled,
	} {
		if c[s] > 0 {
			words = append(words, fmt.Sprintf("%d %s", c[s], stateWords(s)))
		}
	}
	if n := c.Of(outbox.Claimed, outbox.Intent); n > 0 {
		words = append(words, fmt.Sprintf("%d on the way", n))
	}
	if n := c.Of(outbox.Pending, outbox.Ready); n > 0 {
		words = append(words, fmt.Sprintf("%d to be sent", n))
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, ", ")
}

// replyText is what was said at last: "550 5.1.1 no such user".
func replyText(r outbox.Reply) string {
	var words []string
	if r.Code != 0 {
		words = append(words, strconv.Itoa(r.Code))
	}
	for _, text := range []string{r.Enhanced, r.Text} {
		if text != "" {
			words = append(words, text)
		}
	}
	return strings.Join(words, " ")
}

// moment is a time as people read it, "" where there is none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04:05")
}

// dueText says when something is due: at a time, and how far off that is.
func dueText(due, now time.Time) string {
	switch {
	case due.IsZero():
		return "now"
	case !due.After(now):
		return "since " + moment(due)
	}
	return moment(due) + " (in " + roughly(due.Sub(now)) + ")"
}

// roughly is a duration in its two largest units.
func roughly(d time.Duration) string {
	units := []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}
	for i, u := range units {
		if d < u.size {
			continue
		}
		text := fmt.Sprintf("%d%s", d/u.size, u.name)
		if rest := d % u.size; i+1 < len(units) && rest >= units[i+1].size {
			text += fmt.Sprintf(" %d%s", rest/units[i+1].size, units[i+1].name)
		}
		return text
	}
	return "a moment"
}

// jsonTime is a time as programs read it, nil where there is none.
func jsonTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}
