package main

import (
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/lmittmann/tint"
)

// logger writes everything for people, in colour on a terminal, or as JSON lines.
func (p *process) logger(w io.Writer, asJSON bool) *slog.Logger {
	return p.loggerFrom("debug", w, asJSON)
}

// loggerFrom leaves out what is below a level: debug, info, warn or error.
func (p *process) loggerFrom(least string, w io.Writer, asJSON bool) *slog.Logger {
	level := map[string]slog.Level{"debug": slog.LevelDebug, "warn": slog.LevelWarn, "error": slog.LevelError}[least] // info is 0
	change := func(_ []string, a slog.Attr) slog.Attr { return a }
	if p.rehearsal != nil {
		change = withoutTime
	}
	if asJSON {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: change}))
	}
	return slog.New(tint.NewTextHandler(w, &tint.Options{Level: level, TimeFormat: time.TimeOnly, NoColor: !p.terminal, ReplaceAttr: asOneEntry(change)}))
}

// asOneEntry shows control characters of a message and moves its further lines to the right: what others have written
// into it can neither look like an entry of its own nor command the terminal. Values are quoted anyway.
func asOneEntry(change func([]string, slog.Attr) slog.Attr) func([]string, slog.Attr) slog.Attr {
	return func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.MessageKey {
			a.Value = slog.StringValue(oneEntry(a.Value.String()))
		}
		return change(groups, a)
	}
}

func oneEntry(text string) string {
	var b strings.Builder
	for _, r := range strings.TrimRight(text, "\r\n") {
		switch {
		case r == '\n':
			b.WriteString("\n         ") // as wide as the time
		case r == '\t' || !unicode.IsControl(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}

// withoutTime keeps what a test compares the same from run to run.
func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
