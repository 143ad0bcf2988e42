// Package scripts holds the ready-to-use programs that are part of the
// binary: `moonpost run @mailmerge` runs mailmerge.lua.
package scripts

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed *.lua modules/*.lua
var files embed.FS

// Files holds the programs and their modules.
func Files() fs.FS { return files }

// Names lists the programs as they are named on the command line, with @.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".lua"); ok { // not the folder of their modules
			names = append(names, "@"+name)
		}
	}
	return names
}

// Source gives the text of the program with that name (without @). An
// unknown name is an error that lists those that exist.
func Source(name string) ([]byte, error) {
	source, err := files.ReadFile(name + ".lua")
	if err != nil {
		return nil, fmt.Errorf("there is no script @%s in the binary; there are %s", name, strings.Join(Names(), ", "))
	}
	return source, nil
}
