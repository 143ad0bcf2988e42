package luabind

import (
	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// oddTable stands for a table that plain data have no form for.
type oddTable struct{}

// rowTree gives a row as plain data, for templates, without the script's state: maps, lists, texts, numbers (whole ones
// as int64), times, and nil for json.null.
func rowTree(row []byte) (any, error) {
	var wrong error
	tree, err := data.ParseJSON(string(row), data.JSONOptions{Numbers: data.JSONFloats}, data.JSONMaker[any]{
		Bool:   func(b bool) any { return b },
		Number: treeInteger,
		Text:   func(s string) any { return s },
		Array:  func(elements []any) any { return append(make([]any, 0, len(elements)), elements...) },
		Object: func(keys []string, values []any) any {
			v, err := treeFields(keys, values)
			if err != nil {
				wrong = err
			}
			return v
		},
	})
	if err == nil {
		err = wrong
	}
	if err != nil {
		return nil, &rowError{err}
	}
	return tree, nil
}

func treeFields(keys []string, values []any) (any, error) {
	name, ok := rowForm(keys)
	if !ok {
		fields := make(map[string]any, len(keys))
		for i, key := range keys {
			if len(key) > 1 && key[:2] == "$$" {
				key = key[1:]
			}
			fields[key] = values[i]
		}
		return fields, nil
	}
	if name == formTable || name == formObject {
		return oddTable{}, nil
	}
	text, ok := values[0].(string)
	if !ok {
		return nil, errRowForm
	}
	return rowPlain(name, text)
}

// treeText gives a field of a tree as text; plain is false for what only the template packages can tell.
func treeText(tree any, path []string) (text string, plain bool) {
	if len(path) == 0 {
		return "", false
	}
	for _, name := range path {
		fields, ok := tree.(map[string]any)
		if !ok {
			return "", false
		}
		tree = fields[name]
	}
	switch v := tree.(type) {
	case string:
		return v, true
	case int64:
		return data.DecimalText(float64(v)), true
	case float64:
		return data.DecimalText(v), true
	case bool:
		return lua.LBool(v).String(), true
	}
	return "", false
}

// holdsOdd tells whether some table of a tree has no form as plain data.
func holdsOdd(tree any) bool {
	switch v := tree.(type) {
	case oddTable:
		return true
	case []any:
		for _, element := range v {
			if holdsOdd(element) {
				return true
			}
		}
	case map[string]any:
		for _, field := range v {
			if holdsOdd(field) {
				return true
			}
		}
	}
	return false
}
