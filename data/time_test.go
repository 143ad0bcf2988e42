package data

import (
	"strings"
	"testing"
	"time"
)

func berlin(t testing.TB) *time.Location {
	t.Helper()
	loc, err := Zone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestParseTime(t *testing.T) {
	loc := berlin(t)
	for text, want := range map[string]string{
		"2026-10-05":                            "2026-10-05T00:00:00+02:00",
		" 2026-10-05 ":                          "2026-10-05T00:00:00+02:00",
		"20261005":                              "2026-10-05T00:00:00+02:00",
		"2026-01-05T10:00":                      "2026-01-05T10:00:00+01:00",
		"2026-10-05 10:00:07":                   "2026-10-05T10:00:07+02:00",
		"2026-10-05t10:00:07z":                  "2026-10-05T10:00:07Z",
		"2026-10-05T10:00:07.25Z":               "2026-10-05T10:00:07.25Z",
		"2026-10-05T10:00:07,25+05:30":          "2026-10-05T10:00:07.25+05:30",
		"2026-10-05 10:00 -0800":                "2026-10-05T10:00:00-08:00",
		"2026-10-05T10:00:00+02":                "2026-10-05T10:00:00+02:00",
		"20261005T100007Z":                      "2026-10-05T10:00:07Z",
		"20261005T1000":                         "2026-10-05T10:00:00+02:00",
		"2028-02-29":                            "2028-02-29T00:00:00+01:00",
		"Mon, 05 Oct 2026 10:00:07 +0200":       "2026-10-05T10:00:07+02:00",
		"5 Oct 2026 10:00 GMT":                  "2026-10-05T10:00:00Z",
		"Mon, 5 Oct 2026 10:00:07 EST":          "2026-10-05T10:00:07-05:00",
		"Mon,  5 Oct 2026 10:00:07 +0000 (UTC)": "2026-10-05T10:00:07Z",
		"Mon,5 Oct 2026 10:00:07 +0200":         "2026-10-05T10:00:07+02:00",
		"Tue, 5 Oct 49 10:00:07 GMT":            "2049-10-05T10:00:07Z",
		"5 Oct 98 10:00 A":                      "1998-10-05T10:00:00Z",
		"5 Oct 126 10:00 UT":                    "2026-10-05T10:00:00Z",
		"2026-03-29T02:30":                      "2026-03-29T03:30:00+02:00",
		"2026-10-25T02:30":                      "2026-10-25T02:30:00+02:00",
	} {
		got, err := ParseTime(text, loc)
		if err != nil || ISOTime(got) != want {
			t.Errorf("%q: %s, %v", text, ISOTime(got), err)
		}
	}
	for _, text := range []string{
		"", "x", "2026", "0000-01-01", "5 Oct 6 10:00 GMT", "5 Oct 98 10:00 J", "2026-13-01", "2026-02-29", "2026-02-30", "26-10-05", "2026-10-05T25:00", "2026-10-05T10", "2026-10-05T10:00:00+", "2026-10-05T10:00:00 CEST", "2026-10-05x10:00",
		"05.10.2026", "10/05/2026", "Mon, 05 Oct 2026", "Mon, 32 Oct 2026 10:00:07 +0200", "5 Okt 2026 10:00:00 +0200", "1791158400", strings.Repeat("9", 1000), "2026-10-05\n10:00:00",
	} {
		if got, err := ParseTime(text, loc); err == nil || strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
			t.Errorf("%.40q is %v, %v", text, got, err)
		}
	}
}

