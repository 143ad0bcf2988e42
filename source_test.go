package moonpost_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	maxFileLines     = 600 // aim: 80 to 250
	maxFunctionLines = 80  // aim: 25
)

// source is one parsed Go file that is no test.
type source struct {
	name  string // slash-separated, from the root
	lines int
	set   *token.FileSet
	file  *ast.File
}

func (s source) at(node ast.Node) token.Position {
	where := s.set.Position(node.Pos())
	where.Filename = s.name
	return where
}

// readSources parses the code of all rooms.
func readSources(t *testing.T) []source {
	t.Helper()
	var sources []source
	walk(t, func(name string, entry fs.DirEntry) {
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata/") {
			return
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, source{name, strings.Count(string(text), "\n"), set, file})
	})
	return sources
}

func TestSourceLengths(t *testing.T) {
	for _, s := range readSources(t) {
		if s.lines > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", s.name, s.lines, maxFileLines)
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			if function, ok := node.(*ast.FuncDecl); ok {
				from, to := s.set.Position(function.Pos()).Line, s.set.Position(function.End()).Line
				if n := to - from + 1; n > maxFunctionLines {
					t.Errorf("%s: %s has %d lines, more than %d", s.at(function), function.Name.Name, n, maxFunctionLines)
				}
			}
			return true
		})
	}
}

func TestNoInit(t *testing.T) {
	for _, s := range readSources(t) {
		for _, declaration := range s.file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "init" {
				t.Errorf("%s: init() works behind the reader's back", s.at(function))
			}
		}
	}
}

// TestNoUnfinishedMarks: what isn't built is absent.
func TestNoUnfinishedMarks(t *testing.T) {
	marks := []string{"TO" + "DO", "FIX" + "ME", "XX" + "X"}
	for _, s := range readSources(t) {
		for _, group := range s.file.Comments {
			for _, word := range strings.FieldsFunc(group.Text(), func(r rune) bool { return r < 'A' || r > 'Z' }) {
				if slices.Contains(marks, word) {
					t.Errorf("%s: %s", s.at(group), word)
				}
			}
		}
	}
}

// makers are the calls whose result may stand in a package-level variable:
// none of them gives something that a second user could change.
var makers = map[string]bool{
	"errors.New":            true,
	"fmt.Errorf":            true,
	"regexp.MustCompile":    true,
	"strings.NewReplacer":   true,
	"template.Must":         true, // parsed once, executed by many
	"reflect.TypeOf":        true,
	"reflect.TypeFor":       true,
	"netip.MustParsePrefix": true,
	"sync.OnceValue":        true, // a table that is computed at first use
}

// statefulVariables are let through by name, each with its reason.
var statefulVariables = map[string]string{
	"luabind.optSchemas":     "remembers what follows from types alone, so it is the same for every run",
	"mime.markdownSpent":     "is a key of goldmark's, which gives out each one once",
	"luabind.concatFunction": "is a value of Lua that nothing changes; its identity marks an operator's call on the stack",
}

// TestNoPackageState lets package-level variables be errors, regular
// expressions and tables that are written where they are declared, and wants
// no function of the package to assign to them.
func TestNoPackageState(t *testing.T) {
	rooms := map[string][]source{}
	for _, s := range readSources(t) {
		rooms[path.Dir(s.name)] = append(rooms[path.Dir(s.name)], s)
	}
	for room, sources := range rooms {
		variables := map[string]bool{}
		for _, s := range sources {
			for _, name := range packageVariables(s.file) {
				variables[name.Name] = true
				full := room + "." + name.Name
				if statefulVariables[full] == "" && !isFixed(s.file, name) {
					t.Errorf("%s: %s is neither an error nor a regular expression nor a table: pass it, or make it a function", s.at(name), full)
				}
			}
		}
		for _, s := range sources {
			for _, name := range assigned(s.file, variables) {
				if full := room + "." + name.Name; statefulVariables[full] == "" {
					t.Errorf("%s: assigns to the package's variable %s", s.at(name), full)
				}
			}
		}
	}
}

