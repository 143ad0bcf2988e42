package luabind

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// flagsModule is `flags`: a script declares its options and gets --help.
func flagsModule(rt *Runtime) Module {
	return Module{
		Name: "flags", Doc: "Options of a script on the command line.",
		Functions: []Function{{
			Name: "parse", Sig: "(declared: table<string, flags.Flag>): table<string, any>",
			Doc: "Declares the script's options, reads them from the command line and gives a table of their values; words that are no options stand at 1, 2 and so on. " +
				"A flag has `type` (string, number, integer, boolean, path, duration, size, rate, date or list; else that of its default), `default`, `help`, `required`, `short`, and `choices`; with `word = 1` it is the first plain word instead. " +
				"A date gives a `time`, and may be \"today\", \"yesterday\" or \"tomorrow\"; a boolean is switched off by `--no-name`. " +
				"The key \"about\" may hold one sentence for --help.",
			Example: `local opt = flags.parse{ people = { type = "path", required = true }, first = { type = "integer", help = "send to the first N only" } }`,
			Fn:      rt.flagsParse,
		}},
		Types: []string{optionsClass("flags.Flag", reflect.TypeFor[flagOptions]())},
	}
}

func (rt *Runtime) flagsParse(L *lua.LState) int {
	declared := argTable(L, "flags.parse", 1, "declared")
	decls, about, err := rt.flagDecls(declared)
	if err != nil {
		raise(L, err)
	}
	script := rt.program.Script
	values, rest, help, err := parseFlags(decls, script.Args)
	if help {
		if _, err := rt.host.Stdout.Write([]byte(flagsHelp(script.Name, about, decls))); err != nil {
			raise(L, err)
		}
		rt.leave(L, 0)
	}
	if err != nil {
		rt.usage = usageError(script.Name, err)
		rt.cancel(rt.usage)
		L.Error(lua.LString(err.Error()), 0)
	}
	result := L.NewTable()
	for name, value := range values {
		result.RawSetString(name, rt.flagResult(L, value))
	}
	for i, word := range rest {
		result.RawSetInt(i+1, lua.LString(word))
	}
	L.Push(result)
	return 1
}

// flagDecls reads the table of flags.parse. The order of declaration comes
// from the script's text where it can be read there.
func (rt *Runtime) flagDecls(declared *lua.LTable) (decls []flagDecl, about string, err error) {
	declared.ForEach(func(key, value lua.LValue) {
		name, ok := key.(lua.LString)
		switch {
		case err != nil:
		case !ok:
			err = &argumentError{text: fmt.Sprintf("flags.parse: flags are named by strings, got %s", describe(key))}
		case name == "about" && value.Type() == lua.LTString:
			about = value.String()
		default:
			var d flagDecl
			d, err = flagFromLua(string(name), value)
			decls = append(decls, d)
		}
	})
	if err != nil {
		return nil, "", err
	}
	flagOrder(decls, rt.program.flags.decls)
	for _, d := range decls {
		if slices.Contains(rt.host.HostFlags, flagSpelling(d.Name)) {
			return nil, "", &argumentError{text: hostFlagText(d.Name)}
		}
	}
	return decls, about, nil
}

// checkArgs refuses, before the script runs, what neither the host nor the
// script's text declares.
func (p *Program) checkArgs(hostFlags []string) error {
	for _, d := range p.flags.decls {
		if slices.Contains(hostFlags, flagSpelling(d.Name)) {
			return &UsageError{Message: p.Script.Name + ": " + hostFlagText(d.Name)}
		}
	}
	switch {
	case !p.flags.found:
		return p.refuseFlags(hostFlags)
	case p.flags.literal:
		_, _, help, err := parseFlags(p.flags.decls, p.Script.Args)
		var unknown *flagError
		if !help && errors.As(err, &unknown) && unknown.Unknown {
			return usageError(p.Script.Name, err)
		}
	}
	return nil
}

// helpText answers --help for a script that declares no flags; empty when
// nobody asked.
func (p *Program) helpText() string {
	own := p.Script.Args[:len(p.Script.Args)-p.Script.Passed]
	if p.flags.found || !slices.Contains(own, "--help") && !slices.Contains(own, "-h") {
		return ""
	}
	return p.Script.Name + " declares no flags of its own; moonpost run --help lists moonpost's.\n"
}

// refuseFlags refuses every flag for a script that declares none.
func (p *Program) refuseFlags(hostFlags []string) error {
	for _, a := range p.Script.Args[:len(p.Script.Args)-p.Script.Passed] {
		if len(a) < 2 || a[0] != '-' {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimLeft(a, "-"), "=")
		text := fmt.Sprintf("%s declares no flags, and moonpost has no flag %q", p.Script.Name, a)
		if near := Nearest(name, hostFlags); near != "" {
			text += fmt.Sprintf("; did you mean \"--%s\"?", near)
		}
		return &UsageError{Message: text, Help: "words after a lone -- go to the script as they are"}
	}
	return nil
}

func usageError(script string, err error) *UsageError {
	return &UsageError{Message: script + ": " + err.Error(), Help: "moonpost run " + script + " --help lists its flags"}
}

func hostFlagText(name string) string {
	return fmt.Sprintf("flag \"--%s\" is one of moonpost's own; give the script's flag another name", flagSpelling(name))
}
