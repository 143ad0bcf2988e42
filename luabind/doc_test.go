package luabind

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

func TestDoc(t *testing.T) {
	for name, want := range map[string]string{
		"smtp": "smtp\n", "smtp.connect": "smtp.connect(", "smtp.Conn": "smtp.Conn\n", "smtp.Conn:sendmail": "smtp.Conn:sendmail(",
		"conn:sendmail": "smtp.Conn:sendmail(", "sendmail": "smtp.Conn:sendmail(", "Conn:sendmail": "smtp.Conn:sendmail(", "relay:submit": "smtp.Relay:submit(",
		"smtp.ConnectOptions": "smtp.ConnectOptions\n", "mime.Part:walk": "mime.Part:walk(", "msg:walk": "mime.Part:walk(", "attach": "mime.Part:attach(",
		"moonpost.Error": "error\n", "error": "error\n", "e.kind": "error.kind: ", "conn.tls": "smtp.Conn.tls: ",
		"string.format": "string.format(", "print": "print(", "string": "string\n", "lua": "lua\n", "gsub": "string.gsub(",
	} {
		if text, _, ok := Doc(name); !ok || !strings.HasPrefix(text, want) {
			t.Errorf("Doc(%q) = %.80q, %v", name, text, ok)
		}
	}
	for name, want := range map[string]string{"smtp.conect": "smtp.connect", "sendmial": "smtp.Conn:sendmail", "conn:sendmial": "smtp.Conn:sendmail", "xyzzyx": ""} {
		if _, near, ok := Doc(name); ok || near != want {
			t.Errorf("Doc(%q) suggests %q, want %q", name, near, want)
		}
	}
}

// TestDocFits holds the texts within their width; examples and addresses are
// as long as they are.
func TestDocFits(t *testing.T) {
	for name, e := range docEntries() {
		for _, line := range strings.Split(e.text, "\n") {
			if utf8.RuneCountInString(line) > docWidth && !strings.HasPrefix(line, "    ") && !strings.Contains(line, "https://") && strings.Count(strings.TrimSpace(line), " ") > 2 {
				t.Errorf("%s: %q", name, line)
			}
		}
	}
}

// TestErrorKindsAreDocumented compares the documentation with what the types
// of errors say of themselves.
func TestErrorKindsAreDocumented(t *testing.T) {
	known := map[string]bool{"script": true}
	kind := regexp.MustCompile(`\) Kind\(\) +string +\{ return "([a-z_]+)" \}`)
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			source, readErr := os.ReadFile(path)
			for _, m := range kind.FindAllStringSubmatch(string(source), -1) {
				known[m[1]] = true
			}
			return readErr
		}
		return err
	})
	if err != nil || len(known) < 15 {
		t.Fatal(err, known)
	}
	for _, k := range errorKinds() {
		if !known[k.Name] {
			t.Errorf("no error is of kind %q", k.Name)
		}
		delete(known, k.Name)
	}
	if len(known) > 0 {
		t.Errorf("not documented: %v", known)
	}
}

// TestLuaFunctionsAreDocumented compares the table of Lua's own functions with
// those that a script finds.
func TestLuaFunctionsAreDocumented(t *testing.T) {
	clock := func() time.Time { return time.Unix(0, 0) }
	host := &Host{LookupEnv: func(string) (string, bool) { return "", false }, Wall: clock, Mono: clock, Logger: slog.New(slog.DiscardHandler)}
	program, err := Compile(Script{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	rt := newRuntime(context.Background(), host, program, func(error) {})
	defer rt.state.Close()
	rows := luaRows()
	var found []string
	libraries := map[string]bool{"lua": true}
	rt.state.Get(lua.GlobalsIndex).(*lua.LTable).ForEach(func(key, value lua.LValue) {
		if value.Type() == lua.LTFunction && !strings.HasPrefix(key.String(), "_") {
			found = append(found, key.String())
		}
		if library, ok := value.(*lua.LTable); ok && slices.ContainsFunc(luaLibraries(), func(l luaLibrary) bool { return l.name == key.String() }) {
			libraries[key.String()] = true
			library.ForEach(func(name, f lua.LValue) {
				if f.Type() == lua.LTFunction {
					found = append(found, key.String()+"."+name.String())
				}
			})
		}
	})
	for _, name := range found {
		if rows[name].Doc == "" {
			t.Errorf("%s has no line in luaFunctions", name)
		}
		delete(rows, name)
	}
	for name := range rows {
		if libraries[libraryOf(name)] {
			t.Errorf("there is no %s", name)
		}
	}
}

// TestPageLinks follows the links of docs/lua.md.
func TestPageLinks(t *testing.T) {
	page := Markdown()
	headings := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(page, -1) {
		headings[anchor(m[1])]++
	}
	for _, m := range regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllStringSubmatch(page, -1) {
		if headings[m[1]] != 1 {
			t.Errorf("#%s leads to %d headings", m[1], headings[m[1]])
		}
	}
}

// TestStubsAreLua gives the definition files to PUC's compiler.
func TestStubsAreLua(t *testing.T) {
	luac, err := exec.LookPath("luac5.1")
	if err != nil {
		t.Skip("SKIPPED: luac5.1 is not installed; the definition files are parsed by gopher-lua alone")
	}
	for name, text := range Stubs() {
		if _, _, err := compile([]byte(text), name); err != nil {
			t.Error(err)
		}
		cmd := exec.CommandContext(t.Context(), luac, "-p", "-")
		cmd.Stdin = strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, out)
		}
	}
}
