package luabind

import (
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

func TestDaysOf(t *testing.T) {
	for text, want := range map[string]string{
		"mon-fri": ".mtwtf.", "mon,wed": ".m.w...", "Sat-Mon": "sm....s", "sunday": "s......", "tue – thu": "", "mon fri": ".m...f.", "mon–tue; sun": "smt....",
		"fri-fri": ".....f.", "mo": "", "": "", "monkey": "", "mon-": "", "-": "",
	} {
		days, err := daysOf(lua.LString(text))
		got := ""
		for i, on := range days {
			if on {
				got += string("smtwtfs"[i])
			} else {
				got += "."
			}
		}
		if (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
	list := &lua.LTable{Metatable: lua.LNil}
	if _, err := daysOf(list); err == nil {
		t.Error("no days are days")
	}
	list.Append(lua.LString("mon-tue"))
	list.Append(lua.LString("sat"))
	if days, err := daysOf(list); err != nil || days != [7]bool{1: true, 2: true, 6: true} {
		t.Error(days, err)
	}
	list.Append(lua.LNumber(5))
	if _, err := daysOf(list); err == nil {
		t.Error("5 is a day")
	}
}

func TestTimeOfDay(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"8:00": 8 * time.Hour, "08:30": 8*time.Hour + 30*time.Minute, "23:59:59": 24*time.Hour - time.Second, "24:00": 24 * time.Hour, "0:00": 0, "": 7,
		"24:01": -1, "8": -1, "8:60": -1, "-1:00": -1, "8:00:00:00": -1, "8:00 pm": -1, "008:00": -1,
	} {
		if got, err := timeOfDay(text, 7); (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestReplyPattern(t *testing.T) {
	for _, c := range []struct {
		pattern string
		want    bool
	}{
		{"^5.1.1", true}, {"^550", true}, {"^550 5%.1%.1 no", true}, {"user$", true}, {"^no such", false}, {"quota", false}, {"^5%.2", false},
	} {
		matches, err := replyPattern("x", "y", c.pattern)
		if err != nil || matches(550, "5.1.1", "no such user") != c.want {
			t.Errorf("%s: %v", c.pattern, err)
		}
	}
	if matches, err := replyPattern("x", "y", "^452 no"); err != nil || !matches(452, "", "no room") {
		t.Error(err)
	}
}

func TestMomentOf(t *testing.T) {
	now := time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2h": now.Add(2 * time.Hour), "2026-10-06T08:00:00Z": now.AddDate(0, 0, 1), "Tue, 06 Oct 2026 10:00:00 +0200": now.AddDate(0, 0, 1),
	} {
		if got, err := momentOf("x", "y", lua.LString(text), now); err != nil || !got.Equal(want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	if got, err := momentOf("x", "y", lua.LNumber(now.Unix()), now); err != nil || !got.Equal(now) {
		t.Error(got, err)
	}
	if got, err := momentOf("x", "y", nil, now); err != nil || !got.IsZero() {
		t.Error(got, err)
	}
	if _, err := momentOf("x", "y", lua.LTrue, now); err == nil {
		t.Error("true is a date")
	}
}
