package moonpost_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the path before every room's own.
const module = "moonpost/"

// lua is what only luabind may touch.
var lua = []string{"github.com/yuin/gopher-lua", "github.com/yuin/gluamapper"}

// arrows says what a package may import: rooms of this house, libraries (by
// prefix), and which parts of the standard library it may not. A package that
// has no line here does not exist yet: a new room needs a noun, its arrows, a
// package doc and an example. A line without its package is a room to come.
var arrows = map[string]arrow{
	"cmd/moonpost": {
		rooms: []string{"luabind", "serve", "sink", "scripts", "outbox", "outbox/sqlstore"},
		libs:  []string{"github.com/alecthomas/kong", "github.com/vbauerster/mpb/v8", "github.com/lmittmann/tint", "golang.org/x/term", "github.com/peterh/liner"},
	},
	"luabind": {
		rooms: []string{"luabind/lua51", "luabind/lint", "luabind/luatext", "smtp", "mime", "mime/sign", "mime/mailbox", "relay", "outbox", "data", "report", "report/chart", "report/xlsx", "sink", "serve"},
		libs:  lua,
	},
	// Lua's own libraries as the manual has them; nothing of mail, no files, no processes.
	"luabind/lua51": {libs: lua, notStd: []string{"os", "net"}},
	// Lua source as people read it, after something went wrong.
	"luabind/luatext": {libs: []string{"golang.org/x/text"}, notStd: []string{"os", "net"}},
	// What is wrong with a script's text: syntax trees in, findings out.
	"luabind/lint": {libs: lua, notStd: []string{"os", "net"}},
	"serve": {
		rooms:  []string{"outbox", "relay", "smtp", "mime"},
		libs:   []string{"github.com/emersion/go-smtp", "github.com/emersion/go-sasl"},
		notStd: []string{"os/exec"},
	},
	"outbox":            {rooms: []string{"relay", "smtp"}, notStd: []string{"os/exec"}},
	"outbox/sqlstore":   {rooms: []string{"outbox"}, libs: []string{"modernc.org/sqlite", "github.com/jackc/pgx/v5", "golang.org/x/sys"}, notStd: []string{"os/exec"}},
	"outbox/outboxtest": {rooms: []string{"outbox"}},
	"outbox/crashtest":  {}, // tests only
	"relay": {
		rooms: []string{"smtp"}, libs: []string{"github.com/miekg/dns"},
		notStd: []string{"os", "net/smtp", "net/textproto"},
	},
	"smtp": {
		libs: []string{"github.com/emersion/go-sasl", "github.com/xdg-go/scram", "golang.org/x/net/proxy", "golang.org/x/net/idna"},
		// Certificates are read with os; net/smtp and net/textproto are what this room replaces.
		notStd: []string{"os/exec", "net/http", "net/smtp", "net/textproto", "net/mail", "mime"},
	},
	"smtp/smtptest": {rooms: []string{"smtp"}, libs: []string{"github.com/xdg-go/scram"}, notStd: []string{"os/exec", "net/smtp", "net/textproto"}},
	"sink": {
		rooms: []string{"mime"}, libs: []string{"github.com/emersion/go-smtp", "github.com/emersion/go-sasl"},
		notStd: []string{"os/exec", "net/smtp"},
	},
	"mime": {
		libs: []string{
			"github.com/emersion/go-message", "github.com/yuin/goldmark",
			"golang.org/x/text", "golang.org/x/net/html", "golang.org/x/net/idna", "github.com/segmentio/asm/base64",
		},
		notStd: []string{"net", "os"},
	},
	"mime/sign": {
		rooms: []string{"mime"}, libs: []string{"github.com/emersion/go-msgauth/dkim", "github.com/smallstep/pkcs7", "github.com/ProtonMail/go-crypto"},
		notStd: []string{"net", "os"},
	},
	"mime/mailbox": {rooms: []string{"mime"}, notStd: []string{"net", "os"}},
	"report": {
		rooms: []string{"mime", "data"}, libs: []string{
			"github.com/yuin/goldmark", "github.com/vanng822/go-premailer",
			"github.com/yuin/goldmark", "github.com/vanng822/go-premailer", "github.com/go-analyze/charts", "github.com/golang/freetype",
			"github.com/xuri/excelize/v2", "codeberg.org/go-pdf/fpdf",
		},
		notStd: []string{"net", "os"},
	},
	"report/chart": {rooms: []string{"report", "data"}, libs: []string{"github.com/go-analyze/charts", "github.com/golang/freetype", "golang.org/x/image", "golang.org/x/text"}, notStd: []string{"net", "os"}},
	"report/xlsx":  {rooms: []string{"report", "mime"}, libs: []string{"github.com/xuri/excelize/v2"}, notStd: []string{"net", "os"}},
	"data": {
		libs: []string{
			"golang.org/x/text", "golang.org/x/net/idna", "github.com/goccy/go-yaml", "github.com/BurntSushi/toml",
			"github.com/jackc/pgx/v5", "github.com/go-sql-driver/mysql", "modernc.org/sqlite",
		},
		notStd: []string{"os", "net/smtp", "net/mail", "mime"},
	},
	"bench":    {}, // tests only
	"scripts":  {notStd: []string{"os", "net"}},
	"examples": {},
}

// arrow is one package's line in arrows.
type arrow struct {
	rooms, libs []string
	// notStd are packages of the standard library with all below them; net/url
	// touches no network and is free for all.
	notStd []string
}

// nobody may import these: the binary is one static file that logs through
// log/slog and starts no other Lua, mail or plugin machinery.
var nobody = []string{"C", "plugin", "log", "unsafe", "github.com/stretchr/testify"}

