package lint

import (
	"path"
	"strings"

	"github.com/yuin/gopher-lua/ast"
)

// resolveCall notes what a call does to globals, modules and files.
func (f *file) resolveCall(e *ast.FuncCallExpr) {
	p := f.program
	if e.Receiver != nil {
		if e.Method == "save" {
			f.writes(e.Args, 0)
		}
		return
	}
	called := f.path(e.Func)
	switch called {
	case "require":
		if name, ok := f.literal(e.Args, 0); ok {
			p.load(name)
		}
	case "setfenv":
		f.quiet = true
	case "module":
		f.quiet = true
		if name, ok := f.literal(e.Args, 0); ok {
			global, _, _ := strings.Cut(name, ".")
			p.assigned[global] = true
		}
	case "loadstring", "load", "loadfile", "dofile":
		p.open = true
	case "setmetatable", "rawset":
		f.changesGlobals(e)
	case "getmetatable":
		if _, ok := f.literal(e.Args, 0); ok {
			p.strings = true
		}
	case "os.execute", "io.popen":
		p.makes = true
	case "os.rename":
		f.writes(e.Args, 1)
	case "io.open":
		if mode, ok := f.literal(e.Args, 1); ok && strings.ContainsAny(mode, "wa+") {
			f.writes(e.Args, 0)
		}
	case "io.output":
		f.writes(e.Args, 0)
	default:
		f.ownEffects(e)
	}
}

// ownEffects notes the files that functions of the binding table write.
func (f *file) ownEffects(e *ast.FuncCallExpr) {
	v := f.infer(e.Func)
	delete(f.values, e.Func) // what follows may still change it
	switch v.name {
	case "mailbox.append", "fs.write", "fs.mkdir":
		f.writes(e.Args, 0)
	case "fs.move":
		f.writes(e.Args, 1)
	case "http.get", "http.post", "http.request":
		f.saves(e.Args)
	default:
		f.program.makes = f.program.makes || strings.HasPrefix(v.name, "exec.")
	}
}

// saves notes the file that the option save names.
func (f *file) saves(args []ast.Expr) {
	for _, arg := range args {
		table, ok := f.settled(arg).(*ast.TableExpr)
		if !ok {
			continue
		}
		for _, field := range table.Fields {
			if key, ok := field.Key.(*ast.StringExpr); ok && key.Value == "save" {
				f.writes([]ast.Expr{field.Value}, 0)
			}
		}
	}
}

// changesGlobals notes rawset(_G, …) and setmetatable(_G, …).
func (f *file) changesGlobals(e *ast.FuncCallExpr) {
	if len(e.Args) == 0 || f.path(e.Args[0]) != "_G" {
		return
	}
	if name, ok := f.literal(e.Args, 1); ok {
		f.program.assigned[name] = true
		return
	}
	f.program.open = true
}

func (f *file) writes(args []ast.Expr, n int) {
	if name, ok := f.literal(args, n); ok {
		f.program.written[path.Clean(name)] = true
	}
}

// literal gives argument n where the text tells what string it is.
func (f *file) literal(args []ast.Expr, n int) (string, bool) {
	if n >= len(args) {
		return "", false
	}
	return f.text(args[n], 0)
}

// load finds a module that the program requires by name.
func (p *program) load(name string) {
	if p.loading[name] || p.world.Modules[name] != nil || p.world.Loadable(name) || len(p.files) >= maxFiles {
		return
	}
	p.loading[name] = true
	file, broken := p.world.Load(name)
	switch {
	case broken != nil:
		p.findings = append(p.findings, *broken)
	case file != nil:
		p.add(file)
		p.modules[name] = p.files[len(p.files)-1]
	default:
		p.lacking[name] = true
	}
}
