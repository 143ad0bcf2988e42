package luabind

import (
	"fmt"
	"math"
	"strings"
	"time"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

const summaryClassName = "batch.Summary"

// summaryClass is what batch.run gives.
func summaryClass() Class {
	return Class{
		Name: summaryClassName, Doc: "What a run of a batch did; tostring gives it as a text of a few lines.",
		Fields: []Field{
			{"batch", "string", "id of the batch"},
			{"sent", "integer", "mails sent by this run"},
			{"already", "integer", "sent before it"},
			{"failed", "integer", "failed for good, in the whole batch"},
			{"refused", "integer", "recipients refused for good by this run, of mails that went to others"},
			{"deferred", "integer", "to be tried again later"},
			{"in_doubt", "integer", "nobody knows whether a server took them"},
			{"suppressed", "integer", "to people on the suppression list"},
			{"skipped", "integer", "for which the message function gave nil this time"},
			{"duplicate", "integer", "rows with a key that the source had already given"},
			{"changed", "integer", "rows that are others than before, of mails that were still to be sent"},
			{"gone", "integer", "mails still to be sent that the source gives no more: they are not sent"},
			{"bad_rows", "integer", "rows without a key"},
			{"left", "integer", "mails that this run would have sent and did not"},
			{"stopped", "string?", "why the run came to its end before its mail did: \"stop_if\", \"hours\", \"expired\", \"declined\"; else nil"},
			{"seconds", "number", "how long it took"},
			{"rate", "number", "mails sent a second"},
			{"errors", "batch.Complaint[]", "what went wrong, the most frequent first"},
		},
		get: func(L *lua.LState, self any, key lua.LValue) lua.LValue {
			return summaryField(L, self.(*outbox.Summary), key.String())
		},
		meta: map[string]lua.LGFunction{
			"__tostring": func(L *lua.LState) int {
				L.Push(lua.LString(summaryText(checkObject[*outbox.Summary](L, 1, summaryClassName))))
				return 1
			},
		},
	}
}

// complaintClass is a reason for failures.
const complaintClass = `---@class batch.Complaint
---@field text string what was wrong
---@field n integer how often
---@field key? string of the first
---@field hint? string what to do about it`

// summaryCounts are the numbers of a summary by name.
func summaryCounts(s *outbox.Summary) []struct {
	name string
	n    int64
} {
	return []struct {
		name string
		n    int64
	}{
		{"sent", s.Sent}, {"already", s.Already}, {"failed", s.Failed}, {"refused", s.Refused}, {"deferred", s.Deferred}, {"in_doubt", s.InDoubt},
		{"suppressed", s.Suppressed}, {"skipped", s.Skipped}, {"duplicate", s.Duplicate}, {"changed", s.Changed},
		{"gone", s.Gone}, {"bad_rows", s.BadRows}, {"left", s.Left},
	}
}

func summaryField(L *lua.LState, s *outbox.Summary, key string) lua.LValue {
	for _, c := range summaryCounts(s) {
		if c.name == key {
			return lua.LNumber(c.n)
		}
	}
	switch key {
	case "batch":
		return lua.LString(s.Batch)
	case "stopped":
		return optionalString(s.Stopped)
	case "seconds":
		return lua.LNumber(s.Elapsed.Seconds())
	case "rate":
		return lua.LNumber(summaryRate(s))
	case "errors":
		return complaintList(L, s.Errors)
	}
	return nil
}

// summaryRate is how many mails were sent a second.
func summaryRate(s *outbox.Summary) float64 {
	if s.Elapsed <= 0 {
		return 0
	}
	return float64(s.Sent) / s.Elapsed.Seconds()
}

func complaintList(L *lua.LState, list []outbox.Complaint) *lua.LTable {
	t := L.CreateTable(len(list), 0)
	for _, c := range list {
		one := L.CreateTable(0, 4)
		one.RawSetString("text", lua.LString(c.Text))
		one.RawSetString("n", lua.LNumber(c.N))
		one.RawSetString("key", optionalString(c.Key))
		one.RawSetString("hint", optionalString(c.Hint))
		t.Append(one)
	}
	return t
}

// summaryLines is how many reasons a summary shows.
const summaryLines = 5

// summaryText is the summary for people.
func summaryText(s *outbox.Summary) string {
	var b strings.Builder
	fmt.Fprintf(&b, "batch %s: %d sent", s.Batch, s.Sent)
	for _, c := range summaryCounts(s)[1:] {
		if c.n != 0 && c.name != "left" {
			fmt.Fprintf(&b, ", %d %s", c.n, summaryWords(c.name, c.n))
		}
	}
	if left := s.Left - s.Deferred; left > 0 {
		fmt.Fprintf(&b, ", %d still to be sent", left)
	}
	fmt.Fprintf(&b, "\n%s", roundTime(s.Elapsed))
	if rate := summaryRate(s); rate > 0 {
		fmt.Fprintf(&b, ", %.3g a second", rate)
	}
	if s.Stopped != "" {
		fmt.Fprintf(&b, "\nstopped: %s", s.Stopped)
		if s.Why != "" {
			fmt.Fprintf(&b, " (%s)", s.Why)
		}
	}
	for i, c := range s.Errors {
		if i == summaryLines {
			fmt.Fprintf(&b, "\nand %d more %s", len(s.Errors)-i, orPlural(int64(len(s.Errors)-i), "reason"))
			break
		}
		fmt.Fprintf(&b, "\n%6d × %s", c.N, c.Text)
		if c.Key != "" {
			fmt.Fprintf(&b, " (first: %s)", c.Key)
		}
	}
	return b.String()
}

// summaryWords are what is counted, for people.
func summaryWords(name string, n int64) string {
	switch name {
	case "already":
		return "sent before"
	case "bad_rows":
		return orPlural(n, "row") + " without a key"
	case "gone":
		return "not in the source any more"
	}
	return strings.ReplaceAll(name, "_", " ")
}

func orPlural(n int64, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// roundTime shows a time with three digits or so.
func roundTime(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.3g s", math.Round(d.Seconds()*1000)/1000)
	}
	return d.Round(time.Second).String()
}
