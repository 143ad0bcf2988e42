package luabind

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// unitError is a text that does not give a quantity of its sort.
type unitError struct {
	text string // as it was given
	sort string // "duration", "size"
	why  string
}

func (e *unitError) Error() string {
	return fmt.Sprintf("%s is no %s: %s", optQuote(e.text), e.sort, e.why)
}

// unit is one suffix and how much it means.
type unit struct {
	name  string
	scale float64
}

// durationUnits go from large to small, the order in which a text may use
// them. "ms" stands before "m" and "s" are tried, because it begins with one.
func durationUnits() []unit {
	return []unit{
		{"w", float64(7 * 24 * time.Hour)}, {"d", float64(24 * time.Hour)}, {"h", float64(time.Hour)},
		{"m", float64(time.Minute)}, {"s", float64(time.Second)}, {"ms", float64(time.Millisecond)},
	}
}

func sizeUnits() []unit {
	return []unit{
		{"b", 1}, {"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12},
		{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40},
	}
}

// ParseDuration reads "500ms", "30s", "5m", "2h30m", "3d", "2w"; a text
// without a unit is seconds. Units go from large to small, each once.
func ParseDuration(text string) (time.Duration, error) {
	fail := func(format string, args ...any) (time.Duration, error) {
		return 0, &unitError{text, "duration", fmt.Sprintf(format, args...)}
	}
	rest := strings.TrimSpace(text)
	if rest == "" {
		return fail(`write seconds, or "500ms", "30s", "5m", "2h30m", "3d"`)
	}
	units, total := durationUnits(), 0.0
	for first := true; rest != ""; first = false {
		number, after, ok := unitNumber(rest)
		if !ok {
			return fail("a number is expected at %s", optQuote(rest))
		}
		name, next := unitName(after)
		if name == "" && first && next == "" {
			return secondsDuration(number)
		}
		i := unitIndex(units, name)
		if i < 0 {
			return fail("%s", unitUnknown(name, durationUnits(), "units are ms, s, m, h, d, w, from large to small"))
		}
		total += math.Round(number * units[i].scale)
		units, rest = units[i+1:], next
	}
	if total >= math.MaxInt64 {
		return fail("it is too long")
	}
	return time.Duration(total), nil
}

// secondsDuration turns a number of seconds into a duration.
func secondsDuration(seconds float64) (time.Duration, error) {
	ns, why := math.Round(seconds*float64(time.Second)), ""
	switch {
	case math.IsNaN(seconds):
		why = "it is not a number"
	case seconds < 0:
		why = "it is negative"
	case ns >= math.MaxInt64:
		why = "it is too long"
	case ns == 0 && seconds > 0:
		why = "it is shorter than a nanosecond"
	default:
		return time.Duration(ns), nil
	}
	return 0, &unitError{strconv.FormatFloat(seconds, 'g', -1, 64), "duration", why}
}

// parseSize reads a number of octets: "25MB" is 25 × 10⁶, "1GiB" is 2³⁰; a
// text without a unit is octets. Case does not matter.
func parseSize(text string) (int64, error) {
	fail := func(why string) (int64, error) { return 0, &unitError{text, "size", why} }
	const units = "units are B, kB, MB, GB, TB and KiB, MiB, GiB, TiB"
	number, after, ok := unitNumber(strings.TrimSpace(text))
	if !ok {
		return fail(`write bytes, or "25MB", "1GiB"`)
	}
	name, next := unitName(strings.TrimLeft(after, " "))
	if next != "" {
		return fail(units)
	}
	scale := 1.0
	if name != "" {
		i := unitIndex(sizeUnits(), name)
		if i < 0 {
			return fail(unitUnknown(name, sizeUnits(), units))
		}
		scale = sizeUnits()[i].scale
	}
	return octetsSize(number*scale, text)
}

// octetsSize checks a number of octets; text is how it was given, or empty.
func octetsSize(octets float64, text string) (int64, error) {
	why := ""
	switch {
	case math.IsNaN(octets):
		why = "it is not a number"
	case octets < 0:
		why = "it is negative"
	case octets >= math.MaxInt64:
		why = "it is too large"
	case octets != math.Trunc(octets):
		why = "it is not a whole number of bytes"
	default:
		return int64(octets), nil
	}
	if text == "" {
		text = strconv.FormatFloat(octets, 'g', -1, 64)
	}
	return 0, &unitError{text, "size", why}
}

// unitNumber reads the digits that a text begins with, with one decimal
// point at most and no sign or exponent.
func unitNumber(text string) (n float64, rest string, ok bool) {
	end := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end < 0 {
		end = len(text)
	}
	if end == 0 || text[0] == '.' || text[end-1] == '.' {
		return 0, text, false
	}
	n, err := strconv.ParseFloat(text[:end], 64)
	return n, text[end:], err == nil
}

// unitName reads the text up to the next number, in lower case.
func unitName(text string) (name, rest string) {
	end := strings.IndexAny(text, "0123456789.")
	if end < 0 {
		end = len(text)
	}
	return strings.ToLower(text[:end]), text[end:]
}

func unitIndex(units []unit, name string) int {
	for i, u := range units {
		if u.name == name {
			return i
		}
	}
	return -1
}

// unitUnknown tells a unit that does not exist from one that stands in the
// wrong place or twice.
func unitUnknown(name string, all []unit, help string) string {
	switch {
	case name == "":
		return "a unit is missing; " + help
	case unitIndex(all, name) >= 0:
		return fmt.Sprintf("unit %q is out of order; %s", name, help)
	}
	return fmt.Sprintf("unknown unit %s; %s", optQuote(name), help)
}