// packageVariables are the names declared by var at the top level.
func packageVariables(file *ast.File) []*ast.Ident {
	var names []*ast.Ident
	for _, spec := range variableSpecs(file) {
		for _, name := range spec.Names {
			if name.Name != "_" {
				names = append(names, name)
			}
		}
	}
	return names
}

func variableSpecs(file *ast.File) []*ast.ValueSpec {
	var specs []*ast.ValueSpec
	for _, declaration := range file.Decls {
		if general, ok := declaration.(*ast.GenDecl); ok && general.Tok == token.VAR {
			for _, spec := range general.Specs {
				specs = append(specs, spec.(*ast.ValueSpec))
			}
		}
	}
	return specs
}

// isFixed says whether name is declared with a value that nobody needs to
// change.
func isFixed(file *ast.File, name *ast.Ident) bool {
	for _, spec := range variableSpecs(file) {
		i := slices.Index(spec.Names, name)
		switch {
		case i < 0:
		case len(spec.Values) == len(spec.Names):
			return fixedValue(spec.Values[i])
		default:
			return len(spec.Values) == 0 && isEmbedded(file, spec)
		}
	}
	return false
}

// isEmbedded: go:embed fills the variable at build time.
func isEmbedded(file *ast.File, spec *ast.ValueSpec) bool {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if strings.HasPrefix(comment.Text, "//go:embed ") && comment.End() < spec.Pos() && spec.Pos()-comment.End() < 8 {
				return true
			}
		}
	}
	return false
}

func fixedValue(value ast.Expr) bool {
	switch v := value.(type) {
	case *ast.BasicLit, *ast.CompositeLit:
		return true
	case *ast.UnaryExpr:
		return fixedValue(v.X)
	case *ast.CallExpr:
		switch called := v.Fun.(type) {
		case *ast.ArrayType:
			return true // []byte("…")
		case *ast.FuncLit:
			return len(v.Args) == 0 // a table that is computed once
		case *ast.SelectorExpr:
			library, _ := called.X.(*ast.Ident)
			return library != nil && makers[library.Name+"."+called.Sel.Name]
		}
	}
	return false
}

// assigned are the names of package variables that a function changes: by =,
// by op=, by ++ or --, by delete or clear, whole or one element. A function
// that declares the same name for itself is left alone as far as that name
// goes.
func assigned(file *ast.File, variables map[string]bool) []*ast.Ident {
	var found []*ast.Ident
	for _, declaration := range file.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok {
			continue
		}
		own := declaredIn(function)
		for _, target := range targets(function) {
			if root := rootName(target); root != nil && variables[root.Name] && !own[root.Name] {
				found = append(found, root)
			}
		}
	}
	return found
}

// targets are the expressions that the function writes to.
func targets(function *ast.FuncDecl) []ast.Expr {
	var all []ast.Expr
	ast.Inspect(function, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				all = append(all, n.Lhs...)
			}
		case *ast.IncDecStmt:
			all = append(all, n.X)
		case *ast.CallExpr:
			if called, ok := n.Fun.(*ast.Ident); ok && (called.Name == "delete" || called.Name == "clear") {
				all = append(all, n.Args[0])
			}
		}
		return true
	})
	return all
}

// rootName is x of x, x[i], x.f, *x and of what they are made of.
func rootName(target ast.Expr) *ast.Ident {
	for {
		switch e := target.(type) {
		case *ast.Ident:
			return e
		case *ast.IndexExpr:
			target = e.X
		case *ast.SelectorExpr:
			target = e.X
		case *ast.StarExpr:
			target = e.X
		case *ast.ParenExpr:
			target = e.X
		default:
			return nil
		}
	}
}

// declaredIn are all names that the function declares anywhere.
func declaredIn(function *ast.FuncDecl) map[string]bool {
	own := map[string]bool{}
	add := func(e ast.Expr) {
		if name, ok := e.(*ast.Ident); ok {
			own[name.Name] = true
		}
	}
	ast.Inspect(function, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				add(name)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				add(name)
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, e := range n.Lhs {
					add(e)
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				add(n.Key)
				add(n.Value)
			}
		}
		return true
	})
	return own
}
