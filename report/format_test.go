package report

import (
	"strings"
	"testing"
	"time"
)

func TestFormat(t *testing.T) {
	moment := time.Date(2026, 10, 5, 9, 7, 3, 0, time.UTC)
	for _, c := range []struct {
		code  string
		value Value
		want  string
	}{
		{"", 1234.5, "1234.5"},
		{"", nil, ""},
		{"", true, "true"},
		{"", moment, "2026-10-05T09:07:03Z"},
		{"0", 2.5, "3"},
		{"0", -0.4, "0"},
		{"0.00", 0.125, "0.13"},
		{"0.00", "12345678901234567890.005", "12345678901234567890.01"},
		{"#,##0", 1234567.0, "1,234,567"},
		{"#,##0.00", -1234.5, "-1,234.50"},
		{"#,##0.00", "999.995", "1,000.00"},
		{"€ #,##0.00", -3.0, "-€ 3.00"},
		{`0.0" kg"`, 7.25, "7.3 kg"},
		{`0\h`, 3.0, "3h"},
		{"0%", 0.256, "26%"},
		{"0.0%", "0.2555", "25.6%"},
		{"0.00", "n/a", "n/a"},
		{"0.00", nil, ""},
		{"0.00", "1e5", "1e5"},
		{"yyyy-mm-dd", "2026-10-05T09:07:03+02:00", "2026-10-05"},
		{"yyyy-mm-dd hh:mm:ss", moment, "2026-10-05 09:07:03"},
		{"d mmm yyyy", "2026-10-05", "5 Oct 2026"},
		{"mm:ss", moment, "07:03"},
		{`"Week 1, "dddd`, moment, "Week 1, Monday"},
		{"dd.mm.yy", "soon", "soon"},
		{"#.##0,00 €", "-1234567.5", "-1.234.567,50 €"},
		{"#.##0", 1234.5, "1.235"},
		{"# ##0,00", 1234567.0, "1 234 567,00"},
		{"#\u202f##0,0 %", 12.3456, "1\u202f234,6 %"},
		{"#'##0.00", 1234567.0, "1'234'567.00"},
		{"#,##0.000", 1234.0, "1,234.000"},
		{"#.##0,000", 1234.0, "1.234,000"},
		{"0,00", 1.5, "1,50"},
		{`0" % of all"`, 12.0, "12 % of all"},
		{`0%" of all"`, 0.12, "12% of all"},
		{"h:mm AM/PM", "2026-10-05T21:07:03Z", "9:07 PM"},
		{"hh:mm am/pm", "2026-10-05T00:07:03Z", "12:07 AM"},
	} {
		f, err := ParseFormat(c.code)
		if err != nil {
			t.Errorf("%q: %v", c.code, err)
			continue
		}
		if got := f.Text(c.value); got != c.want {
			t.Errorf("%q of %v: %q, want %q", c.code, c.value, got, c.want)
		}
	}
}

func TestFormatErrors(t *testing.T) {
	for code, want := range map[string]string{
		`"open`:                              "isn't closed",
		"0.00 0":                             "several numbers",
		"0 yyyy":                             "a number and a date",
		"euro":                               "is no part of a format",
		"--":                                 "neither a number nor a date",
		"0.#":                                "decimals are written as 0",
		"##0":                                "whole numbers",
		"0,000":                              "can be read in two ways",
		"#,##0,00":                           `"," stands for two things`,
		"#.##0.00":                           `"." stands for two things`,
		"#;##0":                              "is no part of a format",
		"0." + strings.Repeat("0", 31):       "31 decimals",
		"yyyyy":                              "no part of a date",
		"0\n":                                "no line of text",
		"0" + strings.Repeat(" ", maxFormat): "too long",
	} {
		_, err := ParseFormat(code)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", code, err, want)
		}
	}
}

func TestTotals(t *testing.T) {
	rows := [][]Value{
		{2.0, "0.10", nil},
		{0.1, "99999999999999999999.20", "x"},
		{0.2, nil, nil},
	}
	for i, want := range []Value{"2.3", "99999999999999999999.30", "0"} {
		var sum Sum
		for _, row := range rows {
			sum.Add(row[i])
		}
		if got := sum.Value(); got != want {
			t.Errorf("column %d: %v, want %v", i, got, want)
		}
	}
}

func FuzzParseFormat(f *testing.F) {
	for _, code := range []string{"#,##0.00", `0" x"`, "yyyy-mm-dd hh:mm", "mm:ss", `\h0%`} {
		f.Add(code, 1234.5)
	}
	f.Fuzz(func(t *testing.T, code string, n float64) {
		format, err := ParseFormat(code)
		if err != nil {
			return
		}
		for _, v := range []Value{n, Text(n), "2026-10-05", nil, time.Unix(0, 0)} {
			if strings.ContainsAny(format.Text(v), "\r\n") {
				t.Errorf("%q of %v gives several lines", code, v)
			}
		}
	})
}

// TestFormatCode wants what a workbook gets in the form that all of them read, whatever the country.
func TestFormatCode(t *testing.T) {
	for code, want := range map[string]string{
		"0.00": "0.00", "#,##0.00": "#,##0.00", "#": "#", "€ #,##0": "€ #,##0", "#.##0,00 €": "#,##0.00 €", `"0,00: "0,00`: `"0,00: "0.00`, "# ##0": "#,##0", "0,0%": "0.0%", "d mmm yyyy": "d mmm yyyy",
		"h:mm AM/PM": "h:mm AM/PM", `\h# ##0,0" x"`: `\h#,##0.0" x"`,
	} {
		if f, err := ParseFormat(code); err != nil || f.Code != want {
			t.Errorf("%q: %q, %v, want %q", code, f.Code, err, want)
		}
	}
}