func TestParseTimeAs(t *testing.T) {
	for _, c := range []struct{ layout, text, want string }{
		{"%d.%m.%Y", "5.10.2026", "2026-10-05T00:00:00Z"},
		{"%d.%m.%Y %H:%M", "05.10.2026   09:30", "2026-10-05T09:30:00Z"},
		{"%m/%d/%y %I:%M %p", "10/05/26 12:05 am", "2026-10-05T00:05:00Z"},
		{"%I %p", "12 PM", "1970-01-01T12:00:00Z"},
		{"%A, %d %B %Y", "Monday, 5 October 2026", "2026-10-05T00:00:00Z"},
		{"%a %e %b %Y", "mon  5 oct 2026", "2026-10-05T00:00:00Z"},
		{"%F %T %z", "2026-10-05 10:00:07 +0200", "2026-10-05T10:00:07+02:00"},
		{"%Y%m%d%H%M%S", "20261005100007", "2026-10-05T10:00:07Z"},
		{"%Y-%j", "2026-278", "2026-10-05T00:00:00Z"},
		{"%y", "69", "1969-01-01T00:00:00Z"},
		{"100%% %Y", "100% 2026", "2026-01-01T00:00:00Z"},
	} {
		got, err := ParseTimeAs(c.layout, c.text, time.UTC)
		if err != nil || ISOTime(got) != c.want {
			t.Errorf("%q by %q: %s, %v", c.text, c.layout, ISOTime(got), err)
		}
	}
	for _, c := range []struct{ layout, text, want string }{
		{"%d.%m.%Y", "5/10/2026", `"." is expected at "/10/2026"`},
		{"%d.%m.%Y", "30.02.2026", "there is no day 30"},
		{"%d.%m.%Y", "0.02.2026", "there is no day 0"},
		{"%d.%m.%Y", "1.13.2026", "there is no month 13"},
		{"%d.%m.%Y", "1.1.0000", "years are 1 to 9999"},
		{"%d.%m.%Y", "x", "a day is expected"},
		{"%d.%m.%Y", "1.1.2026 10:00", `" 10:00" is left over`},
		{"%H:%M", "24:00", "there is no time 24:00:00"},
		{"%I:%M", "13:00", "an hour of twelve is 1 to 12"},
		{"%B", "Octobre", "left over"},
		{"%B", "Foo", "the name of a month is expected"},
		{"%a", "Foo", "the name of a day is expected"},
		{"%I %p", "1 XM", "AM or PM is expected"},
		{"%z", "CEST", "a zone such as +0200 is expected"},
		{"%Q", "x", "%Q is not known"},
		{"%", "x", `"%" is expected`},
	} {
		if got, err := ParseTimeAs(c.layout, c.text, time.UTC); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q by %q: %v, %v", c.text, c.layout, got, err)
		}
	}
}

func TestFormatTime(t *testing.T) {
	at := time.Date(2026, 1, 4, 15, 4, 5, 0, berlin(t)) // a Sunday
	for layout, want := range map[string]string{
		"%Y-%m-%d %H:%M:%S": "2026-01-04 15:04:05", "%y %e %I %p %j": "26  4 03 PM 004", "%a %A %b %h %B": "Sun Sunday Jan Jan January",
		"%Z %z": "CET +0100", "%F %T %R %D": "2026-01-04 15:04:05 15:04 01/04/26", "%c|%x|%X|%r": "Sun Jan  4 15:04:05 2026|01/04/26|15:04:05|03:04:05 PM",
		"%u %w %U %W %V %G %g %C": "7 0 01 00 01 2026 26 20", "%-d.%-m.%Y %-H %-j": "4.1.2026 15 4", "%s%n%t%%": "1767535445\n\t%", "Grüße": "Grüße", "": "",
	} {
		if got, err := FormatTime(layout, at); err != nil || got != want {
			t.Errorf("%q: %q, %v", layout, got, err)
		}
	}
	for _, layout := range []string{"%", "%-", "a%", "%Q", "%\n"} {
		if got, err := FormatTime(layout, at); err == nil {
			t.Errorf("%q: %q", layout, got)
		}
	}
	if got, _ := FormatTime("%-M", at.Truncate(time.Hour)); got != "0" {
		t.Errorf("%%-M is %q", got)
	}
}

func TestAddTime(t *testing.T) {
	loc := berlin(t)
	for _, c := range []struct {
		from string
		step TimeStep
		want string
	}{
		{"2026-01-31", TimeStep{Months: 1}, "2026-02-28T00:00:00+01:00"},
		{"2028-01-31", TimeStep{Months: 1}, "2028-02-29T00:00:00+01:00"},
		{"2028-02-29", TimeStep{Years: 1}, "2029-02-28T00:00:00+01:00"},
		{"2026-03-31", TimeStep{Months: -1}, "2026-02-28T00:00:00+01:00"},
		{"2026-01-31", TimeStep{Months: 1, Days: 1}, "2026-03-01T00:00:00+01:00"},
		{"2026-11-30", TimeStep{Months: 14}, "2028-01-30T00:00:00+01:00"},
		{"2026-01-15", TimeStep{Months: -25}, "2023-12-15T00:00:00+01:00"},
		{"2026-10-24T12:00", TimeStep{Days: 1}, "2026-10-25T12:00:00+01:00"}, // clocks go back on the 25th
		{"2026-10-24T12:00", TimeStep{Seconds: 86400}, "2026-10-25T11:00:00+01:00"},
		{"2026-03-28T12:00", TimeStep{Days: 1}, "2026-03-29T12:00:00+02:00"},
		{"2026-10-05", TimeStep{Weeks: -1, Days: -5}, "2026-09-23T00:00:00+02:00"},
		{"2026-10-05", TimeStep{Seconds: -0.25}, "2026-10-04T23:59:59.75+02:00"},
	} {
		from, err := ParseTime(c.from, loc)
		if err != nil {
			t.Fatal(err)
		}
		got, err := AddTime(from, c.step)
		if err != nil || ISOTime(got) != c.want {
			t.Errorf("%s + %+v: %s, %v", c.from, c.step, ISOTime(got), err)
		}
	}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, step := range []TimeStep{{Years: 1 << 40}, {Years: 8000}, {Years: -3000}, {Months: -1 << 62}, {Days: 1 << 22}, {Weeks: 1 << 21}, {Seconds: 1e18}, {Seconds: -1e12}} {
		if got, err := AddTime(now, step); err == nil {
			t.Errorf("%+v: %v", step, got)
		}
	}
}

