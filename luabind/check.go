package luabind

import (
	"bytes"
	"errors"

	"moonpost/luabind/lint"

	"github.com/yuin/gopher-lua/parse"
)

// Finding is one thing that a check found: what is wrong, or with Note what may be.
type Finding = lint.Finding

// lintFile parses source for the linter; a finding tells why it does not compile.
func lintFile(source []byte, name string) (*lint.File, *lint.Finding) {
	if _, _, err := compile(source, name); err != nil {
		return nil, syntaxFinding(name, err)
	}
	chunk, err := parse.Parse(bytes.NewReader(withoutPreamble(source)), name) // compile changes the tree for the compiler
	if err != nil {
		return nil, syntaxFinding(name, err)
	}
	return &lint.File{Name: name, Source: source, Chunk: chunk}, nil
}

func syntaxFinding(name string, err error) *Finding {
	var syntax *SyntaxError
	if !errors.As(err, &syntax) {
		return &Finding{File: name, Line: 1, Message: err.Error()}
	}
	return &Finding{File: syntax.File, Line: syntax.Line, Column: syntax.Column, Message: syntax.Message}
}

// Lint reads the script and the modules that it requires, and tells what is wrong with them without running anything.
func (h *Host) lint(rt *Runtime, s Script) []Finding {
	file, broken := lintFile(s.Source, s.Name)
	if broken != nil {
		return []Finding{*broken}
	}
	return lint.Check(file, lintWorld(rt))
}
