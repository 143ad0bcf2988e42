package luabind

import (
	"fmt"
	"io/fs"

	lua "github.com/yuin/gopher-lua"
)

// Script is a program to run, as it was given to the host.
type Script struct {
	Name    string // as the user named it: "news.lua", "@mailmerge", "-e", "-"
	Dir     string // the folder beside which modules and files lie
	Library fs.FS  // for scripts in the binary: where their modules lie
	Source  []byte
	Args    []string
	Passed  int // how many of Args stood after a lone --
	// Confined keeps Compile, which looks into modules, within Dir.
	Confined bool
}

// SyntaxError is a script that does not compile.
type SyntaxError struct {
	File         string
	Line, Column int // Column 0: not known; it counts characters from 1
	EndColumn    int // the one behind the fault
	Message      string
	Advice       string // what was probably meant, or empty
	Source       string // the line
}

// Kind is that of Lua's own errors.
func (e *SyntaxError) Kind() string { return "script" }

// Hint says what was probably meant, or is empty.
func (e *SyntaxError) Hint() string { return e.Advice }

// Error has the form that editors parse: file:line:column: message.
func (e *SyntaxError) Error() string {
	if e.Column > 0 {
		return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// Program is a compiled script. Its prototype is read-only and may run in
// several states.
type Program struct {
	Script Script
	flags  scannedFlags
	proto  *lua.FunctionProto
}

// scannedFlags is what the script's text says about its options.
type scannedFlags struct {
	decls          []flagDecl
	found, literal bool
}

// Compile parses and compiles s. Its errors are *SyntaxError.
func Compile(s Script) (*Program, error) {
	chunk, proto, err := compile(s.Source, s.Name)
	if err != nil {
		return nil, err
	}
	p := &Program{Script: s, proto: proto}
	if p.flags.decls, p.flags.found, p.flags.literal = scanFlags(chunk); !p.flags.found {
		p.flags = scanModules(s)
	}
	return p, nil
}
