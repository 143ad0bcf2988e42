package mime

import (
	"strings"
	"unicode/utf8"
)

// CalendarSpec is an invitation, or another message between calendars.
type CalendarSpec struct {
	Method   string // "REQUEST", "CANCEL" …; "" is what the content says
	Content  string // an iCalendar object with its METHOD
	Filename string // of the copy for readers that do not know the type; "" is "invite.ics"
}

// parts gives the form of the text that calendars act upon, and the copy that people can save.
func (c *CalendarSpec) parts() (invite, file *Part, err error) {
	object, err := parseCalendar(c.Content)
	if err != nil {
		return nil, nil, err
	}
	if err := object.check(c.Method); err != nil {
		return nil, nil, err
	}
	content := object.text()
	// Readers take the method from the type; some know it in capitals only. Outlook and Google send base64 or plain
	// lines; invitations in quoted-printable have been shown as text.
	options := []Option{WithParam("method", object.method())} // RFC 6047 §2.4
	if !isASCII(content) {
		options = append(options, WithEncoding("base64"))
	}
	if invite, err = NewText(content, "calendar", "", options...); err != nil {
		return nil, nil, err
	}
	name := c.Filename
	if name == "" {
		name = "invite.ics"
	}
	file, err = NewPart("application/ics", String(content), WithFilename(name))
	return invite, file, err
}

// calendarLine is one property, or the beginning or end of a component.
type calendarLine struct {
	name  string // in capitals
	value string
	raw   string // as it goes out, folded, without the last line break
	whole string // unfolded
	path  string // names of the components around: "VCALENDAR/VEVENT"
}

// calendar is an iCalendar object line by line.
type calendar struct{ lines []calendarLine }

const (
	calendarFold  = 75 // RFC 5545 §3.1
	calendarDepth = 8  // an alarm in an event in a calendar is as deep as it gets
)

// parseCalendar unfolds the lines and follows the components.
func parseCalendar(text string) (*calendar, error) {
	text = strings.TrimPrefix(text, bom)
	// Simple programs fold within a character.
	if i := invalidUTF8(text); i >= 0 && invalidUTF8(unfolded.Replace(text)) >= 0 { // RFC 5545 §3.1
		return nil, &Error{Field: "calendar", What: "not valid UTF-8 at octet " + itoa(i), Advice: "convert the calendar to UTF-8 first"}
	}
	c, path := &calendar{}, ""
	lines := strings.Split(string(canonical([]byte(text))), "\r\n")
	for i := 0; i < len(lines); i++ {
		if strings.Trim(lines[i], " \t") == "" {
			continue
		}
		first := i
		for i+1 < len(lines) && (strings.HasPrefix(lines[i+1], " ") || strings.HasPrefix(lines[i+1], "\t")) { // RFC 5545 §3.1
			i++
		}
		raw, whole := strings.Join(lines[first:i+1], "\r\n"), unfoldLines(lines[first:i+1])
		line, wrong := calendarProperty(raw, whole)
		if wrong == "" {
			path, wrong = line.enter(path, len(c.lines) > 0)
		}
		if wrong != "" {
			return nil, &Error{Field: "calendar", What: "line " + itoa(first+1) + ": " + wrong, Value: shorten(whole, 60)}
		}
		c.lines = append(c.lines, line)
	}
	if path != "" || len(c.lines) == 0 {
		return nil, &Error{Field: "calendar", What: "this is not one whole VCALENDAR", Value: shorten(text, 60)}
	}
	return c, nil
}

var unfolded = strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\n ", "", "\n\t", "") //nolint:gochecknoglobals // never changed

// unfoldLines joins lines, of which all but the first begin with a blank that does not count.
func unfoldLines(lines []string) string {
	var b strings.Builder
	for i, line := range lines {
		b.WriteString(line[min(i, 1):])
	}
	return b.String()
}

