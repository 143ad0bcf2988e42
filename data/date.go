package data

import (
	"fmt"
	"math"
	"time"
)

// formatDate is FormatTime for templates. A number counts seconds since 1970
// and is shown in UTC; a text is shown in the zone it names.
func formatDate(layout string, v any) (string, error) {
	t, err := toTime(v)
	if err != nil {
		return "", err
	}
	text, err := FormatTime(layout, t)
	if err != nil {
		return "", fmt.Errorf("date: %w", err)
	}
	return text, nil
}

func toTime(v any) (time.Time, error) {
	if d, ok := v.(decimal); ok {
		v = float64(d)
	}
	switch v := v.(type) {
	case time.Time:
		return v, nil
	case moment:
		return v.Time, nil
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
		t, err := ParseTime(v, time.UTC)
		if err != nil {
			return t, fmt.Errorf("date: %w", err)
		}
		return t, nil
	default:
		return time.Time{}, fmt.Errorf("date wants a time, a number or a text, not %s", kindName(v))
	}
}
