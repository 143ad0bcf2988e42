package luabind

import (
	"strconv"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// slot is where the value of a gap comes from: a field of the row, or a template of its own.
type slot struct {
	path   []string                         // nil for whatever is not a mere field
	action *data.Template                   // what gives the value, for a field too when it is neither text nor number
	source *data.Template                   // the text in which the gap stands, for its errors
	render func(*rowReader) (string, error) // makes the value in a way of its own; nil is by action
}

// rowReader is the row of one message. It is read as a whole only when a template asks for it.
type rowReader struct {
	value lua.LValue
	tree  any
	read  bool
}

// whole gives the row as plain data.
func (r *rowReader) whole() (any, error) {
	if r.read {
		return r.tree, nil
	}
	tree, err := treeReader{root: "mime.template:render: row", number: treeInteger, object: plainObject}.read(r.value)
	r.tree, r.read = tree, err == nil
	return tree, err
}

// render fills a template from the row.
func (r *rowReader) render(t *data.Template) (string, error) {
	tree, err := r.whole()
	if err != nil {
		return "", err
	}
	return t.Render(tree)
}

// fill looks up the values of all gaps.
func (t *luaTemplate) fill(row *rowReader) error {
	table, ok := row.value.(*lua.LTable)
	if !ok && row.value != lua.LNil {
		_, err := row.whole()
		if err == nil {
			err = &argumentError{text: "mime.template:render: row must be a table, got " + describe(row.value)}
		}
		return err
	}
	for i := range t.slots {
		s := &t.slots[i]
		if text, plain := rowText(table, s.path); plain {
			t.values[i] = text
			continue
		}
		if err := t.fillSlot(i, row); err != nil {
			return err
		}
	}
	return nil
}

// fillSlot is for what is not a text, a number or a boolean in the row.
func (t *luaTemplate) fillSlot(i int, row *rowReader) error {
	text, err := t.slotText(i, row)
	t.values[i] = text
	return err
}

func (t *luaTemplate) slotText(i int, row *rowReader) (string, error) {
	s := &t.slots[i]
	if s.render != nil {
		return s.render(row)
	}
	text, err := row.render(s.action)
	if err == nil {
		return text, nil
	}
	if _, known := row.render(s.source); known != nil {
		return "", known
	}
	return "", err
}

// rowText gives a field as text; plain is false for what only the template packages can tell.
func rowText(t *lua.LTable, path []string) (text string, plain bool) {
	if t == nil || len(path) == 0 {
		return "", false
	}
	v := t.RawGetString(path[0])
	for _, name := range path[1:] {
		inner, ok := v.(*lua.LTable)
		if !ok {
			return "", false
		}
		v = inner.RawGetString(name)
	}
	switch v := v.(type) {
	case lua.LString:
		return string(v), true
	case lua.LNumber:
		return data.DecimalText(float64(v)), true
	case lua.LBool:
		return strconv.FormatBool(bool(v)), true
	default:
		return "", false
	}
}
