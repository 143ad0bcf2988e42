package scripts

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed start
var start embed.FS

// projectFiles are what every new project gets, as the files are named here
// and there: git and editors would take a name with a dot for this repository's.
var projectFiles = map[string]string{
	"luarc.json": ".luarc.json", "editorconfig": ".editorconfig", "luacheckrc": ".luacheckrc", "gitignore": ".gitignore",
}

// Starts lists the kinds of project that Start knows.
func Starts() []string {
	entries, err := start.ReadDir("start")
	if err != nil {
		return nil
	}
	var kinds []string
	for _, e := range entries {
		if e.Name() != "project" {
			kinds = append(kinds, e.Name())
		}
	}
	return kinds
}

// Start gives the files of a new project by name: its script, data and test,
// and the settings of editors and checkers. An unknown kind is an error that
// lists those that exist.
func Start(kind string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, folder := range []string{"project", kind} {
		entries, err := start.ReadDir("start/" + folder)
		if err != nil || kind == "project" {
			return nil, fmt.Errorf("there is no project %q to start from; there are %s", kind, strings.Join(Starts(), ", "))
		}
		for _, e := range entries {
			text, err := fs.ReadFile(start, "start/"+folder+"/"+e.Name())
			if err != nil {
				return nil, err
			}
			name := e.Name()
			if hidden, ok := projectFiles[name]; ok && folder == "project" {
				name = hidden
			}
			files[name] = text
		}
	}
	return files, nil
}