// goPackage is what `go list` tells about a package.
type goPackage struct {
	ImportPath, Name, Doc, Dir string
	GoFiles, Imports, Deps     []string
}

// room is the package's name in arrows.
func (p goPackage) room() string { return strings.TrimPrefix(p.ImportPath, module) }

func TestArchitecture(t *testing.T) {
	packages := listPackages(t)
	t.Run("arrows", func(t *testing.T) {
		for _, p := range packages {
			checkArrows(t, p)
		}
	})
	t.Run("only luabind reaches Lua", func(t *testing.T) {
		for _, p := range packages {
			checkLua(t, p)
		}
	})
	t.Run("package docs", func(t *testing.T) {
		for _, p := range packages {
			checkDoc(t, p)
		}
	})
}

// checkArrows compares what p imports with its line in arrows.
func checkArrows(t *testing.T, p goPackage) {
	t.Helper()
	allowed, known := arrows[p.room()]
	if !known {
		t.Errorf("%s is a room without a line in arrows", p.room())
		return
	}
	for _, name := range p.Imports {
		if reason := allowed.refuses(name); reason != "" {
			t.Errorf("%s must not import %s: %s", p.room(), name, reason)
		}
	}
}

// refuses says why the package may not import name; "" if it may.
func (a arrow) refuses(name string) string {
	own, isOwn := strings.CutPrefix(name, module)
	switch {
	case slices.Contains(nobody, name):
		return "nobody may"
	case isOwn && !slices.Contains(a.rooms, own):
		return "no arrow leads there"
	case isOwn:
		return ""
	case isStandard(name) && name != "net/url" && slices.ContainsFunc(a.notStd, within(name)):
		return "that part of the standard library is closed to it"
	case !isStandard(name) && !slices.ContainsFunc(a.libs, within(name)):
		return "the library isn't among its own"
	}
	return ""
}

// checkLua looks at everything linked, not only at direct imports.
func checkLua(t *testing.T, p goPackage) {
	t.Helper()
	if within(p.room())("luabind") || strings.HasPrefix(p.room(), "cmd/") {
		return
	}
	for _, name := range lua {
		if slices.ContainsFunc(p.Deps, func(dep string) bool { return within(dep)(name) }) {
			t.Errorf("%s reaches %s", p.room(), name)
		}
	}
}

// checkDoc wants a sentence that begins as go doc's convention says.
func checkDoc(t *testing.T, p goPackage) {
	t.Helper()
	if len(p.GoFiles) == 0 {
		return // tests only
	}
	begin := "Package " + p.Name + " "
	if p.Name == "main" {
		begin = "Command " + path.Base(p.ImportPath) + " "
	}
	if !strings.HasPrefix(p.Doc, begin) {
		t.Errorf("%s: the package doc begins with %q, want %q", p.room(), p.Doc, begin)
	}
}

// within returns a test whether name is a package or lies below it.
func within(name string) func(parent string) bool {
	return func(parent string) bool { return name == parent || strings.HasPrefix(name, parent+"/") }
}

// isStandard goes by the rule that a module's first element has a dot.
func isStandard(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return !strings.Contains(first, ".")
}

// listPackages asks the go command for every package of the module. Packages
// that hold only tests come with no imports.
func listPackages(t *testing.T) []goPackage {
	t.Helper()
	var packages []goPackage
	goList(t, nil, []string{"-json=ImportPath,Name,Doc,Dir,GoFiles,Imports,Deps", "./..."}, func(decode func(any) error) error {
		var p goPackage
		if err := decode(&p); err != nil {
			return err
		}
		if p.ImportPath != strings.TrimSuffix(module, "/") || len(p.GoFiles) > 0 {
			packages = append(packages, p)
		}
		return nil
	})
	if len(packages) == 0 {
		t.Fatal("go list found no package")
	}
	return packages
}

// goList runs `go list` and calls each until its JSON ends.
func goList(t *testing.T, env, args []string, each func(decode func(any) error) error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	command.Env = append(os.Environ(), env...)
	var complaint strings.Builder
	command.Stderr = &complaint
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, complaint.String())
	}
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		switch err := each(decoder.Decode); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			t.Fatal(err)
		}
	}
}

// folders are the rooms at the top; the root reads as a table of contents.
var folders = []string{
	"bench", "cmd", "data", "docs", "examples", "internal", "luabind", "mime",
	"outbox", "relay", "report", "scripts", "serve", "sink", "smtp",
}

// namesWithoutNoun say where something was put, not what it is.
var namesWithoutNoun = []string{"common", "helper", "helpers", "lib", "misc", "pkg", "shared", "tools", "util", "utils"}

func TestRooms(t *testing.T) {
	walk(t, func(name string, entry fs.DirEntry) {
		base := path.Base(name)
		switch {
		case entry.IsDir() && !strings.Contains(name, "/") && !slices.Contains(folders, name):
			t.Errorf("%s/ is not among the rooms", name)
		case strings.HasPrefix(name, "internal/"):
			t.Errorf("%s: internal/ stays empty", name)
		case entry.IsDir() && slices.Contains(namesWithoutNoun, base),
			slices.Contains(namesWithoutNoun, strings.TrimSuffix(strings.TrimSuffix(base, ".go"), "_test")):
			t.Errorf("%s has a name without a noun", name)
		}
	})
}

// walk visits what git would: everything but hidden names, bin/ and private/.
func walk(t *testing.T, visit func(name string, entry fs.DirEntry)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".":
			return nil
		case strings.HasPrefix(entry.Name(), "."), name == "bin", entry.IsDir() && entry.Name() == "private":
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		visit(name, entry)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
