package data

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ISOTime writes a time as ISO 8601 and RFC 3339 have it, with its offset.
func ISOTime(t time.Time) string { return t.Format(time.RFC3339Nano) }

// ParseTime reads a date with or without a time: ISO 8601 and RFC 3339 in
// their usual forms, or RFC 5322 §3.3. A text without a zone is in loc.
func ParseTime(text string, loc *time.Location) (time.Time, error) {
	s := strings.TrimSpace(text)
	t, ok := parseISO(s, loc)
	if !ok {
		t, ok = parseMailDate(s)
	}
	if ok && t.Year() >= 1 {
		return t, nil
	}
	const forms = "2026-10-05, 2026-10-05T10:00:00+02:00 or Mon, 05 Oct 2026 10:00:00 +0200"
	return time.Time{}, fmt.Errorf("%q is not a date as in %s", shorten(text), forms)
}

// isoDates and isoClocks are the two halves of ISO 8601; a fraction may
// follow the seconds.
func isoDates() []string  { return []string{"2006-01-02", "20060102"} }
func isoClocks() []string { return []string{"15:04:05", "15:04", "150405", "1504"} }

func parseISO(s string, loc *time.Location) (time.Time, bool) {
	for _, date := range isoDates() {
		if t, err := time.Parse(date, s); err == nil {
			return reclock(t, loc), true
		}
		if len(s) <= len(date) || s[len(date)] != 'T' && s[len(date)] != 't' && s[len(date)] != ' ' {
			continue
		}
		clock, zone := splitZone(s[len(date)+1:])
		in := loc
		if zone != "" {
			var ok bool
			if in, ok = zoneSuffix(zone); !ok {
				return time.Time{}, false
			}
		}
		for _, layout := range isoClocks() {
			if t, err := time.Parse(date+" "+layout, s[:len(date)]+" "+strings.Replace(clock, ",", ".", 1)); err == nil {
				return reclock(t, in), true
			}
		}
	}
	return time.Time{}, false
}

// splitZone takes the zone off a time of day.
func splitZone(s string) (clock, zone string) {
	at := strings.IndexFunc(s, func(r rune) bool { return r != ':' && r != '.' && r != ',' && (r < '0' || r > '9') })
	if at < 0 {
		return s, ""
	}
	return s[:at], strings.TrimSpace(s[at:])
}

// zoneSuffix reads Z, ±hh:mm, ±hhmm, ±hh, and the names of RFC 5322 §4.3.
func zoneSuffix(s string) (*time.Location, bool) {
	switch strings.ToUpper(s) {
	case "Z", "UT", "UTC", "GMT":
		return time.UTC, true
	}
	if hours, ok := map[string]int{"EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8}[strings.ToUpper(s)]; ok {
		return time.FixedZone(strings.ToUpper(s), hours*3600), true
	}
	for _, layout := range []string{"-07:00", "-0700", "-07"} {
		if t, err := time.Parse(layout, s); err == nil {
			_, offset := t.Zone()
			return offsetZone(offset), true
		}
	}
	return nil, false
}

// offsetZone is a zone without a name; time.FixedZone("") prints none.
func offsetZone(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	return time.FixedZone("", offset)
}

// parseMailDate reads a date of RFC 5322 §3.3, with or without day of the
// week and seconds, and with a comment behind it, and the old years and zones
// of §4.3.
func parseMailDate(s string) (time.Time, bool) {
	s, _, _ = strings.Cut(s, "(")
	if day, rest, ok := strings.Cut(s, ","); ok && !strings.Contains(day, " ") {
		s = rest
	}
	fields := strings.Fields(s)
	if len(fields) != 5 {
		return time.Time{}, false
	}
	loc, ok := mailZone(fields[4])
	if !ok {
		return time.Time{}, false
	}
	fields[2] = mailYear(fields[2])
	for _, layout := range []string{"2 Jan 2006 15:04:05", "2 Jan 2006 15:04"} {
		if t, err := time.ParseInLocation(layout, strings.Join(fields[:4], " "), loc); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// mailZone is zoneSuffix with the letters of the military, which nobody knows
// for sure: they count as UTC.
func mailZone(s string) (*time.Location, bool) { // RFC 5322 §4.3
	if len(s) == 1 && s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z' && s[0]|0x20 != 'j' {
		return time.UTC, true
	}
	return zoneSuffix(s)
}

// mailYear writes a year of two or three digits out: 00 to 49 are of this
// century.
func mailYear(s string) string { // RFC 5322 §4.3
	n, err := strconv.Atoi(s)
	switch {
	case err != nil || n < 0 || len(s) != 2 && len(s) != 3:
		return s
	case len(s) == 2 && n < 50:
		return strconv.Itoa(2000 + n)
	}
	return strconv.Itoa(1900 + n)
}

// checkedTime is time.Date for parts that must be what they say.
func checkedTime(year, month, day, hour, minute, second int, anyDay bool, loc *time.Location) (time.Time, error) {
	switch {
	case year < 1 || year > lastYear:
		return time.Time{}, errors.New("years are 1 to 9999")
	case month < 1 || month > 12:
		return time.Time{}, fmt.Errorf("there is no month %d", month)
	case hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60:
		return time.Time{}, fmt.Errorf("there is no time %02d:%02d:%02d", hour, minute, second)
	case anyDay && (day < 1 || day > 366), !anyDay && (day < 1 || day > daysIn(year, time.Month(month))):
		return time.Time{}, fmt.Errorf("there is no day %d in it", day)
	}
	return TimeIn(year, time.Month(month), day, hour, minute, second, 0, loc), nil
}

// MakeTime puts a time together from its parts in a zone. Parts that do not
// exist, such as a 30th of February, are errors.
func MakeTime(year, month, day, hour, minute, second int, loc *time.Location) (time.Time, error) {
	return checkedTime(year, month, day, hour, minute, second, false, loc)
}
