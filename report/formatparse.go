package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// FormatError is a format that can't be read.
type FormatError struct {
	Code, What string
}

func (e *FormatError) Error() string { return fmt.Sprintf("format %q: %s", e.Code, e.What) }

// Hint shows what formats look like.
func (e *FormatError) Hint() string {
	return `a number is written as in "0", "0.00", "#,##0.00", "0.0%", "€ #,##0.00" or "#.##0,00 €", a date as in "yyyy-mm-dd", "d mmm yyyy" or "yyyy-mm-dd hh:mm"`
}

// MaxDecimals bounds the decimals of a format, as spreadsheets do.
const MaxDecimals = 30

// maxFormat bounds its length.
const maxFormat = 200

// ParseFormat reads a format; the empty one is plain. Errors are *FormatError.
func ParseFormat(code string) (Format, error) {
	f := Format{Code: code}
	if code == "" || strings.EqualFold(code, "general") {
		return Format{}, nil
	}
	if len(code) > maxFormat || !utf8.ValidString(code) || strings.ContainsAny(code, "\r\n\x00") {
		return f, &FormatError{Code: code[:min(len(code), maxFormat)], What: "it is too long, or no line of text"}
	}
	parts, err := formatParts(code)
	if err != nil {
		return f, &FormatError{Code: code, What: err.Error()}
	}
	if err := f.read(parts); err != nil {
		return f, &FormatError{Code: code, What: err.Error()}
	}
	return f, nil
}

// formatPart is a run of a format: a text as it stands, digits, or a part of a date.
type formatPart struct {
	kind    byte // 't', 'n' or 'd'
	text    string
	at      int  // in the format
	percent bool // a sign of percent is in it, not in quotation marks
}

// formatParts cuts a format into runs.
func formatParts(code string) (parts []formatPart, err error) {
	size := len(code)
	add := func(kind byte, text string) {
		if n := len(parts); n > 0 && parts[n-1].kind == kind && (kind != 'd' || parts[n-1].text[0] == text[0]) {
			parts[n-1].text += text
			return
		}
		parts = append(parts, formatPart{kind: kind, text: text, at: size - len(code)})
	}
	for code != "" {
		r, size := utf8.DecodeRuneInString(code)
		switch lower := strings.ToLower(code[:size]); {
		case len(code) >= len(halves) && strings.EqualFold(code[:len(halves)], halves):
			add('d', halves)
			code = code[len(halves):]
			continue
		case groupAt(code, parts) > 0:
			size = groupAt(code, parts)
			add('n', code[:size])
		case r == '"':
			text, rest, closed := strings.Cut(code[1:], `"`)
			if !closed {
				return nil, fmt.Errorf("a quotation mark isn't closed")
			}
			add('t', text)
			code = rest
			continue
		case r == '\\' && len(code) > 1:
			_, next := utf8.DecodeRuneInString(code[1:])
			add('t', code[1:1+next])
			code = code[1+next:]
			continue
		case strings.ContainsRune("0#,.", r) && (r != '.' && r != ',' || isDigits(parts)):
			add('n', code[:size])
		case strings.Contains("ymdhs", lower):
			add('d', lower)
		case r < 0x80 && r != ' ' && !strings.ContainsRune("%$-+/():.,'", r):
			return nil, fmt.Errorf("%q is no part of a format; a text stands in quotation marks", r)
		default:
			add('t', code[:size])
			parts[len(parts)-1].percent = parts[len(parts)-1].percent || r == '%'
		}
		code = code[size:]
	}
	return parts, nil
}

func isDigits(parts []formatPart) bool { return len(parts) > 0 && parts[len(parts)-1].kind == 'n' }

func (f *Format) read(parts []formatPart) error {
	numbers, dates := 0, 0
	for _, p := range parts {
		switch p.kind {
		case 'n':
			numbers++
		case 'd':
			dates++
		}
	}
	switch {
	case numbers == 1 && dates == 0:
		return f.readNumber(parts)
	case numbers == 0 && dates > 0:
		return f.readTime(parts)
	case numbers > 1:
		return fmt.Errorf("there are several numbers in it")
	case numbers > 0:
		return fmt.Errorf("it is a number and a date")
	}
	return fmt.Errorf("it shows neither a number nor a date")
}

func (f *Format) readNumber(parts []formatPart) error {
	f.Kind = NumberFormat
	into := &f.prefix
	for _, p := range parts {
		if p.kind == 't' {
			f.percent = f.percent || p.percent
			*into += p.text
			continue
		}
		into = &f.suffix
		if err := f.readDigits(p.text); err != nil {
			return err
		}
		if f.point == "," || f.group != "" && f.group != "," {
			f.Code = f.Code[:p.at] + f.digits() + f.Code[p.at+len(p.text):]
		}
	}
	return nil
}

// readTime makes layouts. An m behind hours or before seconds is minutes, else months, as in spreadsheets.
func (f *Format) readTime(parts []formatPart) error {
	f.Kind = TimeFormat
	halfDays := slices.ContainsFunc(parts, func(p formatPart) bool { return p.kind == 'd' && p.text == halves })
	for i, p := range parts {
		if p.kind == 't' {
			f.moments = append(f.moments, p)
			continue
		}
		token := p.text
		if token[0] == 'm' && (before(parts[:i]) == 'h' || after(parts[i+1:]) == 's') {
			token = strings.Repeat("n", len(token))
		}
		if halfDays && token[0] == 'h' {
			token = "12" + token
		}
		layout, ok := timeTokens()[token]
		if !ok {
			return fmt.Errorf("%q is no part of a date", p.text)
		}
		f.moments = append(f.moments, formatPart{kind: 'd', text: layout})
	}
	return nil
}

func timeTokens() map[string]string {
	return map[string]string{
		"yyyy": "2006", "yy": "06", "m": "1", "mm": "01", "mmm": "Jan", "mmmm": "January", "d": "2", "dd": "02", "ddd": "Mon", "dddd": "Monday",
		"h": "15", "hh": "15", "12h": "3", "12hh": "03", halves: "PM", "n": "4", "nn": "04", "s": "5", "ss": "05",
	}
}

// before and after are the next parts of the date on either side.
func before(parts []formatPart) byte {
	for i := len(parts) - 1; i >= 0; i-- {
		if parts[i].kind == 'd' {
			return parts[i].text[0]
		}
	}
	return 0
}

func after(parts []formatPart) byte {
	for _, p := range parts {
		if p.kind == 'd' {
			return p.text[0]
		}
	}
	return 0
}
