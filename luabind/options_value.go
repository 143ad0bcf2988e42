package luabind

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// set checks a value and puts it into its field of out, or, where scalars
// is given and the field is a plain scalar, into that table.
func (b *optBinder) set(f *optField, v lua.LValue, out reflect.Value, scalars *lua.LTable) error {
	if scalars != nil && f.flat >= 0 {
		if err := b.checkScalar(f, v); err != nil {
			return err
		}
		scalars.RawSetString(f.key, v)
		return nil
	}
	target := out.FieldByIndex(f.index)
	if f.pointer {
		fresh := reflect.New(target.Type().Elem())
		if err := b.fill(f, v, fresh.Elem()); err != nil {
			return err
		}
		target.Set(fresh)
		return nil
	}
	return b.fill(f, v, target)
}

// fill puts v into target, a value of the field's type or what it points to.
func (b *optBinder) fill(f *optField, v lua.LValue, target reflect.Value) error {
	switch f.kind {
	case optText, optBool, optWhole, optNumber:
		return b.fillScalar(f, v, target)
	case optDuration, optSize:
		return b.fillQuantity(f, v, target)
	case optTexts:
		return b.fillTexts(f, v, target)
	case optNested:
		t, ok := v.(*lua.LTable)
		if !ok {
			return b.wrong(f, "a table", v)
		}
		nested := optBinder{call: b.call, prefix: b.prefix + f.key + ".", mapped: b.mapped}
		return nested.bind(t, target)
	case optTable:
		if v.Type() != lua.LTTable {
			return b.wrong(f, "a table", v)
		}
	case optFunction:
		if v.Type() != lua.LTFunction {
			return b.wrong(f, "a function", v)
		}
	}
	target.Set(reflect.ValueOf(v))
	return nil
}

func (b *optBinder) fillScalar(f *optField, v lua.LValue, target reflect.Value) error {
	if err := b.checkScalar(f, v); err != nil {
		return err
	}
	switch v := v.(type) {
	case lua.LString:
		target.SetString(string(v))
	case lua.LBool:
		target.SetBool(bool(v))
	case lua.LNumber:
		if f.kind == optWhole {
			target.SetInt(int64(v))
		} else {
			target.SetFloat(float64(v))
		}
	}
	return nil
}

// checkScalar checks type, range and enumeration of a plain scalar.
func (b *optBinder) checkScalar(f *optField, v lua.LValue) error {
	switch f.kind {
	case optText:
		s, ok := v.(lua.LString)
		if !ok {
			return b.wrong(f, "a string", v)
		}
		return b.checkEnum(f, "", string(s))
	case optBool:
		if v.Type() != lua.LTBool {
			return b.wrong(f, "true or false", v)
		}
		return nil
	}
	want := "a number"
	if f.kind == optWhole {
		want = "a whole number"
	}
	n, ok := v.(lua.LNumber)
	if !ok || math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) || (f.kind == optWhole && !optIsWhole(float64(n))) {
		return b.wrong(f, want, v)
	}
	return b.checkRange(f, float64(n), v)
}

// optIsWhole holds for the integers that a Lua number gives exactly.
func optIsWhole(n float64) bool { return n == math.Trunc(n) && math.Abs(n) <= 1<<53 }

// checkEnum checks s against the values that are allowed; place is where in
// a list it stands.
func (b *optBinder) checkEnum(f *optField, place, s string) error {
	if len(f.enum) == 0 || slices.Contains(f.enum, s) {
		return nil
	}
	what := "must be one of " + strings.Join(f.enum, ", ")
	if !f.secret {
		what += "; got " + optQuote(s)
	}
	return b.failAt(f, place, what)
}

// checkRange compares n, in the field's own measure, with its bounds.
func (b *optBinder) checkRange(f *optField, n float64, v lua.LValue) error {
	low, high := f.min.set && n < f.min.value, f.max.set && n > f.max.value
	if !low && !high {
		return nil
	}
	got := ""
	if !f.secret {
		got = ", got " + optPlain(v)
	}
	switch {
	case low && n <= 0 && f.kind == optDuration:
		return b.fail(f, "must be greater than 0")
	case f.min.set && f.max.set:
		return b.fail(f, fmt.Sprintf("must be between %s and %s%s", f.min.text, f.max.text, got))
	case low:
		return b.fail(f, fmt.Sprintf("must be at least %s%s", f.min.text, got))
	}
	return b.fail(f, fmt.Sprintf("must be at most %s%s", f.max.text, got))
}

