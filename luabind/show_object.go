package luabind

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// object shows an object that stands alone: an error with what it tells, a
// part as its tree, others with their fields.
func (w *shower) object(ud *lua.LUserData) string {
	if e, ok := ud.Value.(*ScriptError); ok {
		return w.failure(e)
	}
	class, known := w.s.classOf(ud)
	switch {
	case !known:
		return w.L.ToStringMeta(ud).String()
	case class.Name == partClassName:
		return w.part(ud)
	}
	w.open = append(w.open, nil)
	defer func() { w.open = w.open[:len(w.open)-1] }()
	var entries []string
	for _, f := range class.Fields {
		v, ok := w.try(func() lua.LValue { return class.get(w.L, ud.Value, lua.LString(f.Name)) })
		if ok && v != nil && v != lua.LNil {
			entries = append(entries, f.Name+" = "+w.value(v, len(f.Name)+5))
		}
	}
	if len(entries) == 0 {
		return "<" + class.Name + ">"
	}
	return class.Name + " " + w.braces(entries, len(class.Name)+1)
}

// part shows a part or message: who, what, and the tree of its parts.
func (w *shower) part(ud *lua.LUserData) string {
	text := ""
	for _, name := range []string{"From", "To", "Cc", "Subject"} {
		if v, ok := w.try(func() lua.LValue { return w.L.GetField(ud, name) }); ok && v != lua.LNil {
			text += name + ": " + v.String() + "\n"
		}
	}
	if tree, ok := w.try(func() lua.LValue { return w.method(ud, "tree") }); ok {
		return text + strings.TrimSuffix(tree.String(), "\n")
	}
	return text + "<" + partClassName + ">"
}

// inner shows an object within a table.
func (w *shower) inner(ud *lua.LUserData) string {
	if e, ok := ud.Value.(*ScriptError); ok {
		return "<error " + e.Kind() + ": " + strings.ReplaceAll(e.Error(), "\n", " ") + ">"
	}
	if class, ok := w.s.classOf(ud); ok {
		return "<" + class.Name + ">"
	}
	return "<" + w.L.ToStringMeta(ud).String() + ">"
}

// failure shows an error object.
func (w *shower) failure(e *ScriptError) string {
	w.open = append(w.open, nil)
	defer func() { w.open = w.open[:len(w.open)-1] }()
	var entries []string
	for _, f := range errorFields {
		if f.Name == "traceback" {
			continue
		}
		if v := errorField(w.L, e, f.Name); v != lua.LNil {
			entries = append(entries, f.Name+" = "+w.value(v, len(f.Name)+5))
		}
	}
	return "error " + w.braces(entries, len("error "))
}

// method calls a method without arguments.
func (w *shower) method(ud *lua.LUserData, name string) lua.LValue {
	w.L.Push(w.L.GetField(ud, name))
	w.L.Push(ud)
	w.L.Call(1, 1)
	v := w.L.Get(-1)
	w.L.Pop(1)
	return v
}

// try reads a value where an error means that there is none.
func (w *shower) try(read func() lua.LValue) (v lua.LValue, ok bool) {
	w.L.Push(w.L.NewFunction(func(*lua.LState) int {
		v = read()
		return 0
	}))
	err := w.L.PCall(0, 0, nil)
	return v, err == nil
}

// functionText shows a function: ours with its signature, Lua's with its
// parameters and its place.
func (s *Session) functionText(f *lua.LFunction) string {
	if name := s.rt.host.functions[f]; name != "" {
		if row, ok := s.table.rows[name]; ok {
			return "function " + name + shortSignature(row.Sig)
		}
		return "function " + name + luaRows()[name].Sig
	}
	if f.IsG || f.Proto == nil {
		return "function"
	}
	var names []string
	for i := range int(f.Proto.NumParameters) {
		if i < len(f.Proto.DbgLocals) {
			names = append(names, f.Proto.DbgLocals[i].Name)
		}
	}
	if f.Proto.IsVarArg != 0 {
		names = append(names, "...")
	}
	return fmt.Sprintf("function(%s) at %s:%d", strings.Join(names, ", "), f.Proto.SourceName, f.Proto.LineDefined)
}

// shortSignature is a signature without the object that a colon gives.
func shortSignature(sig string) string {
	if rest, ok := strings.CutPrefix(sig, "(self: "); ok {
		if i := strings.IndexAny(rest, ",)"); i >= 0 {
			return "(" + strings.TrimPrefix(rest[i:], ", ")
		}
	}
	return sig
}
