package data

import (
	"fmt"
	"math"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"
)

// field is what .a.b becomes: the value, or an error that names line, path and
// the nearest name that exists.
func (t *Template) field(line string, base any, path ...string) (any, error) {
	value := base
	for i, name := range path {
		next, found := member(value, name)
		if !found || next == nil {
			return nil, t.missing(line, value, path[:i+1])
		}
		value = next
	}
	return plainNumber(value), nil
}

// optional is field for default: nil where a name is missing.
func (*Template) optional(_ string, base any, path ...string) any {
	value := base
	for _, name := range path {
		value, _ = member(value, name)
	}
	return plainNumber(value)
}

// has tells whether a path of fields exists and is not nil.
func has(base any, path ...string) bool {
	value := base
	for _, name := range path {
		value, _ = member(value, name)
	}
	return value != nil
}

func (t *Template) missing(line string, parent any, path []string) error {
	number, _ := strconv.Atoi(line)
	field, last := strings.Join(path, "."), path[len(path)-1]
	e := &TemplateError{Name: t.name, Line: number, Field: field, What: fmt.Sprintf("field %q is missing", field)}
	names := memberNames(parent)
	switch near := Nearest(last, names); {
	case near == last:
		e.What = fmt.Sprintf("field %q is nil", field)
		e.hint = fmt.Sprintf("{{.%s | default \"\"}} allows for a missing field", field)
	case near != "":
		e.hint = fmt.Sprintf("did you mean %q?", near)
	case len(names) > 0:
		e.hint = fmt.Sprintf("there are %s; {{.%s | default \"\"}} allows for a missing field", abbreviate(names), field)
	default:
		e.hint = fmt.Sprintf("the data has no fields there; {{.%s | default \"\"}} allows for a missing field", field)
	}
	return e
}

// member returns a field of a map with string keys or of a struct, or the result
// of a method without arguments.
func member(v any, name string) (any, bool) {
	if m, ok := v.(map[string]any); ok {
		value, found := m[name]
		return value, found
	}
	rv := reflect.ValueOf(v)
	if !rv.IsValid() {
		return nil, false
	}
	if m := rv.MethodByName(name); m.IsValid() && m.Type().NumIn() == 0 && m.Type().NumOut() == 1 {
		return m.Call(nil)[0].Interface(), true
	}
	rv = reflect.Indirect(rv)
	switch {
	case rv.Kind() == reflect.Map && rv.Type().Key().Kind() == reflect.String:
		rv = rv.MapIndex(reflect.ValueOf(name).Convert(rv.Type().Key()))
	case rv.Kind() == reflect.Struct:
		rv = rv.FieldByName(name)
	default:
		return nil, false
	}
	if !rv.IsValid() || !rv.CanInterface() {
		return nil, false
	}
	return rv.Interface(), true
}

func memberNames(v any) []string {
	rv := reflect.Indirect(reflect.ValueOf(v))
	var names []string
	switch {
	case rv.Kind() == reflect.Map && rv.Type().Key().Kind() == reflect.String:
		for _, key := range rv.MapKeys() {
			names = append(names, key.String())
		}
	case rv.Kind() == reflect.Struct:
		for _, f := range reflect.VisibleFields(rv.Type()) {
			if f.IsExported() {
				names = append(names, f.Name)
			}
		}
	}
	sort.Strings(names)
	return names
}

// exactInteger is the bound up to which a float64 holds every integer.
const exactInteger = 1 << 53

// plainNumber makes whole floats integers and others decimals: a script's
// million shall not print as 1e+06, nor a million and a half cent as 1.5e+06.
// A time prints as ISO 8601 has it.
func plainNumber(v any) any {
	if t, ok := v.(time.Time); ok {
		return moment{t}
	}
	f, ok := v.(float64)
	switch {
	case !ok:
		return v
	case f == math.Trunc(f) && math.Abs(f) <= exactInteger:
		return int64(f)
	}
	return decimal(f)
}

// decimal is a number that prints as DecimalText writes it.
type decimal float64

// String returns the digits.
func (d decimal) String() string { return DecimalText(float64(d)) }

// textDigits is how many significant digits a computed number has in a text, as
// Lua writes it: more would show that 0.1 + 0.2 is not 0.3. A number of up to
// exactDecimal digits was written as such and keeps them, and from roundedFrom
// on the rounding would show before the point.
const (
	textDigits   = 14
	exactDecimal = 15
	roundedFrom  = 1e12
)

// DecimalText is a number as it is written into texts that people read: whole
// ones in all digits, others without those that arithmetic leaves behind, never
// with an exponent.
func DecimalText(f float64) string {
	switch {
	case f == 0: // without a sign
		return "0"
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'f', -1, 64)), "+")
	case f != math.Trunc(f) && math.Abs(f) < roundedFrom && significantDigits(f) > exactDecimal:
		if short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', textDigits, 64), 64); err == nil {
			f = short
		}
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// significantDigits is how many digits tell f from all other numbers.
func significantDigits(f float64) int {
	mantissa, _, _ := strings.Cut(strconv.FormatFloat(math.Abs(f), 'e', -1, 64), "e")
	return len(strings.Replace(mantissa, ".", "", 1))
}

// moment is a time that prints as ISO 8601 has it.
type moment struct{ time.Time }

// String returns the time with its offset.
func (m moment) String() string { return ISOTime(m.Time) }
