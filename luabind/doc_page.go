package luabind

import (
	"fmt"
	"strings"
	"unicode"
)

// Markdown is docs/lua.md: the whole binding table as a page.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# The Lua API\n\nMade from the binding table by `moonpost doc --markdown`; do not edit. `moonpost doc NAME` prints one entry, `moonpost repl` lets you try it.\n\n" +
		"Signatures are LuaCATS, as editors read them: `name?` may be left out, `a|b` is either, `string[]` a list. Examples are run by a test; what they print stands behind `-->`.\n" +
		"\n## Contents\n\n")
	list := modules(nil)
	for _, m := range list {
		fmt.Fprintf(&b, "- [`%s`](#%s): %s\n", m.Name, anchor(m.Name), firstSentence(m.Doc))
	}
	b.WriteString("- [Error objects](#error-objects): what failures raise, and their kinds\n- [Lua's own libraries](#luas-own-libraries)\n")
	for _, m := range list {
		writeModule(&b, m)
	}
	writeErrors(&b)
	writeLibraries(&b)
	return b.String()
}

// writeModule writes a module's part: what it has at a glance, then each in full.
func writeModule(b *strings.Builder, m Module) {
	how := fmt.Sprintf("`local %s = require \"%s\"`", m.Name, m.Name)
	if m.Global {
		how = "A global variable; can be required too."
	}
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n%s\n", m.Name, m.Doc, how)
	writeGlance(b, "function", m.Name+".", m.Functions, "")
	writeFieldRows(b, "value", m.Name+".", m.Values)
	for _, f := range m.Functions {
		writeEntry(b, "###", m.Name+"."+f.Name, f)
	}
	for _, c := range m.Classes {
		fmt.Fprintf(b, "\n### Object %s\n\n%s\n", c.Name, c.Doc)
		writeGlance(b, "method", ":", c.Methods, c.Name)
		writeFieldRows(b, "field", "", c.Fields)
		for _, f := range c.Methods {
			writeEntry(b, "####", c.Name+":"+f.Name, f)
		}
	}
	for _, t := range m.Types {
		fmt.Fprintf(b, "\n### Table %s\n", className(t))
		writeFieldRows(b, "key", "", classFields(t))
	}
}

// writeGlance lists functions with one sentence each and links to the whole.
func writeGlance(b *strings.Builder, what, prefix string, functions []Function, class string) {
	if len(functions) == 0 {
		return
	}
	fmt.Fprintf(b, "\n| %s | what it does |\n|---|---|\n", what)
	for _, f := range functions {
		full := prefix + f.Name
		if class != "" {
			full = class + full
		}
		fmt.Fprintf(b, "| [`%s%s`](#%s) | %s |\n", prefix, f.Name, anchor(full), cell(firstSentence(f.Doc)))
	}
}

func writeEntry(b *strings.Builder, level, name string, f Function) {
	fmt.Fprintf(b, "\n%s %s\n\n```lua\n%s%s\n```\n\n%s\n", level, name, name, shortSignature(f.Sig), f.Doc)
	if f.Example != "" {
		fmt.Fprintf(b, "\n```lua\n%s\n```\n", f.Example)
	}
	var links []string
	for _, t := range typesIn(shortSignature(f.Sig)) {
		links = append(links, typeLink(t))
	}
	if len(links) > 0 {
		fmt.Fprintf(b, "\nSee %s.\n", strings.Join(links, ", "))
	}
}

// typeLink leads to an object or a table.
func typeLink(name string) string {
	table := newBindingTable(modules(nil))
	switch {
	case name == "moonpost.Error":
		return "[error objects](#error-objects)"
	case table.types[name] != nil:
		return fmt.Sprintf("[`%s`](#%s)", name, anchor("table "+name))
	}
	return fmt.Sprintf("[`%s`](#%s)", name, anchor("object "+name))
}

func writeFieldRows(b *strings.Builder, what, prefix string, fields []Field) {
	if len(fields) == 0 {
		return
	}
	fmt.Fprintf(b, "\n| %s | type | meaning |\n|---|---|---|\n", what)
	for _, f := range fields {
		fmt.Fprintf(b, "| `%s%s` | `%s` | %s |\n", prefix, f.Name, cell(f.Type), cell(f.Doc))
	}
}

// cell keeps a text within its column.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func writeErrors(b *strings.Builder) {
	fmt.Fprintf(b, "\n## Error objects\n\n%s\n\n```lua\n%s\n```\n", errorDoc, errorExample)
	writeFieldRows(b, "field", "e.", errorFields)
	b.WriteString("\n| kind | in smtplib | meaning |\n|---|---|---|\n")
	for _, k := range errorKinds() {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", k.Name, strings.TrimPrefix(k.Type, "smtplib's "), cell(k.Doc))
	}
}

func writeLibraries(b *strings.Builder) {
	b.WriteString("\n## Lua's own libraries\n\nScripts are Lua 5.1 with all its libraries, `table.pack`, `table.unpack`, `goto`, `utf8` and `bit`. `moonpost doc string.format` gives a line on each function and the place in the manual.\n\n")
	for _, l := range luaLibraries() {
		manual := l.manual[strings.Index(l.manual, "https:"):]
		fmt.Fprintf(b, "- [`%s`](%s): %s\n", l.name, manual, l.doc)
	}
}

// anchor is the link to a heading, as GitHub makes it.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '_', r == '-':
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}
