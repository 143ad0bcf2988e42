package chart

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"moonpost/report"
)

func TestAlt(t *testing.T) {
	month := tableOf("day orders")
	for i := range 30 {
		month.Rows = append(month.Rows, []report.Value{time.Date(2026, 9, 6+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), float64(12 + i*7%37)})
	}
	month.Columns[1].Title = "Orders"
	euro, err := report.ParseFormat("€ 0.00")
	if err != nil {
		t.Fatal(err)
	}
	priced := tableOf("region sum", []report.Value{"East", "12.5"}, []report.Value{"West", nil}, []report.Value{"Ōsaka", 3.0})
	priced.Columns[1].Format = euro
	many := tableOf("n a b c d e f g", []report.Value{1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0})
	for _, c := range []struct {
		table *report.Table
		o     Options
		want  string
	}{
		{month, Options{Title: "Orders"}, `Line chart "Orders": day 2026-09-06 to 2026-10-05; Orders from 12 to 48, last 30.`},
		{month, Options{Alt: "Orders\nrose"}, "Orders rose"},
		{priced, Options{Kind: Bar}, "Bar chart: sum: East € 12.50, Ōsaka € 3.00."},
		{priced, Options{Kind: Donut}, "Donut chart: East 80.6%, Ōsaka 19.4%."},
		{tableOf("x n"), Options{Kind: Area, Title: "A"}, `Area chart "A": no data.`},
		{tableOf("x n", []report.Value{"a", 0.0}), Options{Kind: Pie}, "Pie chart: no data."},
		{tableOf("n", []report.Value{3.0}, []report.Value{1.0}), Options{Kind: Sparkline, NoX: true}, "Sparkline: n from 1 to 3, last 1."},
		{tableOf("at n", []report.Value{"2026-10-05T10:00:00+02:00", 1.0}), Options{}, "Line chart: at 2026-10-05 10:00; n 1."},
		{tableOf("w h", []report.Value{2.0, 5.0}, []report.Value{1.5, 7.0}), Options{Kind: Scatter}, "Scatter chart: w 1.5 to 2; h from 5 to 7."},
		{tableOf("x n m", []report.Value{"a", 1.0, nil}), Options{Kind: Stacked}, "Stacked bar chart: n: a 1; m has no value."},
		{many, Options{}, "Line chart: n 1 to 1; a 1; b 1; c 1; d 1; e 1; and 2 more."},
	} {
		chart, err := New(c.table, c.o)
		if err != nil {
			t.Errorf("%s: %v", c.want, err)
			continue
		}
		if got := chart.Alt(); got != c.want {
			t.Errorf("have %s\nwant %s", got, c.want)
		}
	}
}

func TestChartErrors(t *testing.T) {
	good := tableOf("day n", []report.Value{"2026-10-05", 1.0})
	five, wide := 5.0, tableOf("x")
	for range 51 {
		wide.Columns = append(wide.Columns, report.Column{Name: "n"})
	}
	long := tableOf("x n")
	long.Rows = make([][]report.Value, MaxValues/2+1)
	for _, c := range []struct {
		table *report.Table
		o     Options
		want  string
	}{
		{tableOf("day"), Options{}, "y names no column"},
		{wide, Options{}, "51 series are too many to tell apart; 50 at most"},
		{long, Options{}, "more than 250000 values are too many for a chart"},
		{tableOf("a b c"), Options{Kind: Pie}, "a pie shows one column, got 2"},
		{tableOf("day n", []report.Value{"2026-10-05", 1.0}, []report.Value{"2026-10-06", "n/a"}), Options{}, `row 2: column "n" must be a number, got "n/a"`},
		{tableOf("day n", []report.Value{"2026-10-05", true}), Options{}, `row 1: column "n" must be a number, got true`},
		{tableOf("day n", []report.Value{"2026-10-05", 1e300}), Options{}, `row 1: column "n" must be a number, got 1e+300`},
		{tableOf("day n", []report.Value{"2026-10-05", 1.0}, []report.Value{nil, 1.0}), Options{}, `row 2: column "day" must be a date as in the rows before, got nothing`},
		{tableOf("day n", []report.Value{1.0, 1.0}, []report.Value{"x", 1.0}), Options{Kind: Scatter}, `row 2: column "day" must be a number as in the rows before, got "x"`},
		{tableOf("day n", []report.Value{"a", -1.0}), Options{Kind: Donut}, `row 1: column "n" must be zero or more in a pie, got -1`},
		{good, Options{Width: 5000}, "width must be between 16 and 2000 CSS pixels, got 5000"},
		{good, Options{Height: -1}, "height must be between 16 and 1500 CSS pixels, got -1"},
		{good, Options{Colors: []string{"#12345"}}, `"#12345" is no colour`},
		{good, Options{Colors: []string{"gren\n"}}, `"gren" is no colour; did you mean "green"?`},
		{good, Options{Colors: []string{"#é1"}}, `"#é1" is no colour`},
		{good, Options{Min: &five, Max: &five}, "min (5) must be below max (5)"},
	} {
		_, err := New(c.table, c.o)
		if err == nil || err.Error() != c.want {
			t.Errorf("have %v\nwant %s", err, c.want)
		}
	}
}