func TestStartOf(t *testing.T) {
	at := time.Date(2026, 11, 8, 15, 4, 5, 6, berlin(t)) // a Sunday
	for unit, want := range map[string]string{
		"year": "2026-01-01T00:00:00+01:00", "quarter": "2026-10-01T00:00:00+02:00", "month": "2026-11-01T00:00:00+01:00", "week": "2026-11-02T00:00:00+01:00",
		"day": "2026-11-08T00:00:00+01:00", "hour": "2026-11-08T15:00:00+01:00", "minute": "2026-11-08T15:04:00+01:00", "second": "2026-11-08T15:04:05+01:00",
	} {
		if got, err := StartOf(at, unit); err != nil || ISOTime(got) != want {
			t.Errorf("%s: %s, %v", unit, ISOTime(got), err)
		}
	}
	for unit, want := range map[string]string{"months": `did you mean "month"`, "": "units are", "century": "units are"} {
		if _, err := StartOf(at, unit); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", unit, err)
		}
	}
}

func TestFormatDuration(t *testing.T) {
	for seconds, want := range map[float64]string{0: "0s", 1: "1s", 90: "1m30s", 3600: "1h", 93784.5: "1d2h3m4s500ms", -90: "-1m30s", 0.0004: "0s", -0.0004: "0s", 0.9996: "1s", 86400 * 400: "400d"} {
		if got, err := FormatDuration(seconds); err != nil || got != want {
			t.Errorf("%v: %s, %v", seconds, got, err)
		}
	}
	if text, err := FormatDuration(1e300); err == nil {
		t.Error(text)
	}
}

func TestZone(t *testing.T) {
	for name, offset := range map[string]int{"UTC": 0, "utc": 0, "Europe/Berlin": 7200, "+02:00": 7200, "-0330": -12600, "+05": 18000, "Asia/Kolkata": 19800, "EST": -18000, "Etc/GMT+3": -10800} {
		loc, err := Zone(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, got := time.Date(2026, 7, 1, 0, 0, 0, 0, loc).Zone(); got != offset {
			t.Errorf("%s: %d", name, got)
		}
	}
	for name, want := range map[string]string{
		"Europe/Berlim": `did you mean "Europe/Berlin"?`, "Berlin": `did you mean "Europe/Berlin"?`, "new york": `did you mean "America/New_York"?`, "europe/berlin": `did you mean "Europe/Berlin"?`,
		"Berln": `did you mean "Europe/Berlin"?`, "CEST": `unknown time zone "CEST"`, "+2x": `unknown time zone "+2x"`, "../../etc/passwd": "unknown time zone", "/etc/passwd": "unknown time zone", "\x00/": "unknown time zone", strings.Repeat("x", 1e4): "unknown time zone",
	} {
		_, err := Zone(name)
		if err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 300 {
			t.Errorf("%.40q: %v", name, err)
		}
	}
	for _, name := range strings.Fields(places) {
		if _, err := Zone(name); err != nil {
			t.Error(err)
		}
	}
}

// FuzzParseTime looks for panics, and for times that do not come back.
func FuzzParseTime(f *testing.F) {
	for _, seed := range []string{"2026-10-05T10:00:07.25+05:30", "Mon, 5 Oct 2026 10:00:07 EST (x)", "20261005T1000Z"} {
		f.Add(seed, "%d.%m.%Y %H:%M:%S %z")
	}
	f.Add("5. October 2026 10 pm", "%d. %B %Y %I %p")
	f.Fuzz(func(t *testing.T, text, layout string) {
		if at, err := ParseTime(text, time.UTC); err == nil {
			if back, err := ParseTime(ISOTime(at), time.UTC); err != nil || !back.Equal(at) {
				t.Fatalf("%q is %v and comes back as %v, %v", text, at, back, err)
			}
			_, _ = FormatTime(layout, at)
		}
		_, _ = ParseTimeAs(layout, text, time.UTC)
	})
}
