package lint_test

import (
	"fmt"
	"strings"

	"moonpost/luabind/lint"

	"github.com/yuin/gopher-lua/parse"
)

// The linter learns from a World what a script can use; here that is print alone.
func Example() {
	const source = "print('hello')\nprnt('world')\n"
	chunk, err := parse.Parse(strings.NewReader(source), "hello.lua")
	if err != nil {
		fmt.Println(err)
		return
	}
	world := &lint.World{
		Globals: map[string][]string{"print": nil},
		Near:    func(string, []string) string { return "print" },
	}
	findings, _ := lint.Check(&lint.File{Name: "hello.lua", Source: []byte(source), Chunk: chunk}, world)
	for _, f := range findings {
		fmt.Printf("%s:%d:%d: %s\n", f.File, f.Line, f.Column, f.Message)
	}
	// Output: hello.lua:2:1: unknown global "prnt"; did you mean "print"?
}
