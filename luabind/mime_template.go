package luabind

import (
	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

const mimeTemplateName = "mime.Template"

// luaTemplate is a message with gaps as a script holds it.
type luaTemplate struct {
	rt       *Runtime
	spec     mime.TemplateSpec
	engine   *mime.Template // nil when parts have gaps too
	slots    []slot         // where the values of the gaps come from
	row      rowReader      // the row at hand; none is rendered within another
	values   []string       // of the row at hand
	varying  []varying      // options with gaps of which the engine knows nothing
	embedded []*mime.Part   // pictures of the page
}

func mimeTemplateClass(rt *Runtime) Class {
	return Class{
		Name: mimeTemplateName, Doc: "A message with gaps. What its messages share is checked and encoded once, so that a rendered message costs next to nothing.",
		Methods: []Function{{
			"render", "(self: mime.Template, row?: table): mime.Part",
			"Fills the gaps from a table and gives a message like any other. A field that the table lacks raises and is named with its place; " +
				"`{{.x | default \"…\"}}` allows for it.",
			`local msg = letter:render{ name = "Ann", email = "ann@example.org" }`, rt.templateMessage,
		}},
	}
}

func (rt *Runtime) mimeTemplate(L *lua.LState) int {
	fields := argTable(L, "mime.template", 1, "fields")
	rt.noteTemplate(textsOf(fields))
	t, err := rt.newTemplate(L, fields)
	if err != nil {
		raise(L, err)
	}
	L.Push(rt.newObject(L, mimeTemplateName, t))
	return 1
}

func (rt *Runtime) newTemplate(L *lua.LState, options *lua.LTable) (*luaTemplate, error) {
	const call = "mime.template"
	c := &cutter{rt: rt, L: L, call: call, t: &luaTemplate{rt: rt}, slots: map[string]int{}}
	fixed, err := c.divide(options)
	if err != nil {
		return nil, err
	}
	var o messageOptions
	if err := readOptions(call, fixed, &o); err != nil {
		return nil, err
	}
	if err := c.spec(&o); err != nil {
		return nil, err
	}
	c.t.values = make([]string, len(c.t.slots))
	if len(c.t.varying) == 0 {
		if c.t.engine, err = mime.NewTemplate(c.t.spec, rt.host.mimeEnv()); err == nil {
			rt.warn(L, call, c.t.engine.Warnings())
		}
	}
	return c.t, err
}

// templateMessage is t:render(row).
func (rt *Runtime) templateMessage(L *lua.LState) int {
	t := checkObject[*luaTemplate](L, 1, mimeTemplateName)
	t.row = rowReader{value: L.Get(2)}
	p, err := t.render(L)
	t.row = rowReader{}
	if err != nil {
		raise(L, err)
	}
	L.Push(rt.newObject(L, partClassName, p))
	return 1
}

func (t *luaTemplate) render(L *lua.LState) (*luaPart, error) {
	if err := t.fill(&t.row); err != nil {
		return nil, err
	}
	if t.engine == nil {
		m, err := t.compose(L, &t.row)
		if err != nil {
			return nil, err
		}
		return &luaPart{rt: t.rt, part: m.Part, message: m}, nil
	}
	r, err := t.engine.Render(t.values)
	return &luaPart{rt: t.rt, rendered: r}, err
}

// compose makes a message whose parts have gaps too, as mime.message does.
func (t *luaTemplate) compose(L *lua.LState, row *rowReader) (*mime.Message, error) {
	const call = "mime.template:render"
	spec, err := t.spec.Fill(t.values)
	if err != nil {
		return nil, err
	}
	filled := L.NewTable()
	for _, v := range t.varying {
		value, err := v.fill(L, row)
		if err != nil {
			return nil, err
		}
		filled.RawSetString(v.key, value)
	}
	var o messageOptions
	if err := readOptions(call, filled, &o); err != nil {
		return nil, err
	}
	if err := t.vary(L, call, &o, &spec); err != nil {
		return nil, err
	}
	return mime.Compose(spec, t.rt.host.mimeEnv())
}

// vary puts the options that have gaps in place of those that have none.
func (t *luaTemplate) vary(L *lua.LState, call string, o *messageOptions, spec *mime.Spec) error {
	parts := mime.Spec{}
	if err := t.rt.messageParts(L, call, o, &parts); err != nil {
		return err
	}
	date, err := dateOf(call, o.Date)
	for _, v := range t.varying {
		switch v.key {
		case "attachments":
			spec.Attachments = parts.Attachments
		case "inline":
			spec.Inline = append(parts.Inline, t.embedded...)
		case "calendar":
			var err error
			if spec.Calendar, err = o.Calendar.engine(call); err != nil {
				return err
			}
		case "alternatives":
			spec.Alternatives = parts.Alternatives
		case "priority":
			spec.Priority = o.Priority
		case "auto_submitted":
			spec.AutoSubmitted = o.AutoSubmitted
		case "charset":
			spec.Charset = o.Charset
		case "date":
			spec.Date = date
		}
	}
	return err
}
