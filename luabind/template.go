package luabind

import (
	"io"
	"path/filepath"
	"reflect"
	"strings"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

const templateClassName = "template.Template"

// templateModule is `template`: texts with gaps, filled from rows.
func templateModule(rt *Runtime) Module {
	return Module{
		Name: "template", Doc: "Texts with gaps, in the language of Go's templates: `{{.name}}`, `{{if .x}}…{{end}}`, `{{range .items}}…{{end}}`. " +
			"Functions, here and in `mime.template`: `upper`, `lower`, `trim`, `title`; `default \"friend\" .name`, `has . \"name\"`; `date \"%d.%m.%Y\" .when`, `number \"#,##0.00\" .price`, `join \", \" .tags`; " +
			"`urlencode .email` for a part of a link, `json .items` for a script; `sha256 .email`, `hmac \"sha256\" .secret .id`; and those of the language, such as `printf`, `len`, `index`, `eq`, `and`, `not`.",
		Functions: []Function{
			{"load", "(path: string): template.Template",
				"Reads a template from a file. Values are escaped by their place in the page when its name ends in .html, else not at all.",
				"local page = template.load(script.path(\"news.html\"))\nprint(page:render{ name = \"Ann & Bob\" }) --> <p>Hello Ann &amp; Bob</p>", rt.templateLoad},
			{"new", "(text: string, options?: template.Options): template.Template",
				"Makes a template of a text; values are escaped with `html = true` only.", "local greeting = template.new(\"Dear {{.name}},\")\nprint(greeting:render{ name = \"Ann\" }) --> Dear Ann,", rt.templateNew},
		},
		Classes: []Class{{
			Name: templateClassName, Doc: "A template, ready to be filled any number of times.",
			Methods: []Function{{
				"render", "(self: template.Template, row?: table): string",
				"Fills the gaps from a table. A field that the table lacks raises and is named with its line; `{{.x | default \"…\"}}` allows for it.",
				"local list = template.new(\"{{range .items}}{{.}};{{end}}\")\nprint(list:render{ items = { \"a\", \"b\" } }) --> a;b;", templateRender,
			}},
			Fields: []Field{{"name", "string", "the file, or the name that was given"}},
			get: func(_ *lua.LState, self any, key lua.LValue) lua.LValue {
				if key == lua.LString("name") {
					return lua.LString(self.(*data.Template).Name())
				}
				return nil
			},
		}},
		Types: []string{optionsClass("template.Options", reflect.TypeFor[templateOptions]())},
	}
}

// templateOptions are the options of template.new.
type templateOptions struct {
	HTML bool   `lua:"html" doc:"escape values by their place in the page"`
	Name string `lua:"name" doc:"how errors call the template" default:"text"`
}

func (rt *Runtime) templateLoad(L *lua.LState) int {
	path := argString(L, "template.load", 1, "path")
	file, err := rt.host.open(path)
	if err != nil {
		raise(L, rt.fileError(path, err))
	}
	defer file.Close() //nolint:errcheck // opened for reading only
	text, err := io.ReadAll(file)
	if err != nil {
		raise(L, rt.fileError(path, err))
	}
	return rt.pushTemplate(L, path, string(text), strings.EqualFold(filepath.Ext(path), ".html"))
}

func (rt *Runtime) templateNew(L *lua.LState) int {
	const call = "template.new"
	o := templateOptions{Name: "text"}
	text := argString(L, call, 1, "text")
	checkOptions(L, call, 2, &o)
	return rt.pushTemplate(L, o.Name, text, o.HTML)
}

func (rt *Runtime) pushTemplate(L *lua.LState, name, text string, html bool) int {
	t, err := data.ParseTemplate(name, text, html)
	if err != nil {
		raise(L, err)
	}
	rt.noteTemplate(text)
	L.Push(rt.newObject(L, templateClassName, t))
	return 1
}

func templateRender(L *lua.LState) int {
	t := checkObject[*data.Template](L, 1, templateClassName)
	row, err := treeReader{root: "template:render: row", number: treeInteger, object: plainObject}.read(L.Get(2))
	if err != nil {
		raise(L, err)
	}
	text, err := t.Render(row)
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LString(text))
	return 1
}
