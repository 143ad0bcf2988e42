package luabind

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// docEntries renders every entry of the table by its name.
func docEntries() map[string]docEntry {
	entries := map[string]docEntry{}
	errors := docEntry{text: errorEntry()}
	for _, name := range []string{"error", "errors", "moonpost.Error"} {
		entries[name] = errors
	}
	addMinor(entries, "error", errorFields, "a field of error objects")
	addLibraries(entries)
	table := newBindingTable(modules(nil))
	for _, m := range modules(nil) {
		entries[m.Name] = docEntry{text: moduleText(m)}
		for _, f := range m.Functions {
			entries[m.Name+"."+f.Name] = docEntry{text: table.functionDoc(m.Name+"."+f.Name, f)}
		}
		for _, c := range m.Classes {
			entries[c.Name] = docEntry{text: table.classText(c)}
			for _, f := range c.Methods {
				entries[c.Name+":"+f.Name] = docEntry{text: table.functionDoc(c.Name+":"+f.Name, f)}
			}
			addMinor(entries, c.Name, c.Fields, "a field of "+c.Name)
		}
		addMinor(entries, m.Name, m.Values, "a value of the module "+m.Name)
		for _, t := range m.Types {
			name := className(t)
			entries[name] = docEntry{text: table.typeText(name)}
			addMinor(entries, name, table.types[name], "an option or field of "+name)
		}
	}
	return entries
}

func addMinor(entries map[string]docEntry, of string, fields []Field, what string) {
	for _, f := range fields {
		name := of + "." + plain(f.Name)
		if _, known := entries[name]; !known {
			entries[name] = docEntry{minor: true, text: name + ": " + f.Type + "\n\n" + wrap(what+": "+f.Doc, 0, 0) + "\n"}
		}
	}
}

// addLibraries adds Lua's own functions, each with the place in the manual.
func addLibraries(entries map[string]docEntry) {
	rows := luaRows()
	for _, l := range luaLibraries() {
		var functions []Function
		for _, name := range slices.Sorted(maps.Keys(rows)) {
			f := rows[name]
			if libraryOf(name) != l.name {
				continue
			}
			functions = append(functions, f)
			if _, known := entries[name]; !known { // error is an entry of its own
				entries[name] = docEntry{text: wrap(name+f.Sig, 0, 4) + "\n\n" + wrap(f.Doc, 0, 0) + "\n\n" + l.anchor(name) + "\n"}
			}
		}
		entries[l.name] = docEntry{text: l.name + "\n\n" + wrap(l.doc, 0, 0) + "\n" + list("Functions", functionRows("", functions)) + "\n" + l.manual + "\n"}
	}
}

// anchor is the place of a function in the manual.
func (l luaLibrary) anchor(name string) string {
	if page, _, ok := strings.Cut(l.manual, "#"); ok {
		return page + "#pdf-" + name
	}
	return l.manual
}

// moduleText lists what a module has.
func moduleText(m Module) string {
	how := fmt.Sprintf("local %s = require \"%s\"", m.Name, m.Name)
	if m.Global {
		how = m.Name + " is a global variable."
	}
	var classes []docRow
	var types []string
	for _, c := range m.Classes {
		classes = append(classes, docRow{c.Name, firstSentence(c.Doc)})
	}
	for _, t := range m.Types {
		types = append(types, className(t))
	}
	return m.Name + "\n\n" + paragraphs(m.Doc) + "\n\n    " + how + "\n" +
		list("Functions", functionRows(m.Name+".", m.Functions)) + list("Values", prefixed(m.Name+".", fieldRows(m.Values, false))) +
		list("Objects", classes) + namesText("Options and other tables", types)
}

// namesText lists names alone.
func namesText(title string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "\n" + title + "\n  " + wrap(strings.Join(names, ", "), 2, 2) + "\n"
}

func prefixed(prefix string, rows []docRow) []docRow {
	for i := range rows {
		rows[i].name = prefix + rows[i].name
	}
	return rows
}

// functionDoc is a function whole: call, meaning, example, options.
func (t *bindingTable) functionDoc(name string, f Function) string {
	text := wrap(name+shortSignature(f.Sig), 0, 4) + "\n\n" + paragraphs(f.Doc) + "\n"
	if f.Example != "" {
		text += codeBlock(f.Example)
	}
	var others []string
	sig := parseSignature(f.Sig)
	for _, p := range sig.params {
		for _, class := range typesIn(p.typ) {
			if fields := t.types[class]; fields != nil && p.name != "self" {
				text += list(fmt.Sprintf("%s (%s)", plain(p.name), class), fieldRows(fields, true))
			} else if p.name != "self" {
				others = append(others, class)
			}
		}
	}
	others = append(others, typesIn(strings.Join(sig.returns, " "))...)
	if len(others) > 0 {
		text += "\n" + wrap("See also: "+strings.Join(sortedUnique(others), ", "), 0, 4) + "\n"
	}
	return text
}

// classText lists what an object has, and which functions give one.
func (t *bindingTable) classText(c Class) string {
	var givers []string
	for name, f := range t.rows {
		if i := strings.LastIndex(f.Sig, "): "); i >= 0 && slices.Contains(typesIn(f.Sig[i:]), c.Name) && !strings.HasPrefix(name, c.Name+":") {
			givers = append(givers, name)
		}
	}
	text := c.Name + "\n\n" + paragraphs(c.Doc) + "\n"
	if len(givers) > 0 {
		text += "\n" + wrap("Given by "+strings.Join(sortedUnique(givers), ", ")+".", 0, 0) + "\n"
	}
	return text + list("Fields", fieldRows(c.Fields, false)) + list("Methods", functionRows(":", c.Methods))
}

// typeText is a table of options or of results.
func (t *bindingTable) typeText(name string) string {
	var users []string
	for row, f := range t.rows {
		if slices.Contains(typesIn(f.Sig), name) {
			users = append(users, row)
		}
	}
	text := name + "\n"
	if len(users) > 0 {
		text += "\n" + wrap("A table of "+strings.Join(sortedUnique(users), ", ")+".", 0, 0) + "\n"
	}
	return text + list("Fields", fieldRows(t.types[name], false))
}

func errorEntry() string {
	var kinds []docRow
	for _, k := range errorKinds() {
		text := k.Doc
		if k.Type != "" {
			text += " (" + k.Type + ")"
		}
		kinds = append(kinds, docRow{k.Name, text})
	}
	return "error\n\n" + paragraphs(errorDoc) + "\n" + codeBlock(errorExample) + list("Fields", fieldRows(errorFields, false)) + list("Kinds", kinds) +
		"\n" + wrap("error(message, level?), Lua's own function, raises any value: see lua.", 0, 0) + "\n"
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

// className reads the name out of a LuaCATS class.
func className(class string) string {
	line, _, _ := strings.Cut(class, "\n")
	return strings.TrimSpace(strings.TrimPrefix(line, "---@class"))
}