func TestNiceAxis(t *testing.T) {
	f := &report.Format{}
	percent, err := report.ParseFormat("0%")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lo, hi, least float64
		format        *report.Format
		want          string
	}{
		{0, 48, 1, f, "0 10 20 30 40 50"},
		{0, 3, 1, f, "0 1 2 3"},
		{0, 12, 1, f, "0 5 10 15"},
		{0, 1, 0, f, "0 0.2 0.4 0.6 0.8 1.0"},
		{100, 101, 0, f, "100.0 100.2 100.4 100.6 100.8 101.0"},
		{-7.5, 5, 0, f, "-7.5 -5.0 -2.5 0 2.5 5.0"},
		{0, 4.5e6, 1, f, "0 1M 2M 3M 4M 5M"},
		{0, 25e9, 1, f, "0 5B 10B 15B 20B 25B"},
		{12000, 48000, 1, f, "0 10,000 20,000 30,000 40,000 50,000"},
		{0, 0, 1, f, "0 1"},
		{7, 7, 1, f, "0 2 4 6 8"},
		{-3, -3, 1, f, "-3 -2 -1 0"},
		{0, 0.1, 0.01, &percent, "0% 2% 4% 6% 8% 10%"},
		{0, 0.02, 0.01, &percent, "0% 1% 2%"},
		{0, 1e20, 0, f, "0 2e+19 4e+19 6e+19 8e+19 1e+20"},
		{1e15, 1e15 + 1, 0, f, "1,000T 1,000T"},
	} {
		axis := valueAxis(c.lo, c.hi, false, &Options{}, 5, c.least)
		got := strings.Join(axis.labels(c.format, c.hi >= 10000), " ")
		if got != c.want {
			t.Errorf("%v to %v: %s, want %s", c.lo, c.hi, got, c.want)
		}
		if axis.lo > c.lo || axis.hi < c.hi || axis.hi <= axis.lo {
			t.Errorf("%v to %v: the axis goes from %v to %v", c.lo, c.hi, axis.lo, axis.hi)
		}
	}
}

func TestTimeTicks(t *testing.T) {
	for _, c := range []struct{ from, to, format, want string }{
		{"2026-09-06", "2026-10-05", "", "7 Sep|14 Sep|21 Sep|28 Sep|5 Oct"},
		{"2026-10-04", "2026-10-06", "", "4 Oct|5 Oct|6 Oct"},
		{"2025-11-01", "2026-06-01", "", "Nov 2025|Jan 2026|Mar|May"},
		{"2001-01-01", "2026-01-01", "", "2005|2010|2015|2020|2025"},
		{"2026-10-05T08:00+02:00", "2026-10-06T09:00+02:00", "", "12:00|18:00|6 Oct|06:00"},
		{"2026-10-05T08:00:10Z", "2026-10-05T08:00:50Z", "", "08:00:15|08:00:30|08:00:45"},
		{"2026-09-06", "2026-10-05", "dd.mm.", "07.09.|14.09.|21.09.|28.09.|05.10."},
	} {
		table := tableOf("t n", []report.Value{c.from, 1.0}, []report.Value{c.to, 1.0})
		var err error
		if table.Columns[0].Format, err = report.ParseFormat(c.format); err != nil {
			t.Fatal(err)
		}
		chart, err := New(table, Options{})
		if err != nil {
			t.Fatal(err)
		}
		x := &chart.data.x
		var labels []string
		for _, tick := range x.timeTicks(x.at[0], x.at[1], 6) {
			labels = append(labels, tick.label)
		}
		if got := strings.Join(labels, "|"); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.from, c.to, got, c.want)
		}
	}
}

