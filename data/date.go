package data

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// formatDate writes a time in the letters of C's strftime, as Lua's os.date has
// them. A number counts seconds since 1970 and is shown in UTC; a text is shown in
// the zone it names.
func formatDate(layout string, v any) (string, error) {
	t, err := toTime(v)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' {
			out.WriteByte(layout[i])
			continue
		}
		i++
		if i == len(layout) {
			return "", fmt.Errorf("date: %q ends with a lone %%", layout)
		}
		text, ok := dateVerb(layout[i], t)
		if !ok {
			return "", fmt.Errorf("date: %q has %%%c, which is not known", layout, layout[i])
		}
		out.WriteString(text)
	}
	return out.String(), nil
}

func dateVerb(verb byte, t time.Time) (string, bool) {
	switch verb {
	case '%':
		return "%", true
	case 'j':
		return fmt.Sprintf("%03d", t.YearDay()), true
	case 's':
		return fmt.Sprint(t.Unix()), true
	case 'V':
		_, week := t.ISOWeek()
		return fmt.Sprintf("%02d", week), true
	}
	layout, ok := map[byte]string{
		'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "_2", 'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM",
		'B': "January", 'b': "Jan", 'A': "Monday", 'a': "Mon", 'Z': "MST", 'z': "-0700",
		'F': "2006-01-02", 'T': "15:04:05", 'R': "15:04",
	}[verb]
	return t.Format(layout), ok
}

func toTime(v any) (time.Time, error) {
	if d, ok := v.(decimal); ok {
		v = float64(d)
	}
	switch v := v.(type) {
	case time.Time:
		return v, nil
	case int64:
		return time.Unix(v, 0).UTC(), nil
	case int:
		return time.Unix(int64(v), 0).UTC(), nil
	case float64:
		if math.IsNaN(v) || math.Abs(v) > exactInteger {
			return time.Time{}, fmt.Errorf("date: %v is no time", v)
		}
		whole, part := math.Modf(v)
		return time.Unix(int64(whole), int64(part*1e9)).UTC(), nil
	case string:
		return parseTime(v)
	default:
		return time.Time{}, fmt.Errorf("date wants a time, a number or a text, not %T", v)
	}
}

func parseTime(s string) (time.Time, error) {
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04Z07:00",
		"2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly, time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700",
	} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("date: %q is not a date as in 2026-10-05 or 2026-10-05T10:00:00+02:00", s)
}
