// Package lint reads Lua scripts and tells what is wrong with them before they run: names that nobody defines, misspelt
// functions, methods and options, wrong arguments, files and variables of the environment that are missing. It knows
// nothing by itself: what a script can use comes in as a World.
package lint

import (
	"cmp"
	"slices"
	"strings"

	"github.com/yuin/gopher-lua/ast"

	lua "github.com/yuin/gopher-lua"
)

// Finding is one thing that is wrong, or with Note one that may be.
type Finding struct {
	File         string
	Line, Column int // Column counts characters from 1; 0 when it is not known
	Note         bool
	Message      string
	Hint         string
}

// World is what scripts can use.
type World struct {
	Globals map[string][]string // Lua's own globals, and the fields of those that are tables
	Modules map[string]*Module  // by name
	Classes map[string]*Class   // by name: of objects, of options and of other tables
	// Load reads and parses the module of that name that lies beside the script: nil when there is none, and what is wrong
	// when it cannot be parsed.
	Load func(name string) (*File, *Finding)
	// Loadable tells what Lua itself can require, such as "string".
	Loadable func(name string) bool
	// Missing tells why a file that the script names cannot be read; "" when it can.
	Missing func(path string) (message, hint string)
	EnvSet  func(name string) bool
	Near    func(name string, names []string) string // the nearest name, or ""
	// NearOption is Near for the options of a call; without one it gives a hint.
	NearOption func(call, name string, names []string) (near, hint string)
	Dir        string // of the script
}

// File is one parsed file; File.Chunk is not changed.
type File struct {
	Name   string
	Source []byte
	Chunk  []ast.Stmt
}

// Module is a module of the binding table. Dotted names are functions of tables within it.
type Module struct {
	Name      string
	Global    bool
	Functions map[string]*Function
	Values    map[string]*Type
	Any       bool // any name can be read, as of env
}

// Function is what a function's signature says.
type Function struct {
	Params  []Param
	Returns []*Type
}

// Param is one parameter; Rest takes all that follows.
type Param struct {
	Name           string
	Type           *Type
	Optional, Rest bool
}

// Class is the type of an object, of an options table or of another table.
type Class struct {
	Name    string
	Methods map[string]*Function
	Fields  map[string]*Field
	Items   bool // elements without a name are taken
	Object  bool // scripts cannot make one themselves
	Headers bool // names with a capital letter or a hyphen are header fields
	Strict  bool // a table of options: unknown keys are refused
}

// Field is a field of an object or an option.
type Field struct {
	Type     *Type
	Required bool
	// Check gives what is wrong with a value that the script's text tells, as the call would say it, or "". Nil: nothing is known.
	Check func(call, prefix string, v lua.LValue) (message, hint string)
}

// Check reads a program and the modules that it requires, and gives what it finds, sorted by file and line, and the
// modules' files.
func Check(main *File, w *World) (findings []Finding, modules []string) {
	p := &program{
		world: w, assigned: map[string]bool{}, read: map[string]bool{}, fields: map[string]bool{},
		written: map[string]bool{}, loading: map[string]bool{}, lacking: map[string]bool{},
		modules: map[string]*file{},
	}
	p.add(main)
	for i := 0; i < len(p.files); i++ { // files grow while modules are found
		p.files[i].resolve()
	}
	for i, f := range p.files {
		if i > 0 {
			modules = append(modules, f.Name)
		}
		f.values = map[ast.Expr]value{} // only now it is known what never changes
		f.check()
	}
	findings = p.findings
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(p.order(a.File), p.order(b.File)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	findings = slices.Compact(findings)
	doubtful := func(f Finding) bool { return f.Note && certain(findings, f) }
	return slices.DeleteFunc(slices.Clone(findings), doubtful), modules
}

// certain tells whether the same is found in that line without doubt.
func certain(findings []Finding, note Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool {
		return !f.Note && f.File == note.File && f.Line == note.Line && f.Message == note.Message
	})
}

// program is a script with its modules while it is checked.
type program struct {
	world    *World
	files    []*file
	findings []Finding
	assigned map[string]bool  // globals that the program itself sets
	read     map[string]bool  // globals that it reads
	fields   map[string]bool  // "string.split": what it adds to Lua's libraries; ".split": to anything
	written  map[string]bool  // files that it writes itself
	loading  map[string]bool  // modules that were looked for
	lacking  map[string]bool  // and not found
	modules  map[string]*file // that lie beside the script
	open     bool             // code that the text doesn't show may define globals
	makes    bool             // programs are run that may make files
	searches bool             // package.path, package.preload or the like were changed
	strings  bool             // the methods of strings were changed
}

// maxFiles bounds how many modules of a script are read.
const maxFiles = 256

func (p *program) add(f *File) {
	p.files = append(p.files, newFile(p, f))
}

func (p *program) order(name string) int {
	return slices.IndexFunc(p.files, func(f *file) bool { return f.Name == name })
}

// file is one file while it is checked.
type file struct {
	*File
	program *program
	lines   []string
	names   map[*ast.IdentExpr]*local
	params  map[*ast.FunctionExpr][]*local
	loops   map[*ast.GenericForStmt][]*local
	visible map[*ast.IdentExpr]*scope // of globals: where they stand
	values  map[ast.Expr]value
	locals  []*local // all, in order of their lines
	quiet   bool     // setfenv or module: globals are something else here
	scope   *scope
	depth   int
	guards  guards
}

func newFile(p *program, f *File) *file {
	return &file{
		File: f, program: p, lines: strings.Split(string(f.Source), "\n"),
		names: map[*ast.IdentExpr]*local{}, params: map[*ast.FunctionExpr][]*local{}, loops: map[*ast.GenericForStmt][]*local{},
		visible: map[*ast.IdentExpr]*scope{}, values: map[ast.Expr]value{},
	}
}

// maxDepth bounds how deep expressions and blocks are followed: operators nest as deep as a script is long.
const maxDepth = 2000

// enter counts a step down; what is deeper than maxDepth is not looked at.
func (f *file) enter() bool {
	f.depth++
	return f.depth <= maxDepth
}

func (f *file) leave() { f.depth-- }

// IgnoreMark silences the findings of its line.
const IgnoreMark = "-- check: ignore"

// report adds a finding; names are what stands in the line at the place of it, the most telling first.
func (f *file) report(line int, note bool, message, hint string, names ...string) {
	line, column := f.place(line, names)
	if line >= 1 && line <= len(f.lines) && strings.Contains(f.lines[line-1], IgnoreMark) {
		return
	}
	f.program.findings = append(f.program.findings, Finding{File: f.Name, Line: line, Column: column, Note: note, Message: message, Hint: hint})
}
