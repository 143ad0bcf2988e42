package mime

import (
	"strings"
	"time"
)

// dateLayout is the form that goes out, with English names whatever the locale.
const dateLayout = "Mon, 02 Jan 2006 15:04:05 -0700" // RFC 5322 §3.3

// noZone says that the time is local to a place that is not told.
const noZone = "-0000" // RFC 5322 §3.3

// normalDate reads a date in the form of mail or in ISO 8601 and gives it in the form of mail.
func normalDate(name, value string) (string, error) {
	if i := strings.IndexByte(value, '('); i > 0 {
		value = strings.TrimRight(value[:i], " \t")
	}
	if t, ok := parseDate(value, zonedLayouts()); ok {
		text := t.Format(dateLayout)
		if strings.HasSuffix(value, noZone) {
			text = text[:len(text)-len(noZone)] + noZone
		}
		return text, checkYear(name, t)
	}
	if t, ok := parseDate(value, nakedLayouts()); ok {
		text := t.Format(dateLayout)
		return text[:len(text)-len(noZone)] + noZone, checkYear(name, t)
	}
	return "", &Error{
		Field: name, What: "this is not a date", Value: value,
		Advice: `write "Mon, 02 Jan 2006 15:04:05 +0100" or "2006-01-02T15:04:05+01:00"`,
	}
}

func parseDate(value string, layouts []string) (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, value); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func zonedLayouts() []string {
	return []string{
		"Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04 -0700", "2 Jan 2006 15:04 -0700",
		"Mon, 2 Jan 2006 15:04:05 GMT", "2 Jan 2006 15:04:05 GMT", "Mon, 2 Jan 2006 15:04:05 UT", "Mon, 2 Jan 2006 15:04:05 UTC",
		time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05-0700",
	}
}

func nakedLayouts() []string {
	return []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"}
}

func checkYear(name string, t time.Time) error {
	if t.Year() < 1900 || t.Year() > 9999 { // RFC 5322 §3.3
		return fault(name, "the year must have four digits and not be before 1900", t.Format(time.RFC3339))
	}
	return nil
}
