package data

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// FormatTime writes a time in the letters of C's strftime, as Lua's os.date
// has them; names of days and months are English.
func FormatTime(layout string, t time.Time) (string, error) {
	var out strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' {
			out.WriteByte(layout[i])
			continue
		}
		i++
		if i < len(layout) && layout[i] == '-' { // %-d: without padding
			i++
		}
		if i >= len(layout) {
			return "", fmt.Errorf("%q ends with a lone %%", layout)
		}
		text, ok := dateVerb(layout[i], t)
		if !ok {
			return "", fmt.Errorf("%q has %%%c, which is not known", layout, layout[i])
		}
		if layout[i-1] == '-' {
			text = unpadded(text)
		}
		out.WriteString(text)
	}
	return out.String(), nil
}

func unpadded(s string) string {
	if short := strings.TrimLeft(s, "0 "); short != "" {
		return short
	}
	return "0"
}

func dateVerb(verb byte, t time.Time) (string, bool) {
	year, week := t.ISOWeek()
	switch verb {
	case '%', 'n', 't':
		return map[byte]string{'%': "%", 'n': "\n", 't': "\t"}[verb], true
	case 'j':
		return fmt.Sprintf("%03d", t.YearDay()), true
	case 's':
		return fmt.Sprint(t.Unix()), true
	case 'C':
		return fmt.Sprintf("%02d", t.Year()/100), true
	case 'u':
		return fmt.Sprint((int(t.Weekday())+6)%7 + 1), true
	case 'w':
		return fmt.Sprint(int(t.Weekday())), true
	case 'U':
		return fmt.Sprintf("%02d", (t.YearDay()+6-int(t.Weekday()))/7), true
	case 'W':
		return fmt.Sprintf("%02d", (t.YearDay()+6-(int(t.Weekday())+6)%7)/7), true
	case 'V':
		return fmt.Sprintf("%02d", week), true
	case 'G':
		return fmt.Sprintf("%04d", year), true
	case 'g':
		return fmt.Sprintf("%02d", year%100), true
	}
	layout, ok := map[byte]string{
		'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "_2", 'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM",
		'B': "January", 'b': "Jan", 'h': "Jan", 'A': "Monday", 'a': "Mon", 'Z': "MST", 'z': "-0700",
		'F': "2006-01-02", 'T': "15:04:05", 'R': "15:04", 'D': "01/02/06", 'x': "01/02/06", 'X': "15:04:05",
		'c': "Mon Jan _2 15:04:05 2006", 'r': "03:04:05 PM",
	}[verb]
	return t.Format(layout), ok
}

// ParseTimeAs reads a text by a layout in the letters of C's strptime:
// Y y m d e j H I M S p B b h A a z Z F T R and %. A blank stands for any
// white space. What the layout leaves out is 1970-01-01, 00:00, in loc.
func ParseTimeAs(layout, text string, loc *time.Location) (time.Time, error) {
	p := timeParts{text: text, year: 1970, month: 1, day: 1, loc: loc}
	layout = strings.NewReplacer("%F", "%Y-%m-%d", "%T", "%H:%M:%S", "%R", "%H:%M", "%D", "%m/%d/%y").Replace(layout)
	for i := 0; i < len(layout); i++ {
		c := layout[i]
		switch {
		case c == ' ':
			p.text = strings.TrimLeft(p.text, " \t\r\n")
		case c != '%' || i+1 == len(layout):
			if !strings.HasPrefix(p.text, string(c)) {
				return time.Time{}, fmt.Errorf("%q does not fit %q: %q is expected at %q", text, layout, string(c), p.text)
			}
			p.text = p.text[1:]
		default:
			i++
			if err := p.verb(layout[i]); err != nil {
				return time.Time{}, fmt.Errorf("%q does not fit %q: %w", text, layout, err)
			}
		}
	}
	if strings.TrimSpace(p.text) != "" {
		return time.Time{}, fmt.Errorf("%q does not fit %q: %q is left over", text, layout, p.text)
	}
	t, err := p.time()
	if err != nil {
		return t, fmt.Errorf("%q is no date: %w", text, err)
	}
	return t, nil
}

