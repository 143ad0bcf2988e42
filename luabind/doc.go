package luabind

import (
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
