package luabind

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Markdown is docs/lua.md: the whole binding table as a page.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# The Lua API\n\nMade from the binding table by `moonpost doc --markdown`; do not edit. `moonpost doc NAME` prints one entry.\n")
	for _, m := range modules(nil) {
		how := fmt.Sprintf("`local %s = require \"%s\"`", m.Name, m.Name)
		if m.Global {
			how = "global; can be required too"
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s (%s.)\n", m.Name, m.Doc, how)
		writeFieldRows(&b, m.Name+".", m.Values)
		for _, f := range m.Functions {
			writeEntry(&b, m.Name+"."+f.Name, f)
		}
		for _, c := range m.Classes {
			fmt.Fprintf(&b, "\n### %s\n\n%s\n", c.Name, c.Doc)
			writeFieldRows(&b, "", c.Fields)
			for _, f := range c.Methods {
				writeEntry(&b, c.Name+":"+f.Name, f)
			}
		}
		for _, t := range m.Types {
			fmt.Fprintf(&b, "\n```lua\n%s\n```\n", t)
		}
	}
	b.WriteString("\n## Error objects\n\nEvery failure is raised as an object; `tostring(e)` is one line.\n")
	writeFieldRows(&b, "e.", errorFields)
	return b.String()
}

func writeEntry(b *strings.Builder, name string, f Function) {
	fmt.Fprintf(b, "\n#### `%s%s`\n\n%s\n", name, f.Sig, f.Doc)
	if f.Example != "" {
		fmt.Fprintf(b, "\n```lua\n%s\n```\n", f.Example)
	}
}

func writeFieldRows(b *strings.Builder, prefix string, fields []Field) {
	if len(fields) == 0 {
		return
	}
	b.WriteString("\n| field | type | meaning |\n|---|---|---|\n")
	for _, f := range fields {
		fmt.Fprintf(b, "| `%s%s` | `%s` | %s |\n", prefix, f.Name, strings.ReplaceAll(f.Type, "|", `\|`), f.Doc)
	}
}

// Doc gives the documentation of one name, such as "smtp.connect",
// "smtp.Conn:sendmail", "smtp.Conn" or "smtp". When there is none, near is
// the nearest name that exists.
func Doc(name string) (text, near string, ok bool) {
	entries := docEntries()
	if text, ok := entries[name]; ok {
		return text, "", true
	}
	names := make([]string, 0, len(entries))
	for n := range entries {
		names = append(names, n)
		if strings.HasSuffix(n, ":"+name) || strings.HasSuffix(n, "."+name) {
			near = n
		}
	}
	slices.Sort(names)
	if near == "" {
		near = Nearest(name, names)
	}
	return "", near, false
}

// docEntries renders every entry of the table by its name.
func docEntries() map[string]string {
	errors := listText("moonpost.Error", "Every failure is raised as an object with these fields.", fieldNames(errorFields))
	entries := map[string]string{"errors": errors, "moonpost.Error": errors}
	for _, m := range modules(nil) {
		var names []string
		for _, f := range m.Functions {
			entries[m.Name+"."+f.Name] = functionText(m.Name+"."+f.Name, f)
			names = append(names, fmt.Sprintf("%-34s %s", m.Name+"."+f.Name, firstSentence(f.Doc)))
		}
		names = append(names, fieldNames(m.Values)...)
		for _, c := range m.Classes {
			names = append(names, fmt.Sprintf("%-34s %s", c.Name, firstSentence(c.Doc)))
			entries[c.Name] = classText(c)
			for _, f := range c.Methods {
				entries[c.Name+":"+f.Name] = functionText(c.Name+":"+f.Name, f)
			}
		}
		for _, t := range m.Types {
			names = append(names, fmt.Sprintf("%-34s options and their types", className(t)))
			entries[className(t)] = t + "\n"
		}
		entries[m.Name] = listText(m.Name, m.Doc, names)
	}
	return entries
}

func functionText(name string, f Function) string {
	text := fmt.Sprintf("%s%s\n\n%s\n", name, f.Sig, f.Doc)
	if f.Example != "" {
		text += "\n    " + strings.ReplaceAll(f.Example, "\n", "\n    ") + "\n"
	}
	if types := typesIn(f.Sig); len(types) > 0 {
		text += "\nSee also: " + strings.Join(types, ", ") + "\n"
	}
	return text
}

// typesIn lists the classes that a signature names: words such as
// smtp.ConnectOptions.
func typesIn(sig string) []string {
	var types []string
	for _, word := range strings.FieldsFunc(sig, func(r rune) bool { return r != '.' && r != '_' && !unicode.IsLetter(r) }) {
		_, class, ok := strings.Cut(word, ".")
		if ok && class != "" && unicode.IsUpper(rune(class[0])) && !slices.Contains(types, word) {
			types = append(types, word)
		}
	}
	return types
}

func classText(c Class) string {
	names := fieldNames(c.Fields)
	for _, f := range c.Methods {
		names = append(names, fmt.Sprintf("%-34s %s", c.Name+":"+f.Name, firstSentence(f.Doc)))
	}
	return listText(c.Name, c.Doc, names)
}

func listText(name, doc string, lines []string) string {
	return fmt.Sprintf("%s\n\n%s\n\n  %s\n", name, doc, strings.Join(lines, "\n  "))
}

func fieldNames(fields []Field) []string {
	var lines []string
	for _, f := range fields {
		lines = append(lines, fmt.Sprintf("%-34s %s: %s", f.Name, f.Type, f.Doc))
	}
	return lines
}

// className reads the name out of a LuaCATS class.
func className(class string) string {
	line, _, _ := strings.Cut(class, "\n")
	return strings.TrimSpace(strings.TrimPrefix(line, "---@class"))
}

func firstSentence(doc string) string {
	line, _, _ := strings.Cut(doc, "\n")
	if i := strings.Index(line, ". "); i >= 0 {
		return line[:i+1]
	}
	return line
}

// Names lists all names that Doc knows, sorted.
func Names() []string {
	var names []string
	for n := range docEntries() {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
