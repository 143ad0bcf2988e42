package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/yuin/gopher-lua/ast"

	lua "github.com/yuin/gopher-lua"
)

// checkTable looks at a table that is an argument or an option: at its keys, where it is known what it stands for.
// from is the variable that holds it, or nil.
func (f *file) checkTable(call, prefix string, t *Type, table *ast.TableExpr, from *local) {
	var class *Class
	var elem *Type
	for _, a := range t.Alternatives {
		c := f.program.world.Classes[a.Name]
		switch {
		case a.Kind == Any, a.Kind == Table, a.Kind == Named && c == nil:
			return
		case a.Kind == List || a.Kind == Map:
			elem = a.Elem
		case a.Kind == Named && !c.Object && class == nil:
			class = c
		case a.Kind == Named && !c.Object:
			return
		}
	}
	switch {
	case class != nil && elem == nil && class.Strict:
		f.checkOptions(call, prefix, class, table, from)
	case class == nil && elem != nil:
		f.checkElements(call, prefix, elem, table)
	}
}

// checkElements looks at the tables within a list or a map.
func (f *file) checkElements(call, prefix string, elem *Type, table *ast.TableExpr) {
	for i, field := range table.Fields {
		inner, ok := f.settled(field.Value).(*ast.TableExpr)
		if !ok {
			continue
		}
		at := fmt.Sprintf("%s[%d].", strings.TrimSuffix(prefix, "."), i+1)
		if key, named := field.Key.(*ast.StringExpr); named {
			at = prefix + key.Value + "."
		}
		f.checkTable(call, at, elem, inner, f.localOf(field.Value))
	}
}

// checkOptions compares a table with the options that a call takes.
func (f *file) checkOptions(call, prefix string, class *Class, table *ast.TableExpr, from *local) {
	defer f.leave()
	if !f.enter() {
		return
	}
	whole := from == nil || !from.extended
	given := map[string]bool{}
	for _, field := range table.Fields {
		key, named := field.Key.(*ast.StringExpr)
		switch {
		case field.Key == nil && !class.Items:
			f.report(field.Value.Line(), false, call+": a value without a name is no option", "write name = value", f.shown(field.Value)...)
		case field.Key == nil:
		case !named:
			whole = false
		case class.Fields[key.Value] == nil:
			f.unknownOption(call, prefix, class, key)
		default:
			given[key.Value] = true
			f.checkOption(call, prefix, class, key, field.Value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(class.Fields)) {
		if whole && class.Fields[name].Required && !given[name] {
			f.report(table.Line(), false, fmt.Sprintf("%s: option %q is missing", call, prefix+name), "", lastName(call))
		}
	}
}

func (f *file) unknownOption(call, prefix string, class *Class, key *ast.StringExpr) {
	near, hint := f.program.world.NearOption(call, key.Value, class.names())
	if near != "" {
		near = prefix + near
	}
	f.report(key.Line(), false, fmt.Sprintf("%s: unknown option %q%s", call, prefix+key.Value, meant(near)), hint, key.Value)
}

// checkOption looks at the value of one option.
func (f *file) checkOption(call, prefix string, class *Class, key *ast.StringExpr, e ast.Expr) {
	option := class.Fields[key.Value]
	what := f.settled(e)
	if table, ok := what.(*ast.TableExpr); ok {
		f.checkTable(call, prefix+key.Value+".", option.Type, table, f.localOf(e))
		f.checkParts(call, key.Value, table)
	}
	if fn, ok := e.(*ast.FunctionExpr); ok {
		f.callbackTypes(fn, option.Type)
	}
	if message, hint := f.wrongOption(call, prefix, key.Value, option, what); message != "" {
		f.report(key.Line(), false, message, hint, key.Value)
		return
	}
	if slices.Contains(fileOptions, key.Value) {
		f.checkFile(e)
	}
}

// wrongOption says what is wrong with a value, or "".
func (f *file) wrongOption(call, prefix, key string, option *Field, what ast.Expr) (message, hint string) {
	got := f.refused(option.Type, what)
	if option.Check != nil {
		v := luaValue(what)
		if _, ok := what.(*ast.TableExpr); ok && v == nil && got != "" {
			v = &lua.LTable{Metatable: lua.LNil}
		}
		if v != nil {
			if message, hint = option.Check(call, prefix, v); message != "" {
				return message, hint
			}
		}
	}
	if got != "" {
		return fmt.Sprintf("%s: option %q must be %s, got %s", call, prefix+key, f.describe(option.Type), got), ""
	}
	return "", ""
}

// partLists are the options whose elements are paths of files, parts or tables of part options.
var partLists = []string{"attachments", "alternatives", "inline"}

// partOptions is the class of such tables.
const partOptions = "mime.MediaOptions"

// checkParts looks at the elements of attachments and the like.
func (f *file) checkParts(call, key string, table *ast.TableExpr) {
	class := f.program.world.Classes[partOptions]
	if !slices.Contains(partLists, key) || !strings.HasPrefix(call, "mime.") || class == nil {
		return
	}
	for i, field := range table.Fields {
		place := fmt.Sprintf("%s: %s[%d]", call, key, i+1)
		name, named := field.Key.(*ast.StringExpr)
		if (field.Key != nil) != (key == "inline") {
			continue
		}
		if named {
			place = fmt.Sprintf("%s: %s.%s", call, key, name.Value)
		}
		if inner, ok := f.settled(field.Value).(*ast.TableExpr); ok {
			f.checkOptions(place, "", class, inner, f.localOf(field.Value))
			continue
		}
		f.checkFile(field.Value)
	}
}