// calendarProperty reads NAME;PARAMETERS:VALUE. A colon within quotes belongs to a parameter.
func calendarProperty(raw, whole string) (line calendarLine, wrong string) { // RFC 5545 §3.1
	quoted := false
	for i := 0; i < len(whole); i++ {
		c := whole[i]
		switch {
		case c < ' ' && c != '\t' || c == 0x7F:
			return line, "a control character"
		case line.whole != "":
		case c == '"':
			quoted = !quoted
		case quoted || c != ';' && c != ':':
		default:
			if line.name == "" {
				line.name = strings.ToUpper(whole[:i])
			}
			if c == ':' {
				line.whole, line.value = whole, whole[i+1:]
			}
		}
	}
	if line.whole == "" || !isToken(line.name) {
		return line, `this is no property: a line break within a text is written \n`
	}
	line.raw = foldCalendar(raw, whole)
	return line, ""
}

// foldCalendar keeps the folding that is in order.
func foldCalendar(raw, whole string) string { // RFC 5545 §3.1
	fits := utf8.ValidString(raw)
	for _, part := range strings.Split(raw, "\r\n") {
		fits = fits && len(part) <= calendarFold
	}
	if fits {
		return raw
	}
	var b strings.Builder
	for limit := calendarFold; len(whole) > limit; limit = calendarFold - 1 {
		end := limit
		for end > 1 && !utf8.RuneStart(whole[end]) {
			end--
		}
		b.WriteString(whole[:end] + "\r\n ")
		whole = whole[end:]
	}
	return b.String() + whole
}

// enter follows BEGIN and END.
func (l *calendarLine) enter(path string, more bool) (out, wrong string) {
	name := strings.ToUpper(strings.TrimSpace(l.value))
	switch l.name {
	case "BEGIN":
		if path == "" && (name != "VCALENDAR" || more) {
			return path, "there must be one VCALENDAR and nothing beside it"
		}
		if strings.Count(path, "/") >= calendarDepth {
			return path, "the components are nested too deeply"
		}
		l.path = strings.TrimPrefix(path+"/"+name, "/")
		return l.path, ""
	case "END":
		l.path = path
		if path != name && !strings.HasSuffix(path, "/"+name) {
			return path, "this component was not begun"
		}
		return strings.TrimSuffix(strings.TrimSuffix(path, name), "/"), ""
	}
	if l.path = path; path == "" {
		return path, "there must be one VCALENDAR and nothing beside it"
	}
	return path, ""
}

// text gives the object with CRLF line ends.
func (c *calendar) text() string {
	var b strings.Builder
	for _, l := range c.lines {
		b.WriteString(l.raw + "\r\n")
	}
	return b.String()
}

// CalendarValue gives a value as its place in a calendar demands, so that it can add no property. before is what stands
// there before it.
func CalendarValue(before, value string) string {
	value = strings.Map(func(r rune) rune {
		if r == '\r' || r < ' ' && r != '\n' || r == 0x7F {
			return -1
		}
		return r
	}, strings.ReplaceAll(value, "\r\n", "\n"))
	line := calendarLineOf(before)
	property, _ := calendarProperty(line, line)
	if property.whole == "" { // within parameters
		flat := strings.NewReplacer("\n", " ", `"`, "'").Replace(value)
		if strings.Count(line, `"`)%2 == 0 {
			flat = strings.NewReplacer(";", " ", ":", " ", ",", " ").Replace(flat)
		}
		return flat
	}
	switch property.name {
	case "SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "CATEGORIES", "RESOURCES":
		return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(value) // RFC 5545 §3.3.11
	}
	return strings.ReplaceAll(value, "\n", " ")
}

// calendarLineOf gives the unfolded line that a text ends with.
func calendarLineOf(text string) string {
	from := len(text)
	for {
		if from = strings.LastIndexByte(text[:from], '\n'); from < 0 {
			break
		}
		if from+1 < len(text) && text[from+1] != ' ' && text[from+1] != '\t' || from+1 == len(text) {
			break
		}
	}
	lines := strings.Split(strings.ReplaceAll(text[from+1:], "\r", ""), "\n")
	return unfoldLines(lines)
}
