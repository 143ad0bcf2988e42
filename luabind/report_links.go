package luabind

import (
	"fmt"
	"slices"
	"strings"

	"moonpost/data"
	"moonpost/report"

	lua "github.com/yuin/gopher-lua"
)

// cellLinks make the links of a table's cells.
type cellLinks struct {
	makers   []cellLink // by column; nil without links
	warnings []string
}

// cellLink makes the links of one column: one of its three fields is set.
type cellLink struct {
	column   string // of the rows, which has the address
	template *data.Template
	function *lua.LFunction
	seen     bool // a row had the column
}

// cellLinks reads the option links.
func (t *tableRows) cellLinks(option *lua.LTable) (*cellLinks, error) {
	links := &cellLinks{}
	if option == nil {
		return links, nil
	}
	if err := t.checkNames("links", option); err != nil {
		return nil, err
	}
	links.makers = make([]cellLink, len(t.names))
	for i, name := range t.names {
		var err error
		if links.makers[i], err = t.cellLink(name, option.RawGetString(name)); err != nil {
			return nil, err
		}
	}
	return links, nil
}

func (t *tableRows) cellLink(name string, v lua.LValue) (cellLink, error) {
	key := "links" + treeStep(name)
	switch v := v.(type) {
	case *lua.LNilType:
		return cellLink{}, nil
	case *lua.LFunction:
		return cellLink{function: v}, nil
	case lua.LString:
		if text := string(v); strings.Contains(text, "{{") || report.SafeLink(text) {
			parsed, err := data.ParseTemplate(key, text, false)
			return cellLink{template: parsed}, err
		}
		own, err := t.ownColumns()
		if err == nil && own != nil && !slices.Contains(own, string(v)) {
			err = t.noColumn(string(v), own)
		}
		return cellLink{column: string(v)}, err
	}
	return cellLink{}, &OptionError{Call: t.call, Key: "links", What: fmt.Sprintf("option %q must be a column, a template or a function, got %s", key, describe(v))}
}

// of makes the links of the row that was read last.
func (c *cellLinks) of(t *tableRows) ([]string, error) {
	if c.makers == nil {
		return nil, nil
	}
	links := make([]string, len(t.columns))
	for i := range c.makers {
		link, err := c.makers[i].of(t)
		if err != nil {
			return nil, inCall(fmt.Sprintf("%s: row %d", t.call, t.n), err)
		}
		switch {
		case link == "":
		case report.SafeLink(link):
			links[i] = link
		default:
			c.warn(t, link)
		}
	}
	return links, nil
}

// warn tells the first link that leads nowhere; the cell is shown without.
func (c *cellLinks) warn(t *tableRows, link string) {
	if c.warnings == nil {
		c.warnings = []string{fmt.Sprintf("row %d: %s is no whole http:, https:, mailto: or tel: address, so that there is no link; {{.x | urlencode}} makes a value a part of one", t.n, optQuote(link))}
	}
}

func (l *cellLink) of(t *tableRows) (string, error) {
	switch {
	case l.function != nil:
		v, err := t.rt.invoke(t.L, l.function, t.source)
		if err != nil {
			return "", err
		}
		return linkText("the link's function must return", v)
	case l.template != nil:
		tree, err := treeReader{root: "the row", number: treeInteger, object: plainObject}.read(t.source)
		if err != nil {
			return "", err
		}
		return l.template.Render(tree)
	case l.column != "":
		v := t.source.RawGetString(l.column)
		l.seen = l.seen || v != lua.LNil
		return linkText(fmt.Sprintf("field %q must be", l.column), v)
	}
	return "", nil
}

func linkText(what string, v lua.LValue) (string, error) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), nil
	case *lua.LNilType:
		return "", nil
	default:
		if isNull(v) {
			return "", nil
		}
	}
	return "", &argumentError{text: fmt.Sprintf("%s an address or nil, got %s", what, describe(v))}
}

// check refuses a column that no row has, which is misspelt, once all rows are read.
func (c *cellLinks) check(t *tableRows) error {
	for _, l := range c.makers {
		if l.column != "" && !l.seen && !t.known && t.n > 0 {
			return t.noColumn(l.column, t.others())
		}
	}
	return nil
}
