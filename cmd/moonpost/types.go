package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"moonpost/luabind"
)

// typesCmd is `moonpost types`.
type typesCmd struct {
	Folder string `arg:"" optional:"" name:"dir" type:"path" help:"Folder to write to (default ./moonpost-types)."`
	Dir    string `default:"moonpost-types" type:"path" placeholder:"DIR" hidden:"" help:"The folder, too."`
}

// run writes the definition files and says how an editor finds them. A file of
// somebody else's stays as it is.
func (c *typesCmd) run(p *process) int {
	files, dir := luabind.Stubs(), c.Dir
	if c.Folder != "" {
		dir = c.Folder
	}
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		if err := notOurs(filepath.Join(dir, name)); err != nil {
			p.complain("types: "+err.Error(), "name another folder: moonpost types DIR")
			return statusRefused
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // as mkdir makes it
		p.complain(err.Error(), "")
		return statusScript
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(files[name]), 0o644); err != nil { //nolint:gosec // as an editor writes it
			p.complain(err.Error(), "")
			return statusScript
		}
	}
	_, _ = fmt.Fprintf(p.stdout, "%s written to %s\nFor lua-language-server, put into .luarc.json:\n  { \"runtime.version\": \"Lua 5.1\", \"workspace.library\": [\"%s\"] }\n",
		plural(len(files), "definition file"), dir, filepath.ToSlash(dir))
	return statusDone
}

// notOurs is the error for a file that is there and that `moonpost types` did
// not write.
func notOurs(path string) error {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !bytes.HasPrefix(data, []byte("---@meta")):
		return fmt.Errorf("%s is not one of moonpost's definition files", path)
	}
	return nil
}