// fillQuantity reads a duration or a size: a number, or a text with a unit.
func (b *optBinder) fillQuantity(f *optField, v lua.LValue, target reflect.Value) error {
	want := `bytes or a size such as "25MB"`
	if f.kind == optDuration {
		want = `seconds or a duration such as "30s"`
	}
	if v.Type() != lua.LTNumber && v.Type() != lua.LTString {
		return b.wrong(f, want, v)
	}
	if n, ok := v.(lua.LNumber); ok && n < 0 && f.min.set {
		return b.checkRange(f, float64(n), v)
	}
	quantity, err := optQuantity(f.kind, v)
	if err != nil {
		e := b.fail(f, "must be "+want)
		if !f.secret {
			e.What = fmt.Sprintf("option %q: %v", e.Key, err)
		}
		return e
	}
	if err := b.checkRange(f, float64(quantity), v); err != nil {
		return err
	}
	target.SetInt(quantity)
	return nil
}

// optQuantity gives a duration in nanoseconds or a size in octets.
func optQuantity(kind optKind, v lua.LValue) (int64, error) {
	n, isNumber := v.(lua.LNumber)
	switch {
	case kind == optDuration && isNumber:
		d, err := secondsDuration(float64(n))
		return int64(d), err
	case kind == optDuration:
		d, err := ParseDuration(v.String())
		return int64(d), err
	case isNumber:
		return octetsSize(float64(n), "")
	}
	return parseSize(v.String())
}

// fillTexts reads a list of strings, or one string where the field says so.
func (b *optBinder) fillTexts(f *optField, v lua.LValue, target reflect.Value) error {
	if s, ok := v.(lua.LString); ok && f.one {
		if err := b.checkEnum(f, "", string(s)); err != nil {
			return err
		}
		target.Set(reflect.ValueOf([]string{string(s)}))
		return nil
	}
	t, ok := v.(*lua.LTable)
	if !ok {
		want := "a list of strings"
		if f.one {
			want = "a string or a list of strings"
		}
		return b.wrong(f, want, v)
	}
	list, err := b.texts(f, t)
	if err == nil {
		target.Set(reflect.ValueOf(list))
	}
	return err
}

func (b *optBinder) texts(f *optField, t *lua.LTable) ([]string, error) {
	n := t.Len()
	list := []string{}
	for i := 1; i <= n; i++ {
		s, ok := t.RawGetInt(i).(lua.LString)
		place := "[" + strconv.Itoa(i) + "]"
		if !ok {
			return nil, b.wrongAt(f, place, "a string", t.RawGetInt(i))
		}
		if err := b.checkEnum(f, place, string(s)); err != nil {
			return nil, err
		}
		list = append(list, string(s))
	}
	if key, _ := optAfter(t, n); key != lua.LNil {
		return nil, b.fail(f, "must be a list, got a table with named keys")
	}
	return list, nil
}

// optAfter gives the first key of t beyond its n elements.
func optAfter(t *lua.LTable, n int) (key, value lua.LValue) {
	if n == 0 {
		return t.Next(lua.LNil)
	}
	return t.Next(lua.LNumber(n))
}

// wrong is the error for a value of the wrong type.
func (b *optBinder) wrong(f *optField, want string, got lua.LValue) *OptionError {
	return b.wrongAt(f, "", want, got)
}

func (b *optBinder) wrongAt(f *optField, place, want string, got lua.LValue) *OptionError {
	text := describe(got)
	if shown := optPlain(got); shown != "" && !f.secret {
		text += " (" + shown + ")"
	}
	e := b.failAt(f, place, fmt.Sprintf("must be %s, got %s", want, text))
	if s, ok := got.(lua.LString); ok && (f.kind == optWhole || f.kind == optNumber) {
		if _, err := strconv.ParseFloat(string(s), 64); err == nil {
			e.hint = "tonumber(…) makes a number of a string"
		}
	}
	return e
}

// optPlain shows a string, a number or a boolean as Lua writes it, and
// nothing else.
func optPlain(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		return optQuote(string(v))
	case lua.LNumber, lua.LBool:
		return lua51.Plain(v)
	}
	return ""
}

// optQuote quotes text for one line of an error, cut where it is long.
func optQuote(text string) string {
	const longest = 60
	if len(text) > longest {
		return strconv.Quote(strings.ToValidUTF8(text[:longest], "")) + "…"
	}
	return strconv.Quote(text)
}
