package luabind

import (
	"fmt"
	"reflect"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// yamlModule is `yaml`: YAML texts in and out.
func yamlModule(rt *Runtime) Module {
	return Module{
		Name: "yaml", Doc: "YAML 1.2 texts, such as settings. Values are what json.decode gives: mappings and sequences are tables that remember which they are, null is `json.null`, and integers beyond 2⁵³ are strings. Scalars without quotes go by the core schema: `yes`, `on` and dates are strings. " +
			"Aliases are copies and `<<` merges; a name that is twice in a mapping, a recursive alias and an unknown tag are errors, which name line and column. A text has 1 MiB at most, and a block mapping some 4000 lines.",
		Functions: []Function{
			{"decode", "(text: string, options?: json.DecodeOptions): any", "Reads a text of one document.",
				"local settings = yaml.decode(\"to: [ann@example.org]\\nlimits: { day: 500 }\")\nprint(settings.to[1], settings.limits.day) --> ann@example.org 500", rt.yamlDecode},
			{"decode_all", "(text: string, options?: json.DecodeOptions): any[]", "Reads a text of any number of documents, divided by `---`, into a list.",
				"local all = yaml.decode_all(\"name: Ann\\n---\\nname: Bob\\n\")\nprint(#all, all[2].name) --> 2 Bob", rt.yamlDecodeAll},
			{"encode", "(value: any, options?: yaml.EncodeOptions): string",
				"Writes a value as YAML, in blocks, names in order. What is an array and what cannot be written is as for json.encode, but infinity and NaN are written too. Strings have quotes where some version of YAML would read them as something else, such as `no` or a date.",
				"print(yaml.encode{ to = { \"ann@example.org\" }, limits = { day = 500 }, active = \"no\" })\n--> active: \"no\"\n--> limits:\n-->   day: 500\n--> to:\n-->   - ann@example.org", rt.yamlEncode},
		},
		Types: []string{optionsClass("yaml.EncodeOptions", reflect.TypeFor[yamlEncodeOptions]())},
	}
}

// yamlDocuments reads the text of the first argument.
func (rt *Runtime) yamlDocuments(L *lua.LState, call string) []lua.LValue {
	var o jsonDecodeOptions
	text := argString(L, call, 1, "text")
	checkOptions(L, call, 2, &o)
	documents, err := data.ParseYAML(text, o.engine(L), rt.jsonMaker())
	if err != nil {
		raise(L, callFault(call, err))
	}
	return documents
}

func (rt *Runtime) yamlDecode(L *lua.LState) int {
	const call = "yaml.decode"
	documents := rt.yamlDocuments(L, call)
	if n := len(documents); n > 1 {
		raise(L, &argumentError{text: fmt.Sprintf("%s: the text has %d documents", call, n), hint: "yaml.decode_all gives them as a list"})
	}
	L.Push(documents[0])
	return 1
}

func (rt *Runtime) yamlDecodeAll(L *lua.LState) int {
	documents := rt.yamlDocuments(L, "yaml.decode_all")
	list := L.CreateTable(len(documents), 0)
	for _, v := range documents {
		list.Append(v)
	}
	L.Push(list)
	return 1
}

// yamlEncodeOptions are the options of yaml.encode.
type yamlEncodeOptions struct {
	Sort *bool `lua:"sort" doc:"false writes names in the table's own order" default:"true"`
}

func (rt *Runtime) yamlEncode(L *lua.LState) int {
	const call = "yaml.encode"
	var o yamlEncodeOptions
	checkOptions(L, call, 2, &o)
	w := rt.valueWalk(L, "YAML", new(data.YAMLWriter))
	w.sort = o.Sort == nil || *o.Sort
	return w.push(L, call)
}
