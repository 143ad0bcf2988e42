package lint

import "github.com/yuin/gopher-lua/ast"

// local is a local variable.
type local struct {
	name     string
	line     int
	init     ast.Expr // what it begins with, as far as the text tells
	at       int      // which of the values of init
	assigned bool     // something else is put into it later
	extended bool     // fields are set in it later
	fields   []string // those that the text names
	dynamic  bool     // others are set, too
	bare     int      // how often it stands for itself, not for one of its fields
	typ      *Type    // of parameters and loop variables whose caller is known
}

// scope is a block with its variables.
type scope struct {
	parent *scope
	names  map[string]*local
}

func (s *scope) find(name string) *local {
	for ; s != nil; s = s.parent {
		if l := s.names[name]; l != nil {
			return l
		}
	}
	return nil
}

// visibleNames lists the locals that can be used on the given line.
func (s *scope) visibleNames(line int) []string {
	var names []string
	for ; s != nil; s = s.parent {
		for name, l := range s.names {
			if l.line <= line {
				names = append(names, name)
			}
		}
	}
	return names
}

func (f *file) push() { f.scope = &scope{parent: f.scope, names: map[string]*local{}} }
func (f *file) pop()  { f.scope = f.scope.parent }

func (f *file) declare(name string, line int, init ast.Expr, at int) *local {
	l := &local{name: name, line: line, init: init, at: at}
	f.scope.names[name] = l
	f.locals = append(f.locals, l)
	return l
}

// resolve finds out what every name stands for, and what the file does to globals, libraries and modules.
func (f *file) resolve() {
	f.resolveBlock(f.Chunk)
}

func (f *file) localOf(e ast.Expr) *local {
	if id, ok := e.(*ast.IdentExpr); ok {
		return f.names[id]
	}
	return nil
}

// path writes a global or a field of one as "string" or "package.preload"; "" for anything else.
func (f *file) path(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.IdentExpr:
		l := f.names[e]
		if l == nil {
			return e.Value
		}
		if !l.assigned && l.at == 0 && l.init != nil {
			return f.path(l.init)
		}
	case *ast.AttrGetExpr:
		object := f.path(e.Object)
		if key, ok := e.Key.(*ast.StringExpr); ok && object != "" {
			return object + "." + key.Value
		}
	}
	return ""
}
