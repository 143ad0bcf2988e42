package main

import (
	"fmt"

	"moonpost/luabind"
)

// docCmd is `moonpost doc`.
type docCmd struct {
	Name     string `arg:"" optional:"" help:"A module, function, method or class, e.g. smtp.connect."`
	Markdown bool   `help:"Print the whole API as a page (docs/lua.md)."`
}

func (c *docCmd) run(p *process) int {
	switch {
	case c.Markdown:
		_, _ = fmt.Fprint(p.stdout, luabind.Markdown())
		return statusDone
	case c.Name == "":
		for _, name := range luabind.Names() {
			_, _ = fmt.Fprintln(p.stdout, name)
		}
		return statusDone
	}
	text, near, ok := luabind.Doc(c.Name)
	if !ok {
		hint := "moonpost doc lists all names"
		if near != "" {
			hint = fmt.Sprintf("did you mean %s?", near)
		}
		p.complain(fmt.Sprintf("doc: there is no %q", c.Name), hint)
		return statusUsage
	}
	_, _ = fmt.Fprint(p.stdout, text)
	return statusDone
}
