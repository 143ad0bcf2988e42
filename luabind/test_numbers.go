package luabind

import (
	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// rehearsedNumber is one of the numbers that t:run gives of the script's batches.
type rehearsedNumber struct {
	name, doc string
	of        func(s *outbox.Summary) int64
}

func rehearsedNumberTable() []rehearsedNumber {
	return []rehearsedNumber{
		{"sent", "mails that its batches sent; nil when it ran none or did not come to its end, as the numbers below", func(s *outbox.Summary) int64 { return s.Sent }},
		{"already", "mails that were sent before", func(s *outbox.Summary) int64 { return s.Already }},
		{"failed", "mails that stand failed at its end", func(s *outbox.Summary) int64 { return s.Failed }},
		{"refused", "recipients refused for good, of mails that went to others", func(s *outbox.Summary) int64 { return s.Refused }},
		{"deferred", "mails that are due later", func(s *outbox.Summary) int64 { return s.Deferred }},
		{"in_doubt", "mails of which nobody knows whether they arrived", func(s *outbox.Summary) int64 { return s.InDoubt }},
		{"suppressed", "mails whose recipients are on the suppression list", func(s *outbox.Summary) int64 { return s.Suppressed }},
		{"skipped", "mails for which the script gave nothing to send", func(s *outbox.Summary) int64 { return s.Skipped }},
		{"duplicate", "rows with the key of another", func(s *outbox.Summary) int64 { return s.Duplicate }},
		{"changed", "rows that were others when they were read before", func(s *outbox.Summary) int64 { return s.Changed }},
		{"gone", "mails of earlier runs that are not in the source any more", func(s *outbox.Summary) int64 { return s.Gone }},
		{"bad_rows", "rows without a key", func(s *outbox.Summary) int64 { return s.BadRows }},
		{"left", "mails that are still to be sent", func(s *outbox.Summary) int64 { return s.Left }},
	}
}

// rehearsedNumbers are the fields for them.
func rehearsedNumbers() []Field {
	fields := []Field{{"stopped", "string?", "why a batch stopped before its end, such as stop_if or hours"}}
	for _, n := range rehearsedNumberTable() {
		fields = append(fields, Field{n.name, "integer?", n.doc})
	}
	return fields
}

// number reads one of them, in total over all batches.
func (r *Rehearsed) number(name string) lua.LValue {
	if name == "stopped" {
		for i := range r.Batches {
			if reason := r.Batches[i].Stopped; reason != "" {
				return lua.LString(reason)
			}
		}
		return lua.LNil
	}
	for _, n := range rehearsedNumberTable() {
		if n.name == name {
			return r.sum(n.of)
		}
	}
	return nil
}

func (r *Rehearsed) sum(of func(*outbox.Summary) int64) lua.LValue {
	if len(r.Batches) == 0 {
		return lua.LNil
	}
	var total int64
	for i := range r.Batches {
		total += of(&r.Batches[i])
	}
	return lua.LNumber(total)
}
