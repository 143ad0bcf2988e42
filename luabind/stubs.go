package luabind

import (
	"fmt"
	"strings"
)

// Stubs gives the LuaCATS definition files that lua-language-server reads:
// one for each module and one for what all share, by file name.
func Stubs() map[string]string {
	files := map[string]string{"errors.lua": errorStub()}
	for _, m := range modules(nil) {
		files[m.Name+".lua"] = moduleStub(m)
	}
	return files
}

// moduleStub writes one module's definitions.
func moduleStub(m Module) string {
	var b strings.Builder
	b.WriteString("---@meta " + m.Name + "\n-- Made from moonpost's binding table by `moonpost types`.\n\n")
	for _, t := range m.Types {
		b.WriteString(t + "\n\n")
	}
	for _, c := range m.Classes {
		writeClass(&b, c)
	}
	writeDoc(&b, m.Doc)
	fmt.Fprintf(&b, "---@class %slib\n", m.Name)
	for _, v := range m.Values {
		fmt.Fprintf(&b, "---@field %s %s %s\n", v.Name, v.Type, v.Doc)
	}
	if m.Extra != "" {
		b.WriteString(m.Extra + "\n")
	}
	local := "local "
	if m.Global {
		local = ""
	}
	fmt.Fprintf(&b, "%s%s = {}\n\n", local, m.Name)
	holders := map[string]bool{}
	for _, f := range m.Functions {
		if holder, _, dotted := strings.Cut(f.Name, "."); dotted && !holders[holder] {
			holders[holder] = true
			fmt.Fprintf(&b, "%s.%s = {}\n\n", m.Name, holder)
		}
		writeFunction(&b, m.Name+"."+f.Name, f)
	}
	fmt.Fprintf(&b, "return %s\n", m.Name)
	return b.String()
}

// writeClass writes an object's class with fields and methods.
func writeClass(b *strings.Builder, c Class) {
	writeDoc(b, c.Doc)
	fmt.Fprintf(b, "---@class %s\n", c.Name)
	for _, f := range c.Fields {
		fmt.Fprintf(b, "---@field %s %s %s\n", f.Name, f.Type, f.Doc)
	}
	if c.Extra != "" {
		b.WriteString(c.Extra + "\n")
	}
	local := strings.ReplaceAll(c.Name, ".", "_")
	fmt.Fprintf(b, "local %s = {}\n\n", local)
	for _, f := range c.Methods {
		writeFunction(b, local+":"+f.Name, f)
	}
}

// writeFunction writes one function's annotations and its empty definition.
func writeFunction(b *strings.Builder, name string, f Function) {
	sig := parseSignature(f.Sig)
	writeDoc(b, f.Doc)
	if f.Example != "" {
		writeDoc(b, "```lua\n"+f.Example+"\n```")
	}
	for i, p := range sig.params {
		if i == 0 && p.name == "self" { // the colon's
			continue
		}
		fmt.Fprintf(b, "---@param %s %s\n", p.name, p.typ)
	}
	for _, r := range sig.returns {
		fmt.Fprintf(b, "---@return %s\n", r)
	}
	if strings.Contains(name, ":") {
		sig.params = sig.params[1:]
	}
	fmt.Fprintf(b, "function %s(%s) end\n\n", name, sig.names())
}

func writeDoc(b *strings.Builder, doc string) {
	for _, line := range strings.Split(doc, "\n") {
		b.WriteString("---" + line + "\n")
	}
}

// errorStub describes the error objects that every module raises.
func errorStub() string {
	var b strings.Builder
	b.WriteString("---@meta\n-- Made from moonpost's binding table by `moonpost types`.\n\n")
	writeDoc(&b, "An error object: what pcall gives when a moonpost call fails. tostring(e) is one line.")
	b.WriteString("---@class moonpost.Error\n")
	for _, f := range errorFields {
		if f.Name == "kind" {
			f.Type = "moonpost.ErrorKind"
		}
		fmt.Fprintf(&b, "---@field %s %s %s\n", f.Name, f.Type, f.Doc)
	}
	b.WriteString("\n---The family of an error.\n---@alias moonpost.ErrorKind\n")
	for _, k := range errorKinds() {
		fmt.Fprintf(&b, "---| '%q' # %s\n", k.Name, k.Doc)
	}
	b.WriteString("\n---The script's arguments; arg[0] is its name.\n---@type table<integer, string>\narg = {}\n")
	return b.String()
}
