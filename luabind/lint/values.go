package lint

import (
	"strconv"
	"strings"

	"github.com/yuin/gopher-lua/ast"

	lua "github.com/yuin/gopher-lua"
)

// refused tells what a literal is that a type does not take; "" when it takes it or nothing is known.
func (f *file) refused(t *Type, e ast.Expr) string {
	takes := func(kinds ...Kind) bool { return f.takes(t, kinds) }
	switch e := e.(type) {
	case *ast.StringExpr:
		if takes(String) || f.takesText(t, e.Value) {
			return ""
		}
		return "a string"
	case *ast.NumberExpr:
		if takes(Number, Integer, String) {
			return ""
		}
		return "a number"
	case *ast.TrueExpr, *ast.FalseExpr:
		if takes(Boolean) {
			return ""
		}
		return "a boolean"
	case *ast.TableExpr:
		if takes(Table, List, Map) || f.takesClass(t, false) {
			return ""
		}
		return "a table"
	case *ast.FunctionExpr:
		if takes(Func) {
			return ""
		}
		return "a function"
	}
	return ""
}

// takes holds when one of the alternatives is of these kinds, or anything goes.
func (f *file) takes(t *Type, kinds []Kind) bool {
	for _, a := range t.Alternatives {
		if a.Kind == Any || a.Kind == Named && f.program.world.Classes[a.Name] == nil {
			return true
		}
		for _, k := range kinds {
			if a.Kind == k {
				return true
			}
		}
	}
	return false
}

// takesText holds for strings that are among the words of a type, and for those that are numbers where one is wanted.
func (f *file) takesText(t *Type, text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	for _, a := range t.Alternatives {
		if a.Kind == Literal && a.Name == text || err == nil && (a.Kind == Number || a.Kind == Integer) {
			return true
		}
	}
	return false
}

// takesClass holds when a class of objects, or else of tables, is among the alternatives.
func (f *file) takesClass(t *Type, object bool) bool {
	for _, a := range t.Alternatives {
		if c := f.program.world.Classes[a.Name]; a.Kind == Named && c != nil && c.Object == object {
			return true
		}
	}
	return false
}

// describe names a type for people.
func (f *file) describe(t *Type) string {
	var words []string
	add := func(word string) {
		for _, w := range words {
			if w == word {
				return
			}
		}
		words = append(words, word)
	}
	for _, a := range t.Alternatives {
		switch a.Kind {
		case Named:
			if c := f.program.world.Classes[a.Name]; c != nil && !c.Object {
				add("a table")
			} else {
				add("a " + a.Name)
			}
		case Literal:
			add(strconv.Quote(a.Name))
		case List:
			add("a list")
		case Any, Nil, String, Number, Integer, Boolean, Table, Func, Map:
			add([...]string{
				Any: "anything", Nil: "nil", String: "a string", Number: "a number", Integer: "a whole number",
				Boolean: "true or false", Table: "a table", Map: "a table", Func: "a function",
			}[a.Kind])
		}
	}
	if n := len(words) - 1; n > 0 {
		return strings.Join(words[:n], ", ") + " or " + words[n]
	}
	return strings.Join(words, "")
}

// shown lists what stands in the script for an expression, for finding its column.
func (f *file) shown(e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.StringExpr:
		return []string{strconv.Quote(e.Value), e.Value}
	case *ast.IdentExpr:
		return []string{e.Value}
	case *ast.NumberExpr:
		return []string{e.Value}
	case *ast.TrueExpr:
		return []string{"true"}
	case *ast.FalseExpr:
		return []string{"false"}
	}
	return nil
}

// luaValue makes the value of a literal; a table only of plain elements.
func luaValue(e ast.Expr) lua.LValue {
	switch e := e.(type) {
	case *ast.StringExpr:
		return lua.LString(e.Value)
	case *ast.NumberExpr:
		return luaNumber(e.Value)
	case *ast.UnaryMinusOpExpr:
		if n, ok := luaValue(e.Expr).(lua.LNumber); ok {
			return -n
		}
	case *ast.TrueExpr:
		return lua.LTrue
	case *ast.FalseExpr:
		return lua.LFalse
	case *ast.FunctionExpr:
		return &lua.LFunction{}
	case *ast.TableExpr:
		return luaList(e)
	}
	return nil
}

func luaNumber(text string) lua.LValue {
	if hex, ok := strings.CutPrefix(strings.ToLower(text), "0x"); ok {
		if n, err := strconv.ParseUint(hex, 16, 64); err == nil {
			return lua.LNumber(n)
		}
		return nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil
	}
	return lua.LNumber(n)
}

func luaList(e *ast.TableExpr) lua.LValue {
	t := &lua.LTable{Metatable: lua.LNil}
	for i, field := range e.Fields {
		switch v := field.Value.(type) {
		case *ast.StringExpr, *ast.NumberExpr:
			if field.Key != nil {
				return nil
			}
			t.RawSetInt(i+1, luaValue(v))
		default:
			return nil
		}
	}
	return t
}
