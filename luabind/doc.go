package luabind

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// docEntry is what `moonpost doc` prints of one name. A minor one is a field or
// an option: found by name, not listed.
type docEntry struct {
	text  string
	minor bool
}

// Doc gives the documentation of a name: "smtp.connect", "smtp.Conn:sendmail",
// "conn:sendmail", "smtp.Conn", "smtp", "error", "string.format", or the last
// part alone, "sendmail", which gives all that are called so. When there is
// none, near is the nearest name that exists.
func Doc(name string) (text, near string, ok bool) {
	entries := docEntries()
	name, _, _ = strings.Cut(name, "(") // as it is written in a script
	if e, ok := entries[name]; ok {
		return e.text, "", true
	}
	found := lastPart(entries, name)
	if object, member, ok := cutLast(name); ok && len(found) == 0 {
		found = ofObject(entries, object, member)
	} else if len(found) == 0 {
		found = classesOf(entries, name)
	}
	if len(found) > 0 {
		var texts []string
		for _, n := range found {
			texts = append(texts, entries[n].text)
		}
		return strings.Join(texts, "\n"+strings.Repeat("-", docWidth)+"\n\n"), "", true
	}
	return "", nearestName(name), false
}

// cutLast splits a name at its last dot or colon.
func cutLast(name string) (object, member string, ok bool) {
	i := strings.LastIndexAny(name, ".:")
	if i < 0 {
		return "", name, false
	}
	return name[:i], name[i+1:], true
}

// lastPart lists the entries whose last part is name: functions, and fields
// and options only where there are no functions.
func lastPart(entries map[string]docEntry, name string) []string {
	var major, minor []string
	for n, e := range entries {
		if _, last, ok := cutLast(n); !ok || last != name {
			continue
		}
		if e.minor {
			minor = append(minor, n)
		} else {
			major = append(major, n)
		}
	}
	if len(major) > 0 {
		minor = nil
	}
	return sortedUnique(append(major, minor...))
}

// ofObject lists the members of the class whose objects are usually called
// object: conn:sendmail, msg:attach, Conn.tls.
func ofObject(entries map[string]docEntry, object, member string) []string {
	object = usualClass(object)
	var found []string
	for n := range entries {
		class, last, ok := cutLast(n)
		if !ok || last != member {
			continue
		}
		if _, own, _ := strings.Cut(class, "."); strings.EqualFold(own, object) || strings.EqualFold(class, object) {
			found = append(found, n)
		}
	}
	return sortedUnique(found)
}

// classesOf lists the classes whose objects are usually called name: conn, msg, relay.
func classesOf(entries map[string]docEntry, name string) []string {
	name = usualClass(name)
	var found []string
	for n, e := range entries {
		if _, own, ok := cutLast(n); ok && !e.minor && own != "" && unicode.IsUpper(rune(own[0])) && strings.EqualFold(own, name) {
			found = append(found, n)
		}
	}
	return sortedUnique(found)
}

// usualClass is the class, in lower case, of what scripts call so.
func usualClass(object string) string {
	switch object {
	case "msg", "message", "m":
		return "part"
	case "e", "err":
		return "error"
	case "c", "connection":
		return "conn"
	case "r":
		return "result"
	}
	return object
}

// nearestName gives the nearest of all names, or the nearest last part of one.
func nearestName(name string) string {
	names := Names()
	if near := Nearest(name, names); near != "" {
		return near
	}
	last := map[string]string{}
	for _, n := range names {
		if _, member, ok := cutLast(n); ok {
			last[member] = n
		}
	}
	_, member, _ := cutLast(name)
	return last[Nearest(member, slices.Sorted(maps.Keys(last)))]
}

// Names lists the names that Doc knows, sorted.
func Names() []string {
	var names []string
	for n, e := range docEntries() {
		if !e.minor {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

// Overview is what `moonpost doc` prints without a name: every module on a line.
func Overview() string {
	var modulesOf, libraries []docRow
	for _, m := range modules(nil) {
		modulesOf = append(modulesOf, docRow{m.Name, firstSentence(m.Doc)})
	}
	for _, l := range luaLibraries() {
		if !slices.ContainsFunc(modulesOf, func(row docRow) bool { return row.name == l.name }) {
			libraries = append(libraries, docRow{l.name, l.doc})
		}
	}
	return strings.TrimPrefix(list("moonpost's modules", modulesOf), "\n") +
		list("What every call shares", []docRow{{"error", "The objects that failures raise, and their kinds."}}) +
		list("Lua's own libraries", libraries) +
		"\n" + wrap("moonpost doc NAME tells more: a module (smtp), a function (smtp.connect), a method (conn:send_message), "+
		"a class (smtp.Conn), options (smtp.ConnectOptions), or any of these by its last word (send_message).", 0, 0) + "\n"
}

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
