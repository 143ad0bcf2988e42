package main

import (
	"io"
	"log/slog"
	"time"

	"github.com/lmittmann/tint"
)

// logger writes for people, in colour on a terminal, or as JSON lines.
func (p *process) logger(w io.Writer, asJSON bool) *slog.Logger {
	var change func([]string, slog.Attr) slog.Attr
	if p.rehearsal != nil {
		change = withoutTime
	}
	if asJSON {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: change}))
	}
	return slog.New(tint.NewTextHandler(w, &tint.Options{Level: slog.LevelDebug, TimeFormat: time.TimeOnly, NoColor: !p.terminal, ReplaceAttr: change}))
}

// withoutTime keeps what a test compares the same from run to run.
func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
