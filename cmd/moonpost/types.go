package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"moonpost/luabind"
)

// typesCmd is `moonpost types`.
type typesCmd struct {
	Dir string `default:"moonpost-types" type:"path" placeholder:"DIR" help:"Folder to write to (default ./moonpost-types)."`
}

// run writes the definition files and says how an editor finds them.
func (c *typesCmd) run(p *process) int {
	files := luabind.Stubs()
	if err := os.MkdirAll(c.Dir, 0o755); err != nil { //nolint:gosec // as mkdir makes it
		p.complain(err.Error(), "")
		return statusScript
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(files[name]), 0o644); err != nil { //nolint:gosec // as an editor writes it
			p.complain(err.Error(), "")
			return statusScript
		}
	}
	_, _ = fmt.Fprintf(p.stdout, "%s written to %s\nFor lua-language-server, put into .luarc.json:\n  { \"runtime.version\": \"Lua 5.1\", \"workspace.library\": [\"%s\"] }\n",
		plural(len(files), "definition file"), c.Dir, filepath.ToSlash(c.Dir))
	return statusDone
}