// timeParts is a text that is being read, and what was found.
type timeParts struct {
	text                                   string
	year, month, day, hour, minute, second int
	yday                                   int
	pm, twelve                             bool
	loc                                    *time.Location
}

func (p *timeParts) verb(verb byte) (err error) {
	switch verb {
	case 'Y':
		p.year, err = p.number(4, "a year")
	case 'y':
		if p.year, err = p.number(2, "a year"); p.year < 69 { // POSIX strptime
			p.year += 100
		}
		p.year += 1900
	case 'm':
		p.month, err = p.number(2, "a month")
	case 'd', 'e':
		p.day, err = p.number(2, "a day")
	case 'j':
		p.yday, err = p.number(3, "a day of the year")
	case 'H':
		p.hour, err = p.number(2, "an hour")
	case 'I':
		p.hour, err = p.number(2, "an hour")
		p.twelve = true
	case 'M':
		p.minute, err = p.number(2, "a minute")
	case 'S':
		p.second, err = p.number(2, "a second")
	case '%':
		p.text, err = strings.TrimPrefix(p.text, "%"), nil
	default:
		err = p.name(verb)
	}
	return err
}

// name reads a verb whose text is letters, or a zone.
func (p *timeParts) name(verb byte) error {
	switch verb {
	case 'B', 'b', 'h':
		for m := time.January; m <= time.December; m++ {
			if p.skipName(m.String()) {
				p.month = int(m)
				return nil
			}
		}
		return errors.New("the name of a month is expected")
	case 'A', 'a':
		for d := time.Sunday; d <= time.Saturday; d++ {
			if p.skipName(d.String()) {
				return nil
			}
		}
		return errors.New("the name of a day is expected")
	case 'p':
		if p.pm = p.skip("PM"); p.pm || p.skip("AM") {
			return nil
		}
		return errors.New("AM or PM is expected")
	case 'z', 'Z':
		end := strings.IndexByte(p.text+" ", ' ')
		loc, ok := zoneSuffix(p.text[:end])
		if !ok {
			return errors.New("a zone such as +0200 is expected")
		}
		p.loc, p.text = loc, p.text[end:]
		return nil
	}
	return fmt.Errorf("%%%c is not known", verb)
}

// skipName takes a name or its first three letters.
func (p *timeParts) skipName(name string) bool { return p.skip(name) || p.skip(name[:3]) }

func (p *timeParts) skip(word string) bool {
	if len(p.text) < len(word) || !strings.EqualFold(p.text[:len(word)], word) {
		return false
	}
	p.text = p.text[len(word):]
	return true
}

// number reads up to n digits.
func (p *timeParts) number(n int, what string) (value int, err error) {
	text := strings.TrimLeft(p.text, " ")
	i := 0
	for ; i < n && i < len(text) && text[i] >= '0' && text[i] <= '9'; i++ {
		value = value*10 + int(text[i]-'0')
	}
	if i == 0 {
		return 0, errors.New(what + " is expected at " + fmt.Sprintf("%q", p.text))
	}
	p.text = text[i:]
	return value, nil
}

// time puts the parts together; a 30th of February is an error.
func (p *timeParts) time() (time.Time, error) {
	if p.twelve {
		if p.hour < 1 || p.hour > 12 {
			return time.Time{}, errors.New("an hour of twelve is 1 to 12")
		}
		p.hour %= 12
		if p.pm {
			p.hour += 12
		}
	}
	if p.yday > 0 {
		p.month, p.day = 1, p.yday
	}
	return checkedTime(p.year, p.month, p.day, p.hour, p.minute, p.second, p.yday > 0, p.loc)
}
