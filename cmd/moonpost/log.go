package main

import (
	"io"
	"log/slog"
	"time"

	"github.com/lmittmann/tint"
)

// logger writes everything for people, in colour on a terminal, or as JSON lines.
func (p *process) logger(w io.Writer, asJSON bool) *slog.Logger {
	return p.loggerFrom("debug", w, asJSON)
}

// loggerFrom leaves out what is below a level: debug, info, warn or error.
func (p *process) loggerFrom(least string, w io.Writer, asJSON bool) *slog.Logger {
	level := map[string]slog.Level{"debug": slog.LevelDebug, "warn": slog.LevelWarn, "error": slog.LevelError}[least] // info is 0
	var change func([]string, slog.Attr) slog.Attr
	if p.rehearsal != nil {
		change = withoutTime
	}
	if asJSON {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: change}))
	}
	return slog.New(tint.NewTextHandler(w, &tint.Options{Level: level, TimeFormat: time.TimeOnly, NoColor: !p.terminal, ReplaceAttr: change}))
}

// withoutTime keeps what a test compares the same from run to run.
func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
