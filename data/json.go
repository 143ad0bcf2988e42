package data

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// JSONNumbers says what becomes of a number in a JSON text.
type JSONNumbers uint8

// The ways to read numbers.
const (
	// JSONExact gives numbers, and integers beyond 2⁵³ as texts of their
	// digits: a float64 would silently make another number of an identifier.
	JSONExact  JSONNumbers = iota
	JSONFloats             // the nearest float64 for every number
	JSONTexts              // the digits as they stand, for every number
)

// JSONOptions say how a JSON text (RFC 8259) is to be read.
type JSONOptions struct {
	Numbers   JSONNumbers
	DropNulls bool         // fields that are null are left out; elements of arrays stay
	Check     func() error // asked now and then, so that a long reading can be ended
}

// JSONMaker builds the values that a reading gives. Array and Object get
// slices that are used again after they return.
type JSONMaker[T any] struct {
	Null   T
	Bool   func(b bool) T
	Number func(n float64) T
	Text   func(s string) T
	Array  func(elements []T) T
	Object func(keys []string, values []T) T // the last of equal keys counts
}

// jsonDepth bounds how deep arrays and objects may nest, in reading and in
// writing.
const jsonDepth = 200

// ParseJSON reads one JSON value, which may be surrounded by white space and
// begin with a byte order mark. Errors are *JSONError, or what o.Check gave.
func ParseJSON[T any](text string, o JSONOptions, build JSONMaker[T]) (T, error) {
	p := jsonParser[T]{text: text, options: o, build: build}
	if strings.HasPrefix(text, "\ufeff") {
		p.pos = len("\ufeff")
	}
	v, err := p.value()
	if err == nil {
		if p.space(); p.pos < len(p.text) {
			err = p.unexpected("the end of the text")
		}
	}
	if err != nil {
		return build.Null, err
	}
	return v, nil
}

// jsonParser reads one text by recursive descent. Elements and fields that
// wait for their end lie on two stacks, so that only what build makes costs
// memory.
type jsonParser[T any] struct {
	text    string
	pos     int
	depth   int
	met     int // values so far
	options JSONOptions
	build   JSONMaker[T]
	values  []T
	keys    []string
}

// checkEvery is how many values are read between two questions to Check.
const checkEvery = 1 << 14

func (p *jsonParser[T]) value() (T, error) {
	if p.met++; p.met%checkEvery == 0 && p.options.Check != nil {
		if err := p.options.Check(); err != nil {
			return p.build.Null, err
		}
	}
	p.space()
	if p.pos == len(p.text) {
		return p.build.Null, p.unexpected("a value")
	}
	switch c := p.text[p.pos]; {
	case c == '{':
		return p.nested(p.object)
	case c == '[':
		return p.nested(p.array)
	case c == '"':
		s, err := p.quoted()
		if err != nil {
			return p.build.Null, err
		}
		return p.build.Text(s), nil
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	return p.word()
}

// word reads true, false and null.
func (p *jsonParser[T]) word() (T, error) {
	end := p.pos
	for end < len(p.text) && (p.text[end]|0x20 >= 'a' && p.text[end]|0x20 <= 'z' || p.text[end] == '_') {
		end++
	}
	v := p.build.Null
	switch p.text[p.pos:end] {
	case "null":
	case "true", "false":
		v = p.build.Bool(p.text[p.pos] == 't')
	default:
		return v, p.unexpected("a value")
	}
	p.pos = end
	return v, nil
}

func (p *jsonParser[T]) nested(read func() (T, error)) (T, error) {
	if p.depth == jsonDepth {
		return p.build.Null, p.fail("arrays and objects nest deeper than "+strconv.Itoa(jsonDepth), "")
	}
	p.depth++
	p.pos++
	v, err := read()
	p.depth--
	return v, err
}

func (p *jsonParser[T]) array() (T, error) {
	base := len(p.values)
	for !p.take(']') {
		if len(p.values) > base {
			if !p.take(',') {
				return p.build.Null, p.unexpected(`"," or "]"`)
			}
			if p.peek() == ']' {
				return p.build.Null, p.fail(`expected a value, got "]"`, "JSON has no comma after the last element")
			}
		}
		v, err := p.value()
		if err != nil {
			return v, err
		}
		p.values = append(p.values, v)
	}
	v := p.build.Array(p.values[base:])
	p.values = p.values[:base]
	return v, nil
}

func (p *jsonParser[T]) object() (T, error) {
	base, keys := len(p.values), len(p.keys)
	for first := true; !p.take('}'); first = false {
		if err := p.field(first); err != nil {
			return p.build.Null, err
		}
	}
	v := p.build.Object(p.keys[keys:], p.values[base:])
	p.values, p.keys = p.values[:base], p.keys[:keys]
	return v, nil
}

// field reads a name and its value, after a comma unless it is the first.
func (p *jsonParser[T]) field(first bool) error {
	if !first && !p.take(',') {
		return p.unexpected(`"," or "}"`)
	}
	switch p.peek() {
	case '"':
	case '}':
		return p.fail(`expected a name in quotes, got "}"`, "JSON has no comma after the last field")
	default:
		return p.unexpected("a name in quotes")
	}
	key, err := p.quoted()
	if err != nil {
		return err
	}
	if !p.take(':') {
		return p.unexpected(`":" after the name`)
	}
	null := p.peek() == 'n'
	v, err := p.value()
	if err != nil || null && p.options.DropNulls {
		return err
	}
	p.keys, p.values = append(p.keys, key), append(p.values, v)
	return nil
}

func (p *jsonParser[T]) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

// peek gives the next octet that is no white space, 0 at the end.
func (p *jsonParser[T]) peek() byte {
	p.space()
	if p.pos == len(p.text) {
		return 0
	}
	return p.text[p.pos]
}

// take skips c where it is next.
func (p *jsonParser[T]) take(c byte) bool {
	if p.peek() != c || p.pos == len(p.text) {
		return false
	}
	p.pos++
	return true
}

// quoted reads a string of RFC 8259 §7.
func (p *jsonParser[T]) quoted() (string, error) {
	start := p.pos + 1
	ascii := true
	for i := start; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			s := p.text[start:i]
			if !ascii && !utf8.ValidString(s) {
				return "", p.badUTF8(start, i)
			}
			p.pos = i + 1
			return s, nil
		case c == '\\':
			return p.escaped(start, i)
		case c < 0x20:
			p.pos = i
			return "", p.fail("a text holds a raw "+controlName(c), `write \n for a line break and \t for a tab`)
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	p.pos = start - 1
	return "", p.fail("a text is not closed by a quote", "")
}
