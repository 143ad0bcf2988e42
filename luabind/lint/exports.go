package lint

import (
	"fmt"
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// exports lists the fields of the table that a module returns. It is not known when the table gets fields whose names
// the text doesn't tell, or is handed to others who may add some.
func (f *file) exports() (names []string, known bool) {
	if len(f.Chunk) == 0 {
		return nil, false
	}
	last, ok := f.Chunk[len(f.Chunk)-1].(*ast.ReturnStmt)
	if !ok || len(last.Exprs) != 1 {
		return nil, false
	}
	if l := f.localOf(last.Exprs[0]); l != nil {
		if l.dynamic || l.bare != 1 { // the return itself
			return nil, false
		}
		names = slices.Clone(l.fields)
	}
	table, ok := f.settled(last.Exprs[0]).(*ast.TableExpr)
	if !ok {
		return nil, false
	}
	for _, field := range table.Fields {
		if field.Key == nil {
			continue
		}
		name, ok := field.Key.(*ast.StringExpr)
		if !ok {
			return nil, false
		}
		names = append(names, name.Value)
	}
	slices.Sort(names)
	return names, true
}

// checkExport looks at a field of a module that lies beside the script. To ask for a field that is not there is no
// mistake, to call it is one.
func (f *file) checkExport(key *ast.StringExpr, module value, called bool) {
	names, known := module.file.exports()
	if !known || slices.Contains(names, key.Value) || f.program.fields["."+key.Value] || f.guards.soft {
		return
	}
	near := f.program.near(key.Value, names)
	if near == "" && !called {
		return
	}
	f.report(key.Line(), false, fmt.Sprintf("module %q has no %q%s", module.name, key.Value, meant(near)), "", "."+key.Value, key.Value)
}
