package data

import (
	"fmt"
	"reflect"
)

// indexFunc is index where default follows.
const indexFunc = "_index"

// index is that of the language, {{index .list 0}} and {{index .table "a name"}}, but what isn't there is an error as a
// missing field is, and no mail with <no value> in it.
func index(base any, keys ...any) (any, error) {
	value := base
	for _, key := range keys {
		next, err := element(value, key)
		if err != nil {
			return nil, fmt.Errorf("index: %w", err)
		}
		value = next
	}
	if value == nil {
		return nil, fmt.Errorf("index: the value is nil")
	}
	return plainNumber(value), nil
}

// optionalIndex is index for default: nil for what isn't there.
func optionalIndex(base any, keys ...any) any {
	value, err := index(base, keys...)
	if err != nil {
		return nil
	}
	return value
}

func element(base, key any) (any, error) {
	list := reflect.ValueOf(base)
	switch list.Kind() {
	case reflect.Slice, reflect.Array, reflect.String:
		n, isNumber := number(key)
		switch {
		case !isNumber:
			return nil, fmt.Errorf("a list has no %v", key)
		case n < 0 || n >= float64(list.Len()) || n != float64(int(n)):
			return nil, fmt.Errorf("there is no element %v among %d, of which the first is 0", key, list.Len())
		}
		return list.Index(int(n)).Interface(), nil
	}
	name, isName := key.(string)
	if value, found := member(base, name); isName && found {
		return value, nil
	}
	if names := memberNames(base); len(names) > 0 {
		return nil, fmt.Errorf("there is no %q; there are %s", fmt.Sprint(key), abbreviate(names))
	}
	return nil, fmt.Errorf("%s has no %q", kindName(base), fmt.Sprint(key))
}
