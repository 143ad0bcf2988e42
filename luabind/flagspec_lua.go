package luabind

import (
	"fmt"
	"reflect"

	lua "github.com/yuin/gopher-lua"
)

// flagOptions are the options of one flag in flags.parse.
type flagOptions struct {
	Type     string     `lua:"type" enum:"string,number,integer,boolean,path,duration,size,rate,date,list" doc:"what it takes; else the type of the default"`
	Default  lua.LValue `lua:"default" doc:"the value when the flag is not given"`
	Help     string     `lua:"help" doc:"one line for --help"`
	Required bool       `lua:"required" doc:"refuse to run without it"`
	Short    string     `lua:"short" doc:"one letter for the short form"`
	Choices  []string   `lua:"choices" doc:"what a string or each element of a list may be"`
	Word     int        `lua:"word" min:"1" max:"100" doc:"take the first, second … word that is no flag, instead of a flag"`
}

// flagFromLua reads the declaration of one flag in flags.parse.
func flagFromLua(name string, v lua.LValue) (flagDecl, error) {
	const call = "flags.parse"
	t, ok := v.(*lua.LTable)
	if !ok {
		return flagDecl{}, &OptionError{
			Call: call, Key: name, What: fmt.Sprintf("flag %s must be a table, got %s", optQuote(name), describe(v)),
			hint: `write name = { default = "…", help = "…" }`,
		}
	}
	var o flagOptions
	b := optBinder{call: call, prefix: name + "."}
	if err := b.bind(t, reflect.ValueOf(&o).Elem()); err != nil {
		return flagDecl{}, err
	}
	d := flagDecl{Name: name, Type: o.Type, Help: o.Help, Short: o.Short, Required: o.Required, Choices: o.Choices, Word: o.Word}
	if o.Default != nil {
		reader := treeReader{root: fmt.Sprintf("%s: option %q", call, name+".default"), object: plainObject}
		preset, err := reader.read(o.Default)
		if err != nil {
			return flagDecl{}, err
		}
		if m, ok := preset.(map[string]any); ok && len(m) == 0 {
			preset = []any{}
		}
		d.Default = preset
	}
	if err := checkFlags([]flagDecl{d}); err != nil {
		return flagDecl{}, &OptionError{Call: call, Key: name, What: err.Error()}
	}
	return d, nil
}
