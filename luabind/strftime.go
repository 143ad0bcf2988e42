package luabind

import (
	"fmt"
	"strings"
	"time"
)

// strftime writes a time as C's strftime does in the locale C: the directives
// of C89 and those further ones that the GNU library knows. What is no
// directive stays as it stands.
func strftime(format string, t time.Time) string {
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			out.WriteByte(format[i])
			continue
		}
		i++
		if text, ok := dateText(format[i], t); ok {
			out.WriteString(text)
		} else if text, ok := dateNumber(format[i], t); ok {
			out.WriteString(text)
		} else {
			out.WriteString(format[i-1 : i+1])
		}
	}
	return out.String()
}

// goLayouts are the directives that package time writes alike.
var goLayouts = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'h': "Jan", 'c': "Mon Jan _2 15:04:05 2006",
	'd': "02", 'D': "01/02/06", 'e': "_2", 'F': "2006-01-02", 'H': "15", 'I': "03", 'm': "01", 'M': "04",
	'p': "PM", 'P': "pm", 'r': "03:04:05 PM", 'R': "15:04", 'S': "05", 'T': "15:04:05",
	'x': "01/02/06", 'X': "15:04:05", 'y': "06", 'Y': "2006", 'z': "-0700", 'Z': "MST",
}

// dateText writes the directives that are words or fixed layouts.
func dateText(directive byte, t time.Time) (string, bool) {
	switch directive {
	case '%':
		return "%", true
	case 'n':
		return "\n", true
	case 't':
		return "\t", true
	case 'Z':
		if t.Location() == time.UTC {
			return "GMT", true // as the C library calls it
		}
	case 'Y':
		return fmt.Sprint(t.Year()), true
	}
	layout, ok := goLayouts[directive]
	return t.Format(layout), ok
}

// dateNumber writes the directives that have to be counted.
func dateNumber(directive byte, t time.Time) (string, bool) {
	isoYear, isoWeek := t.ISOWeek()
	hour12 := (t.Hour()+11)%12 + 1
	switch directive {
	case 'C':
		return fmt.Sprintf("%02d", t.Year()/100), true
	case 'g':
		return fmt.Sprintf("%02d", isoYear%100), true
	case 'G':
		return fmt.Sprint(isoYear), true
	case 'j':
		return fmt.Sprintf("%03d", t.YearDay()), true
	case 'k':
		return fmt.Sprintf("%2d", t.Hour()), true
	case 'l':
		return fmt.Sprintf("%2d", hour12), true
	case 's':
		return fmt.Sprint(t.Unix()), true
	case 'u':
		return fmt.Sprint((int(t.Weekday())+6)%7 + 1), true
	case 'U': // weeks begin on Sundays
		return fmt.Sprintf("%02d", (t.YearDay()+6-int(t.Weekday()))/7), true
	case 'V':
		return fmt.Sprintf("%02d", isoWeek), true
	case 'w':
		return fmt.Sprint(int(t.Weekday())), true
	case 'W': // weeks begin on Mondays
		return fmt.Sprintf("%02d", (t.YearDay()+6-(int(t.Weekday())+6)%7)/7), true
	}
	return "", false
}
