package luabind

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"500ms": 500 * time.Millisecond, "30s": 30 * time.Second, "5m": 5 * time.Minute, "2h30m": 150 * time.Minute,
		"3d": 3 * day, "2w": 14 * day, "1w2d3h4m5s6ms": 9*day + 3*time.Hour + 4*time.Minute + 5*time.Second + 6*time.Millisecond,
		"1.5h": 90 * time.Minute, "0.25s": 250 * time.Millisecond, "0s": 0, "0": 0, "30": 30 * time.Second, "1.5": 1500 * time.Millisecond,
		" 10s ": 10 * time.Second, "2H": 2 * time.Hour, "15000w": 15000 * 7 * day,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestParseDurationErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":        `"" is no duration: write seconds`,
		"s":       `a number is expected at "s"`,
		"-5s":     `a number is expected at "-5s"`,
		"5x":      `unknown unit "x"; units are ms, s, m, h, d, w`,
		"5 s":     `unknown unit " s"`,
		"30m2h":   `unit "h" is out of order`,
		"5m5m":    `unit "m" is out of order`,
		"2h30":    `a unit is missing`,
		"1.2.3s":  `a number is expected`,
		"5.s":     `a number is expected`,
		".5s":     `a number is expected`,
		"1e3s":    `unknown unit "e"`,
		"infs":    `a number is expected`,
		"100000w": `it is too long`,
		"1s\n":    "",
		"5\x00s":  `unknown unit "\x00s"`,
	} {
		_, err := ParseDuration(text)
		if want == "" {
			if err != nil {
				t.Errorf("ParseDuration(%q): %v", text, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("ParseDuration(%q): %v; want %s", text, err, want)
		}
	}
}

func TestSecondsDuration(t *testing.T) {
	for seconds, want := range map[float64]time.Duration{0: 0, 0.001: time.Millisecond, 30: 30 * time.Second, 1e9: 1e18} {
		if got, err := secondsDuration(seconds); err != nil || got != want {
			t.Errorf("secondsDuration(%v) = %v, %v; want %v", seconds, got, err, want)
		}
	}
	for seconds, want := range map[float64]string{-1: "negative", math.Inf(1): "too long", 1e300: "too long", 1e-12: "shorter"} {
		if _, err := secondsDuration(seconds); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("secondsDuration(%v): %v; want %q", seconds, err, want)
		}
	}
	if _, err := secondsDuration(math.NaN()); err == nil {
		t.Error("NaN passes for a duration")
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "512": 512, "512B": 512, "25MB": 25_000_000, "25mb": 25_000_000, "25 MB": 25_000_000, "1GiB": 1 << 30, "1kB": 1000, "1KiB": 1024,
		"1.5MB": 1_500_000, "2TB": 2e12, "1TiB": 1 << 40, "3GB": 3e9, "4MiB": 4 << 20,
	} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("parseSize(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"": "write bytes", "MB": "write bytes", "-1": "write bytes", "1.5B": "whole number", "1PB": `unknown unit "pb"`, "5MB3kB": "units are", "25M": `unknown unit "m"`, "99999999TB": "too large",
	} {
		if _, err := parseSize(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parseSize(%q): %v; want %q", text, err, want)
		}
	}
}

func FuzzUnits(f *testing.F) {
	for _, seed := range []string{"2h30m", "500ms", "25MB", "1GiB", "1.5", "9223372036854775807", "-1", "5m5m", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := ParseDuration(text); d < 0 || (err != nil && strings.ContainsAny(err.Error(), "\r\n")) {
			t.Errorf("ParseDuration(%q) = %v, %v", text, d, err)
		}
		if n, err := parseSize(text); n < 0 || (err != nil && strings.ContainsAny(err.Error(), "\r\n")) {
			t.Errorf("parseSize(%q) = %v, %v", text, n, err)
		}
	})
}
