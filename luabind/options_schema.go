package luabind

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// optKind is what an option takes.
type optKind uint8

const (
	optText     optKind = iota // string
	optBool                    // bool
	optWhole                   // int, int64
	optNumber                  // float64
	optDuration                // time.Duration: seconds or "2h30m"
	optSize                    // int64 with unit:"size": bytes or "25MB"
	optTexts                   // []string
	optNested                  // a struct with options of its own
	optAny                     // lua.LValue, left as it is
	optTable                   // *lua.LTable, left as it is
	optFunction                // *lua.LFunction
	optItems                   // []lua.LValue: the elements without a name
)

// optField is one option: a struct field and what its tags say.
type optField struct {
	key     string // as Lua spells it
	name    string // as Go spells it
	index   []int
	kind    optKind
	pointer bool // nil means absent
	one     bool // a single value stands for a list of one
	secret  bool // its value is never shown
	needed  bool
	flat    int // its field in optSchema.flat, or -1
	min     optBound
	max     optBound
	enum    []string
	nested  *optSchema
	typ     reflect.Type // without the pointer
	luaType string       // instead of the type that follows from kind
	preset  string       // the default, for the documentation
	doc     string
	also    []string // what other libraries call it
}

// optBound is a limit of a number, as it was written and in the field's own
// measure (nanoseconds for durations).
type optBound struct {
	set   bool
	text  string
	value float64
}

// optSchema is what the tags of one struct say, read once for each type.
type optSchema struct {
	fields []*optField // in order of declaration
	byKey  map[string]*optField
	items  *optField
	needed []*optField
	// flat is a struct of the plain scalar fields alone: what gluamapper may
	// fill, because nothing in it can be absent, a unit, a list or a table.
	flat reflect.Type
}

// optSchemas caches optSchema by struct type, and by the name of the class that documents it. It is the one variable of the
// package that changes: what it holds follows from types alone, so that it
// is the same for every run and every goroutine.
var optSchemas sync.Map //nolint:gochecknoglobals // see above

// schemaOf reads the tags of struct type t. A wrong tag is a mistake in this
// package, and panics.
func schemaOf(t reflect.Type) *optSchema {
	if s, ok := optSchemas.Load(t); ok {
		return s.(*optSchema)
	}
	s := &optSchema{byKey: map[string]*optField{}}
	s.addFields(t, nil)
	var flat []reflect.StructField
	for _, f := range s.fields {
		s.byKey[f.key] = f
		if f.needed {
			s.needed = append(s.needed, f)
		}
		if f.flat = -1; f.kind <= optNumber && !f.pointer {
			f.flat = len(flat)
			flat = append(flat, reflect.StructField{Name: f.name, Type: t.FieldByIndex(f.index).Type, Tag: reflect.StructTag(fmt.Sprintf("lua:%q", f.key))})
		}
	}
	s.flat = reflect.StructOf(flat)
	actual, _ := optSchemas.LoadOrStore(t, s)
	return actual.(*optSchema)
}

// addFields adds the tagged fields of t, which lies at the given index in
// the options struct; those of an embedded struct count as its own, and give
// way to one of the same key that stands after it.
func (s *optSchema) addFields(t reflect.Type, at []int) {
	for i := range t.NumField() {
		field := t.Field(i)
		tag, tagged := field.Tag.Lookup("lua")
		index := append(slices.Clone(at), i)
		switch {
		case !tagged:
		case tag == ",embed":
			s.addFields(field.Type, index)
		case tag == "[]":
			s.items = &optField{key: tag, index: index, kind: optItems, needed: field.Tag.Get("required") == "true", doc: field.Tag.Get("doc"), luaType: field.Tag.Get("type")}
		default:
			f := newOptField(t, field, index)
			s.fields = append(slices.DeleteFunc(s.fields, func(x *optField) bool { return x.key == f.key }), f)
		}
	}
}

func newOptField(t reflect.Type, field reflect.StructField, index []int) *optField {
	tag := field.Tag
	f := &optField{
		key: tag.Get("lua"), name: field.Name, index: index,
		one: tag.Get("one") == "true", secret: tag.Get("secret") == "true", needed: tag.Get("required") == "true",
		luaType: tag.Get("type"), preset: tag.Get("default"), doc: tag.Get("doc"),
	}
	if a := tag.Get("also"); a != "" {
		f.also = strings.Split(a, ",")
	}
	if e := tag.Get("enum"); e != "" {
		f.enum = strings.Split(e, ",")
	}
	typ := field.Type
	if typ.Kind() == reflect.Pointer && typ != reflect.TypeFor[*lua.LTable]() && typ != reflect.TypeFor[*lua.LFunction]() {
		f.pointer, typ = true, typ.Elem()
	}
	f.typ = typ
	var ok bool
	if f.kind, ok = optKindOf(typ, tag.Get("unit")); !ok {
		panic(fmt.Sprintf("luabind: %v.%s: an option cannot be a %v", t, field.Name, field.Type))
	}
	if f.kind == optNested {
		f.nested = schemaOf(typ)
	}
	f.min, f.max = f.bound(tag.Get("min")), f.bound(tag.Get("max"))
	return f
}

// optKindOf gives what an option of Go type t takes.
func optKindOf(t reflect.Type, unitTag string) (kind optKind, ok bool) {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return optDuration, true
	case reflect.TypeFor[[]string]():
		return optTexts, true
	case reflect.TypeFor[lua.LValue]():
		return optAny, true
	case reflect.TypeFor[*lua.LTable]():
		return optTable, true
	case reflect.TypeFor[*lua.LFunction]():
		return optFunction, true
	}
	switch t.Kind() {
	case reflect.String:
		return optText, true
	case reflect.Bool:
		return optBool, true
	case reflect.Int, reflect.Int64:
		if unitTag == "size" {
			return optSize, true
		}
		return optWhole, true
	case reflect.Float64:
		return optNumber, true
	case reflect.Struct:
		return optNested, true
	}
	return 0, false
}

// bound reads a min or max tag in the field's own measure.
func (f *optField) bound(text string) optBound {
	if text == "" {
		return optBound{}
	}
	b := optBound{set: true, text: text}
	var err error
	switch f.kind {
	case optDuration:
		var d time.Duration
		d, err = ParseDuration(text)
		b.value = float64(d)
	case optSize:
		var n int64
		n, err = parseSize(text)
		b.value = float64(n)
	default:
		b.value, err = strconv.ParseFloat(text, 64)
	}
	if err != nil {
		panic(fmt.Sprintf("luabind: option %q: bound %q: %v", f.key, text, err))
	}
	return b
}

// keys lists the options' names in order of declaration.
func (s *optSchema) keys() []string {
	keys := make([]string, len(s.fields))
	for i, f := range s.fields {
		keys[i] = f.key
	}
	return keys
}
