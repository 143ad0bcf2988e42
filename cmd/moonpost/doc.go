package main

import (
	"fmt"
	"strings"

	"moonpost/luabind"
)

// docCmd is `moonpost doc`.
type docCmd struct {
	Name     string `arg:"" optional:"" help:"A module, function, method, class or option, e.g. smtp.connect, conn:noop, error, string.format."`
	Names    bool   `help:"List all names."`
	Markdown bool   `help:"Print the whole API as a page (docs/lua.md)."`
}

func (c *docCmd) run(p *process) int {
	text := luabind.Overview()
	switch {
	case c.Markdown:
		text = luabind.Markdown()
	case c.Names:
		text = strings.Join(luabind.Names(), "\n") + "\n"
	case c.Name != "":
		var err error
		if text, err = docOf(c.Name); err != nil {
			p.complain("doc: "+err.Error(), "moonpost doc lists the modules, moonpost doc --names all names")
			return statusUsage
		}
	}
	_, _ = fmt.Fprint(p.stdout, text)
	return statusDone
}

// docOf is the documentation of a name, or an error that names the nearest.
func docOf(name string) (string, error) {
	text, near, ok := luabind.Doc(name)
	switch {
	case ok:
		return text, nil
	case near != "":
		return "", fmt.Errorf("there is no %q; did you mean %s?", name, near)
	}
	return "", fmt.Errorf("there is no %q", name)
}
