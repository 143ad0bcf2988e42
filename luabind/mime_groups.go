package luabind

import (
	"strings"

	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// groupedField is an address field whose groups have names, which a list of addresses cannot hold.
type groupedField struct{ name, text string }

// grouped finds the address options that name groups, and gives them as text.
func (o *messageOptions) grouped() []groupedField {
	var fields []groupedField
	for _, f := range []struct {
		name  string
		value lua.LValue
	}{{"From", o.From}, {"Reply-To", o.ReplyTo}, {"To", o.To}, {"Cc", o.Cc}, {"Bcc", o.Bcc}} {
		if text, named := groupText(f.value); named && !hasGaps(text) { // a list with gaps is read when it is filled
			fields = append(fields, groupedField{f.name, text})
		}
	}
	return fields
}

// groupText writes checked addresses in any form as one list; named tells whether there is a group among them.
func groupText(v lua.LValue) (text string, named bool) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), strings.Contains(string(v), ":") && mime.HasGroups(string(v))
	case *lua.LTable:
		if address := v.RawGetString("address"); address != lua.LNil {
			return mime.Address{Name: lua.LVAsString(v.RawGetString("name")), Address: lua.LVAsString(address)}.String(), false
		}
		items := make([]string, v.Len())
		for i := range items {
			one := false
			items[i], one = groupText(v.RawGetInt(i + 1))
			named = named || one
		}
		return strings.Join(items, ", "), named
	}
	return "", false
}