func TestVisualOrder(t *testing.T) {
	for text, want := range map[string]string{
		"Orders 2026":    "Orders 2026",
		"תל אביב 2":      "2 ביבא לת",
		"(אב) x":         "x (בא)",
		"Umsatz (עברית)": "Umsatz (תירבע)",
		"سلام":           "\uFEE1\uFEFC\uFEB3", // seen initial, lam-alef final, meem isolated
		"ورد":            "\uFEA9\uFEAD\uFEED", // none of these joins to what follows
		"بب":             "\uFE90\uFE91",
		"گرگ":            "\uFB92\uFEAE\uFB94",             // Persian
		"می\u200cخوا":    "\uFE8D\uFEEE\uFEA7\uFBFD\uFEE3", // kept apart, and nothing is drawn for it
		"مُحَ":           "\uFEA2\uFEE3",                   // vowel signs neither part letters nor are drawn
		"كـت":            "\uFE96\u0640\uFEDB",             // a line that joins
		"a\u200cb":       "ab",
	} {
		if got := string(visualOrder(text)); got != want {
			t.Errorf("%q: %+q, want %+q", text, got, want)
		}
	}
	if last := arabicForms()['ي'].isolated; last != 0xFEF1 {
		t.Errorf("the last letter is at %X", last)
	}
}

// TestFontsHaveScripts: what the README promises is drawn with glyphs, not boxes.
func TestFontsHaveScripts(t *testing.T) {
	for _, text := range []string{
		"Zażółć gęślą jaźń ŐÜ ẞ", "Ξεσκεπάζω", "Съешь ещё этих ґїє", "各地区销售额與東京都", "カタカナひらがな、。「」", "한국어 서울특별시", "القاهرة ٣٤", "تهران پژوهش گچ", "กรุงเทพ น้ำ ๒๕๖๙", "ວຽງຈັນ", "★★☆ ⚠", "תל־אביב",
		"Հայերեն ქართული", "€ £ ¥ ₹ ₺ ₴ ₿ – — … “ ” « » ± × ÷ ≤ ≥ ≠ ∞ → ↑ ■ ✓ ™ © ½ ²", "Tiếng Việt",
	} {
		for _, r := range visualOrder(text) {
			if fontFor(r, false).Index(r) == 0 || fontFor(r, true).Index(r) == 0 {
				t.Errorf("no glyph for %q (%U)", r, r)
			}
		}
	}
}

func TestLabels(t *testing.T) {
	on := newCanvas(100, 50)
	if got := on.fit("a name that is too long", 60, labelStyle()); !strings.HasPrefix(got, "a na") || !strings.HasSuffix(got, "…") || on.measure(got, labelStyle()) > 60 {
		t.Errorf("%q", got)
	}
	if got := on.wrap("one two three four five", 80, 2, labelStyle()); len(got) != 2 || got[0] != "one two three" || got[1] != "four five" {
		t.Errorf("%q", got)
	}
	if got := on.wrap("没有空格的很长的标题文字", 60, 2, labelStyle()); len(got) != 2 || on.measure(got[0], labelStyle()) > 60 {
		t.Errorf("%q", got)
	}
	if got := cleanLabel(" a\tb\n\x00\u200bc \xff\ufe0f"); got != "a b c \uFFFD" {
		t.Errorf("%q", got)
	}
	if got := cleanLabel("📈 e\u0301te\u0301 🎉 ✓"); got != "été ✓" {
		t.Errorf("%q", got)
	}
	if got := cleanLabel(strings.Repeat("é", 1000)); len([]rune(got)) != maxLabel {
		t.Errorf("%d characters", len([]rune(got)))
	}
}

// TestThaiMarks: a mark of tone stands above the vowel that is above the letter, and beside a tall letter's stem.
func TestThaiMarks(t *testing.T) {
	for text, want := range map[string]string{
		"กา": "0 0|0 0", "ก่า": "0 0|0 0|0 0", "ที่": "0 0|0 0|0 0.2", "น้ำ": "0 0|0 0.2|0 0", "ป่า": "0 0|-0.1 0|0 0", "ฝั่ง": "0 0|-0.1 0|-0.1 0.2|0 0", "ທີ່": "0 0|0 0|0 0.2", "abc": "0 0|0 0|0 0",
	} {
		var got []string
		letters := []rune(text)
		for i := range letters {
			right, above := moved(letters, i)
			got = append(got, fmt.Sprintf("%g %g", right, above))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: %s, want %s", text, strings.Join(got, "|"), want)
		}
	}
}

func TestWarnings(t *testing.T) {
	for text, want := range map[string]string{
		"दिल्ली": `"दिल्ली" has letters (Devanagari) that charts can't draw`, "Köln 北京 ที่ می\u200cخواهم 📈": "", "ቡና": "(Ethiopic)",
	} {
		inLabel, err := New(tableOf("x n", []report.Value{text, 1.0}), Options{Kind: Bar})
		if err != nil {
			t.Fatal(err)
		}
		inTitle, err := New(tableOf("x n", []report.Value{"a", 1.0}), Options{Title: text})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []*Chart{inLabel, inTitle} {
			if got := strings.Join(c.Warnings(), ""); (got == "") != (want == "") || !strings.Contains(got, want) {
				t.Errorf("%s: %s", text, got)
			}
		}
	}
}
