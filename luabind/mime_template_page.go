package luabind

import (
	"slices"

	"moonpost/data"
	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// page cuts the HTML, or the Markdown of which it is made. Pictures are embedded once; a gap names none.
func (c *cutter) page(o *messageOptions) (*mime.Gapped, error) {
	if o.Markdown == nil && o.HTML == nil {
		return nil, nil
	}
	switch {
	case hasGaps(o.Embed.Files):
		return nil, &argumentError{text: c.call + ": embed.files takes no gaps: what a page shows is chosen by the script, not by data"}
	case o.Markdown != nil && c.varies("charset"):
		return nil, &argumentError{text: c.call + ": charset takes no gaps beside markdown, whose page names it"}
	case o.Markdown != nil && o.HTML != nil: // the engine's error
		_, err := mime.Compose(mime.Spec{HTML: o.HTML, Markdown: o.Markdown}, c.rt.host.mimeEnv())
		return nil, err
	}
	p := &pageCutter{cutter: c, where: "html", embedding: o.Embed.engine(c.rt)}
	source := o.HTML
	p.convert = func(text string) (string, error) { return text, nil }
	if o.Markdown != nil {
		p.where, p.markdown, source = "markdown", true, o.Markdown
		p.convert = func(text string) (string, error) { return mime.MarkdownPage(text, o.Charset) }
	}
	switch {
	case !hasGaps(*source):
		return p.fixed(*source)
	case !p.markdown && p.embedding == nil:
		return c.pointer(p.where, source, true), c.err
	default:
		return p.gapped(*source)
	}
}

// pageCutter makes a page of a text and cuts it.
type pageCutter struct {
	*cutter
	where     string // names the text in errors
	markdown  bool
	convert   func(text string) (page string, err error)
	embedding *mime.Embedding
	embedder  *mime.Embedder
}

// page converts a text, and puts cid: URLs in place of its pictures.
func (p *pageCutter) page(text string) (string, error) {
	page, err := p.convert(text)
	if err != nil || p.embedder == nil {
		return page, err
	}
	return p.embedder.Rewrite(page)
}

// first converts the text of all messages and takes its pictures.
func (p *pageCutter) first(text string) (string, error) {
	if p.embedding == nil {
		return p.page(text)
	}
	p.embedder = mime.NewEmbedder(*p.embedding)
	page, err := p.page(text)
	p.embedder.Seal()
	p.t.embedded = p.embedder.Parts()
	return page, err
}

func (p *pageCutter) fixed(text string) (*mime.Gapped, error) {
	page, err := p.first(text)
	g := mime.Fixed(page)
	return &g, err
}

func (p *pageCutter) gapped(text string) (*mime.Gapped, error) {
	marked, err := data.ParseMarked(p.where, text)
	if err != nil {
		return nil, err
	}
	if p.embedding != nil {
		p.embedding.Skip = marked.Has
	}
	page, err := p.first(marked.Text())
	if err != nil {
		return nil, err
	}
	if !p.markdown || marked.Static() {
		return p.cutPage(marked.Restore(page), text)
	}
	// Its actions decide about the text, so that every message is converted anew.
	g := mime.Gapped{Texts: []string{"", ""}, Gaps: []mime.Gap{{Value: len(p.t.slots)}}}
	p.t.slots = append(p.t.slots, slot{render: func(row *rowReader) (string, error) { return p.render(marked, row) }})
	return &g, nil
}

// cutPage cuts a page; errors tell the lines of the text of which it was made.
func (p *pageCutter) cutPage(page, text string) (*mime.Gapped, error) {
	parsed, err := data.ParseTemplate(p.where, page, true)
	if err != nil {
		return nil, err
	}
	source, err := data.ParseTemplate(p.where, text, !p.markdown)
	if err != nil {
		return nil, err
	}
	g := p.cut(parsed, source, page, true)
	return &g, p.err
}

func (p *pageCutter) render(marked *data.Marked, row *rowReader) (string, error) {
	tree, err := row.whole()
	if err != nil {
		return "", err
	}
	filled, err := marked.Fill(tree)
	if err != nil {
		return "", err
	}
	page, err := p.page(filled.Text)
	if err != nil {
		return "", err
	}
	return filled.Page(page)
}

// calendar prepares an invitation with gaps: a value can add no property, nor end one.
func (c *cutter) calendar(t *lua.LTable) func(*lua.LState, *rowReader) (lua.LValue, error) {
	fail := func(err error) func(*lua.LState, *rowReader) (lua.LValue, error) {
		c.fail(err)
		return nil
	}
	var o calendarOptions
	err := readOptions(c.call+": calendar", t, &o)
	if err == nil && o.Content == nil {
		_, err = o.engine(c.call)
	}
	if err != nil {
		return fail(err)
	}
	marked, err := data.ParseMarked("calendar", *o.Content)
	if err != nil {
		return fail(err)
	}
	others := c.compileTable("calendar", tableWithout(c.L, t, "content"))
	return func(L *lua.LState, row *rowReader) (lua.LValue, error) {
		tree, err := row.whole()
		if err != nil {
			return nil, err
		}
		filled, err := marked.Fill(tree)
		if err != nil {
			return nil, err
		}
		out, err := others(L, row)
		if err != nil {
			return nil, err
		}
		out.(*lua.LTable).RawSetString("content", lua.LString(filled.Place(filled.Text, mime.CalendarValue)))
		return out, nil
	}
}

// tableWithout copies a table but for one key.
func tableWithout(L *lua.LState, t *lua.LTable, key string) *lua.LTable {
	out := L.NewTable()
	t.ForEach(func(k, v lua.LValue) {
		if k != lua.LString(key) {
			out.RawSet(k, v)
		}
	})
	return out
}

// varies tells whether an option has gaps of which the engine knows nothing.
func (c *cutter) varies(key string) bool {
	return slices.ContainsFunc(c.t.varying, func(v varying) bool { return v.key == key })
}
