package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"moonpost/luabind"
	"moonpost/scripts"
)

// typesFolder holds the editor's definition files in a new project, as its
// .luarc.json says.
const typesFolder = ".moonpost/types"

// initCmd is `moonpost init`: a project to start from.
type initCmd struct {
	Kind string `arg:"" optional:"" default:"mailmerge" help:"What to start from: mailmerge (the default), report, heartbeat, digest or invite."`
	Dir  string `default:"." placeholder:"DIR" help:"Folder to write into; it is made if need be (default: the working directory)."`
}

// run writes the files, all or none: a file that exists is never touched.
func (c *initCmd) run(p *process) int {
	files, err := scripts.Start(c.Kind)
	if err != nil {
		p.complain(err.Error(), "to write into a folder of that name: moonpost init --dir "+c.Kind)
		return statusUsage
	}
	for name, text := range luabind.Stubs() {
		files[typesFolder+"/"+name] = []byte(text)
	}
	if taken := takenNames(c.Dir, files); taken != nil {
		p.complain(fmt.Sprintf("nothing written: %s has %s already", c.folder(), strings.Join(taken, ", ")), "choose another folder: moonpost init --dir NAME")
		return statusRefused
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := writeNew(filepath.Join(c.Dir, filepath.FromSlash(name)), files[name]); err != nil {
			p.complain(err.Error(), "")
			return statusScript
		}
	}
	c.welcome(p, files)
	return statusDone
}

// takenNames lists the files that stand in the way. Definition files may be
// written over: moonpost made them.
func takenNames(dir string, files map[string][]byte) []string {
	var taken []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		_, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name)))
		if !errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(name, typesFolder+"/") {
			taken = append(taken, name)
		}
	}
	return taken
}

// writeNew writes one file and makes the folders that lead to it.
func writeNew(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // as mkdir makes it
		return err
	}
	return os.WriteFile(path, text, 0o644) //nolint:gosec // as an editor writes it
}

// welcome lists what was written and what to do next.
func (c *initCmd) welcome(p *process, files map[string][]byte) {
	var text strings.Builder
	fmt.Fprintf(&text, "written to %s:\n", c.folder())
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasPrefix(name, typesFolder+"/") {
			fmt.Fprintf(&text, "  %s\n", name)
		}
	}
	fmt.Fprintf(&text, "  %s/  (what editors know of moonpost's modules)\n\nnext:\n", typesFolder)
	if c.Dir != "." {
		fmt.Fprintf(&text, "  cd %s\n", c.Dir)
	}
	script := mainScript(files)
	fmt.Fprintf(&text, "  moonpost check %s\n  moonpost run --sink %s\n  moonpost test\n", script, script)
	_, _ = p.stdout.Write([]byte(text.String()))
}

// mainScript is the name of the project's script: that which is no test.
func mainScript(files map[string][]byte) string {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, ".lua") && !strings.HasSuffix(name, "_test.lua") && !strings.HasPrefix(name, typesFolder+"/") {
			return name
		}
	}
	return ""
}

// folder is how messages call the project's folder.
func (c *initCmd) folder() string {
	if c.Dir == "." {
		return "this folder"
	}
	return c.Dir
}
