package data

import (
	"cmp"
	"fmt"
	"reflect"
	"time"
)

// comparisons take the places of the language's own, for which 1 and 1.5 have
// different types: {{if lt .price 2.5}} would fail for the rows whose price is
// whole.
func comparisons() map[string]any {
	ordered := func(name string, holds func(order int) bool) func(a, b any) (bool, error) {
		return func(a, b any) (bool, error) {
			order, err := compare(name, a, b)
			return err == nil && holds(order), err
		}
	}
	return map[string]any{
		"eq": equalsAny,
		"ne": func(a, b any) (bool, error) { same, err := equals("ne", a, b); return err == nil && !same, err },
		"lt": ordered("lt", func(order int) bool { return order < 0 }), "le": ordered("le", func(order int) bool { return order <= 0 }),
		"gt": ordered("gt", func(order int) bool { return order > 0 }), "ge": ordered("ge", func(order int) bool { return order >= 0 }),
	}
}

// equalsAny tells whether v is one of others.
func equalsAny(v any, others ...any) (bool, error) {
	if len(others) == 0 {
		return false, fmt.Errorf("eq wants two values")
	}
	for _, other := range others {
		if same, err := equals("eq", v, other); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

func equals(call string, a, b any) (bool, error) {
	switch {
	case a == nil || b == nil:
		return a == nil && b == nil, nil
	case reflect.ValueOf(a).Kind() == reflect.Bool && reflect.ValueOf(b).Kind() == reflect.Bool:
		return reflect.ValueOf(a).Bool() == reflect.ValueOf(b).Bool(), nil
	}
	order, err := compare(call, a, b)
	return err == nil && order == 0, err
}

// compare orders two numbers, texts or times.
func compare(call string, a, b any) (int, error) {
	x, isNumber := number(a)
	y, alike := number(b)
	if isNumber && alike {
		return cmp.Compare(x, y), nil
	}
	if v, w := reflect.ValueOf(a), reflect.ValueOf(b); v.Kind() == reflect.String && w.Kind() == reflect.String {
		return cmp.Compare(v.String(), w.String()), nil
	}
	s, isTime := instant(a)
	t, alike := instant(b)
	if isTime && alike {
		return s.Compare(t), nil
	}
	return 0, fmt.Errorf("%s cannot compare %s with %s", call, kindName(a), kindName(b))
}

func number(v any) (float64, bool) {
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return float64(r.Int()), true
	case r.CanUint():
		return float64(r.Uint()), true
	case r.CanFloat():
		return r.Float(), true
	}
	return 0, false
}

func instant(v any) (time.Time, bool) {
	if m, ok := v.(moment); ok {
		return m.Time, true
	}
	t, ok := v.(time.Time)
	return t, ok
}

// kindName names what a value is for who writes templates.
func kindName(v any) string {
	if _, ok := instant(v); ok {
		return "a time"
	}
	if _, ok := number(v); ok {
		return "a number"
	}
	switch reflect.ValueOf(v).Kind() {
	case reflect.Invalid:
		return "nothing"
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	}
	return "a table"
}
