package luabind

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/yuin/gluamapper"
	lua "github.com/yuin/gopher-lua"
)

// OptionError is a wrong options table: an unknown key, a value of the wrong
// type or out of range, a missing option. Its kind is "argument".
type OptionError struct {
	Call   string // the Lua function, "smtp.connect"
	Key    string // the option, "timeouts.connect"; empty for an element without a name
	What   string // what is wrong, in Lua's spelling; holds no secret
	Secret bool   // whether the option's value is a secret
	hint   string
}

// Error is one line that names the call and the option.
func (e *OptionError) Error() string { return e.Call + ": " + e.What }

// Kind is "argument".
func (e *OptionError) Kind() string { return "argument" }

// Hint says how to write it, or is empty.
func (e *OptionError) Hint() string { return e.hint }

// bindOptions reads the options table of a call into the struct that out
// points to. The struct's tags are the schema: lua (the key; "[]" takes the
// elements without a name, ",embed" another struct's options), required,
// one (a single value for a list), enum, min, max, unit:"size", secret, and
// also (what other libraries call it), and for the documentation doc, default and type. What the table leaves out
// keeps its value in out. Errors are *OptionError.
//
// Tables are walked here; gluamapper fills the plain scalars from a table
// made of checked values, and never sees the script's own.
func bindOptions(call string, tbl *lua.LTable, out any) error {
	b := optBinder{call: call, mapped: true}
	return b.bind(tbl, reflect.ValueOf(out).Elem())
}

// readOptions does the same as bindOptions without gluamapper, for calls
// that happen once for each message.
func readOptions(call string, tbl *lua.LTable, out any) error {
	b := optBinder{call: call}
	return b.bind(tbl, reflect.ValueOf(out).Elem())
}

// optBinder reads one options table into one struct.
type optBinder struct {
	call   string
	prefix string // "timeouts." within nested options
	mapped bool   // plain scalars go by gluamapper
}

func (b *optBinder) bind(tbl *lua.LTable, out reflect.Value) error {
	schema := schemaOf(out.Type())
	if err := b.items(schema, tbl, out); err != nil {
		return err
	}
	var scalars *lua.LTable
	if b.mapped {
		scalars = &lua.LTable{Metatable: lua.LNil}
	}
	for key, value := tbl.Next(lua.LNil); key != lua.LNil; key, value = tbl.Next(key) {
		name, named := key.(lua.LString)
		if !named {
			if optIsItem(schema, tbl, key) {
				continue
			}
			return b.unnamed(key)
		}
		field := schema.byKey[string(name)]
		if field == nil {
			return b.unknown(schema, string(name))
		}
		if err := b.set(field, value, out, scalars); err != nil {
			return err
		}
	}
	for _, field := range schema.needed {
		if tbl.RawGetString(field.key) == lua.LNil {
			return b.fail(field, "is missing")
		}
	}
	return b.mapScalars(schema, scalars, out)
}

// items takes the elements without a name. They must have no holes: an
// element that is nil is nearly always a variable misspelt.
func (b *optBinder) items(schema *optSchema, tbl *lua.LTable, out reflect.Value) error {
	n := tbl.Len()
	if schema.items == nil {
		if n > 0 {
			return b.unnamed(lua.LNumber(n))
		}
		return nil
	}
	if n == 0 {
		if schema.items.needed {
			return &OptionError{Call: b.call, What: "a value is missing: " + schema.items.doc}
		}
		return nil
	}
	var list []lua.LValue
	for i := 1; i <= n; i++ {
		v := tbl.RawGetInt(i)
		if v == lua.LNil {
			return &OptionError{Call: b.call, What: fmt.Sprintf("value %d of %d is nil", i, n)}
		}
		list = append(list, v)
	}
	out.FieldByIndex(schema.items.index).Set(reflect.ValueOf(list))
	return nil
}

// optIsItem tells the keys that items has taken.
func optIsItem(schema *optSchema, tbl *lua.LTable, key lua.LValue) bool {
	n, ok := key.(lua.LNumber)
	return ok && schema.items != nil && n >= 1 && n <= lua.LNumber(tbl.Len()) && n == lua.LNumber(int(n))
}

// mapScalars lets gluamapper fill the plain scalars and copies those that
// were given.
func (b *optBinder) mapScalars(schema *optSchema, scalars *lua.LTable, out reflect.Value) error {
	if scalars == nil {
		return nil
	}
	mapper := gluamapper.NewMapper(gluamapper.Option{NameFunc: gluamapper.Id, ErrorUnused: true, TagName: "lua"})
	flat := reflect.New(schema.flat)
	if err := mapper.Map(scalars, flat.Interface()); err != nil {
		// Its text may hold values, and so secrets.
		return &OptionError{Call: b.call, What: "the options cannot be read"}
	}
	for _, field := range schema.fields {
		if field.flat >= 0 && scalars.RawGetString(field.key) != lua.LNil {
			out.FieldByIndex(field.index).Set(flat.Elem().Field(field.flat))
		}
	}
	return nil
}

// unknown is the error for a key that the schema lacks.
func (b *optBinder) unknown(schema *optSchema, key string) error {
	e := &OptionError{Call: b.call, Key: b.prefix + key, What: fmt.Sprintf("unknown option %s", optQuote(b.prefix+key))}
	if i := slices.IndexFunc(schema.fields, func(f *optField) bool { return slices.Contains(f.also, strings.ToLower(key)) }); i >= 0 {
		f := schema.fields[i]
		e.What += fmt.Sprintf("; write %q", b.prefix+f.key)
		e.hint = f.key + ": " + f.doc
	} else if near := nearestOption(key, schema.keys()); near != "" {
		e.What += fmt.Sprintf("; did you mean %q?", b.prefix+near)
	} else {
		e.hint = optionsListed(b.call)
	}
	return e
}

// unnamed is the error for an element without a name where only options are
// taken, and for keys that no option can have.
func (b *optBinder) unnamed(key lua.LValue) error {
	if _, ok := key.(lua.LNumber); !ok {
		return &OptionError{Call: b.call, What: "option names are strings, got " + describe(key)}
	}
	return &OptionError{Call: b.call, What: "a value without a name is no option", hint: "write name = value"}
}

// fail is the error for a wrong value of a field.
func (b *optBinder) fail(f *optField, what string) *OptionError { return b.failAt(f, "", what) }

// failAt is fail for one element of a list: place is "[2]".
func (b *optBinder) failAt(f *optField, place, what string) *OptionError {
	key := b.prefix + f.key + place
	return &OptionError{Call: b.call, Key: key, What: fmt.Sprintf("option %q %s", key, what), Secret: f.secret}
}

// checkOptions reads the options table that may stand at argument n.
func checkOptions(L *lua.LState, call string, n int, out any) {
	v := L.Get(n)
	if v == lua.LNil {
		return
	}
	t, ok := v.(*lua.LTable)
	if !ok {
		raiseArgument(L, fmt.Sprintf("%s: options must be a table, got %s", call, describe(v)))
	}
	if err := bindOptions(call, t, out); err != nil {
		raise(L, err)
	}
}
