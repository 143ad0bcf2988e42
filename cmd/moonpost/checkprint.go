package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"moonpost/luabind"
)

// shownMails is how many messages of each way are shown without --verbose.
const shownMails = 3

// checkPrinter writes what checks found.
type checkPrinter struct {
	p             *process
	json, verbose bool
	seen          map[luabind.Finding]bool // a module that several scripts require is told once
	wrong         int
}

// result writes what was found in one script.
func (c *checkPrinter) result(name string, r luabind.CheckResult, static bool) {
	wrong, told := 0, 0
	for _, f := range r.Findings {
		if !f.Note {
			wrong++
		}
		switch {
		case !c.seen[f]:
			c.finding(f)
			if !f.Note {
				c.wrong++
			}
		case !f.Note:
			told++
		}
		c.seen[f] = true
	}
	if c.json {
		c.object(checkSummary(name, wrong, r, static))
		return
	}
	c.line("%s: %s", name, verdict(wrong, told, r, static))
	for _, way := range r.Ways {
		c.way(way)
	}
}

func (c *checkPrinter) line(format string, args ...any) {
	_, _ = fmt.Fprintf(c.p.stdout, format+"\n", args...)
}

// verdict is what is told of a script in one line.
func verdict(wrong, told int, r luabind.CheckResult, static bool) string {
	text := "ok"
	if wrong > 0 {
		text = plural(wrong, "finding")
	}
	if told > 0 {
		text += fmt.Sprintf(", %d of them above", told)
	}
	if r.Stopped != "" {
		text += "; " + r.Stopped
	}
	if r.Exit != 0 {
		text += fmt.Sprintf("; it ended with status %d", r.Exit)
	}
	if len(r.Ways) == 0 && !static && r.Ran {
		text += "; nothing would have been sent"
	}
	return text
}

// finding writes one finding, as editors read it.
func (c *checkPrinter) finding(f luabind.Finding) {
	if c.json {
		c.object(jsonFinding{f.File, f.Line, f.Column, map[bool]string{true: "note", false: "error"}[f.Note], f.Message, f.Hint})
		return
	}
	place := f.File
	for _, n := range []int{f.Line, f.Column} {
		if n > 0 {
			place += fmt.Sprintf(":%d", n)
		}
	}
	note := ""
	if f.Note {
		note = "note: "
	}
	c.line("%s: %s%s", place, note, oneLine(f.Message))
	if f.Hint != "" {
		c.line("  hint: %s", strings.ReplaceAll(f.Hint, "\n", "\n        "))
	}
}

func oneLine(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "\n", " ") }

// way writes what would have gone through one way out.
func (c *checkPrinter) way(w luabind.CheckedWay) {
	c.line("  %s to %s would have been sent through %s", plural(w.Messages, "message"), plural(w.Recipients, "recipient"), w.Through)
	shown := w.Mails
	if !c.verbose && len(shown) > shownMails {
		shown = shown[:shownMails]
	}
	for _, m := range shown {
		c.line("    %q to %s%s", m.Subject, strings.Join(m.To[:min(len(m.To), 5)], ", "), more(len(m.To)-5))
	}
	if rest := w.Messages - len(shown); rest > 0 {
		c.line("    and %d more", rest)
	}
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

// end gives the exit status, and for several scripts the sum.
func (c *checkPrinter) end(scripts int) int {
	if scripts > 1 && !c.json {
		c.line("%s, %s", plural(scripts, "script"), plural(c.wrong, "finding"))
	}
	if c.wrong > 0 {
		return statusRefused
	}
	return statusDone
}

// jsonFinding is a finding as --json prints it.
type jsonFinding struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column,omitempty"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

// jsonSummary is the last object of a script.
type jsonSummary struct {
	Script   string    `json:"script"`
	Findings int       `json:"findings"`
	Static   bool      `json:"static,omitempty"`
	Stopped  string    `json:"stopped,omitempty"`
	Exit     int       `json:"exit,omitempty"`
	Ways     []jsonWay `json:"ways"`
}

// jsonWay is a way out with the number of what would have gone through it.
type jsonWay struct {
	Through    string `json:"through"`
	Messages   int    `json:"messages"`
	Recipients int    `json:"recipients"`
}

func checkSummary(name string, wrong int, r luabind.CheckResult, static bool) jsonSummary {
	s := jsonSummary{Script: name, Findings: wrong, Static: static, Stopped: r.Stopped, Exit: r.Exit, Ways: []jsonWay{}}
	for _, w := range r.Ways {
		s.Ways = append(s.Ways, jsonWay{w.Through, w.Messages, w.Recipients})
	}
	return s
}

func (c *checkPrinter) object(v any) {
	encoder := json.NewEncoder(c.p.stdout)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v)
}
