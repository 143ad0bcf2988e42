package luabind

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"moonpost/luabind/lint"

	"github.com/yuin/gopher-lua/parse"
)

// Finding is one thing that a check found: what is wrong, or with Note what may be.
type Finding = lint.Finding

// CheckOptions say how a script is checked.
type CheckOptions struct {
	Static  bool              // read the script, don't run it
	Timeout time.Duration     // how long it may run; 0 is ten seconds
	Env     map[string]string // variables of the environment, besides those that are set
	Print   bool              // let the script's output through
}

// CheckResult is what a check found, and what the script would have sent.
type CheckResult struct {
	Findings []Finding
	Modules  []string     // the files of the modules that it requires, which were read too
	Ran      bool         // whether the script was run
	Stopped  string       // why the script was not run, or not to its end: "checked up to line 12: …"; or empty
	Exit     int          // what it gave os.exit
	Ways     []CheckedWay // in order of the first message
}

// CheckedWay is one way out, with what would have gone through it.
type CheckedWay struct {
	Through    string // "mail.example.org:587", the path of a socket, or "the recipients' mail hosts"
	Messages   int
	Recipients int
	Mails      []CheckedMail // the first 10,000 of them
}

// CheckedMail is a message that would have been sent.
type CheckedMail struct {
	From, Subject string
	To            []string
	Size          int64 // octets
}

// Check reads the script and the modules that it requires, then runs it with every way out answered in memory: nothing
// leaves, no program is started, and no file is written. Its errors are *UsageError, or the context's cause.
func (h *Host) Check(ctx context.Context, s Script, o CheckOptions) (CheckResult, error) {
	r := newRehearsal(h, s, o)
	program, err := Compile(s)
	if err != nil {
		return CheckResult{Findings: []Finding{*syntaxFinding(s.Name, err)}}, nil
	}
	r.lint(ctx, program)
	if !o.Static {
		if err := r.run(ctx, program); err != nil {
			return CheckResult{}, err
		}
	}
	return r.result(), nil
}

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
	f := &Finding{File: syntax.File, Line: syntax.Line, Column: syntax.Column, Message: syntax.Message}
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		f.Hint = hinted.Hint()
	}
	return f
}

// lint reads the script without running it, in a state of its own.
func (r *rehearsal) lint(ctx context.Context, p *Program) {
	scriptCtx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	rt := newRuntime(scriptCtx, r.host, p, cancel)
	defer rt.state.Close()
	file, broken := lintFile(p.Script.Source, p.Script.Name)
	if broken != nil {
		r.findings = append(r.findings, *broken)
		return
	}
	r.findings, r.modules = lint.Check(file, lintWorld(rt))
	r.static = slices.Clone(r.findings)
}
