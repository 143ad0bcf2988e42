package luabind

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFS(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct{ code, want string }{
		{`fs.mkdir("a/b"); fs.mkdir("a/b"); fs.write("a/b/x.txt", "one"); fs.append("a/b/x.txt", "\0two"); print(#fs.read("a/b/x.txt"), fs.stat("a/b/x.txt").size)`, "7\t7"},
		{`fs.write("a/b/x.txt", ""); print(fs.read("a/b/x.txt") == "", table.concat(fs.list("a/b"), ","))`, "true\tx.txt"},
		{`local s = fs.stat("a/b"); print(s.type, fs.stat("a/none"), fs.stat("a/b/x.txt/y"), time.now() - fs.stat("a/b/x.txt").modified ~= 0)`, "folder\tnil\tnil\ttrue"},
		{`print(fs.exists("a/b"), fs.exists("a/b/x.txt"), fs.exists("a/c"), fs.exists("a/b/x.txt/y"))`, "true\ttrue\tfalse\tfalse"},
		{`fs.copy("a/b/x.txt", "a"); fs.move("a/x.txt", "y.txt"); fs.move("y.txt", "a/b"); print(table.concat(fs.glob("**/*.txt"), " "), fs.exists("y.txt"))`, "a/b/x.txt a/b/y.txt\tfalse"},
		{`fs.write("a/z", "new"); fs.move("a/z", "a/b/x.txt"); print(fs.read("a/b/x.txt"))`, "new"},
		{`fs.move("a/b", "a/c"); print(table.concat(fs.list("a"), " "), #fs.list())`, "c\t1"},
		{`print(fs.remove("a/c/x.txt"), fs.remove("a/c/x.txt"), fs.remove("a/c/x.txt/y"), fs.remove("a", { recursive = true }), fs.exists("a"))`, "true\tfalse\tfalse\ttrue\tfalse"},
		{`print(fs.join("a", "../b", "c"), fs.join("a", "/b"), fs.basename("a/b.c"), fs.dirname("a/b.c"), fs.dirname("x"), fs.ext("a/b.c") , fs.ext(".bashrc") == "", fs.ext("a.b/c") == "")`, "b/c\t/b\tb.c\ta\t.\t.c\ttrue\ttrue"},
		{`fs.write("n", 5); print(fs.read("n"))`, "5"},
		{`local long = ("n"):rep(255); fs.write(long, "x"); fs.write(long, "yy"); print(fs.stat(long).size)`, "2"},
	} {
		checkModule(t, map[string]string{c.code: c.want})
	}
}

func TestFSErrors(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	here := absolute(t, ".")
	if err := errors.Join(os.WriteFile("file", []byte("x"), 0o600), os.MkdirAll("full/inner", 0o755)); err != nil {
		t.Fatal(err)
	}
	checkModule(t, map[string]string{
		`fs.read("none")`:                        "error: cannot read " + here + "/none: no such file or directory",
		`fs.read("full")`:                        "error: cannot read " + here + "/full: is a directory",
		`fs.read("")`:                            "error: fs.read: path is empty",
		`fs.read("a\0b")`:                        "error: fs.read: path holds a NUL",
		`fs.read()`:                              "error: fs.read: path must be a string, got nothing",
		`fs.write("x")`:                          "error: fs.write: content must be a string, got nothing",
		`fs.write("x", {})`:                      "error: fs.write: content must be a string, got a table",
		`fs.write("none/x", "y")`:                "error: fs.write: cannot write " + here + "/none/x: no such file or directory",
		`fs.write("full", "y")`:                  "error: fs.write: cannot write " + here + "/full: is a folder",
		`fs.write("file/x", "y")`:                "error: fs.write: cannot write " + here + "/file/x: not a directory",
		`fs.append("full", "y")`:                 "error: fs.append: cannot write " + here + "/full: is a directory",
		`fs.mkdir("file/x")`:                     "error: fs.mkdir: cannot write " + here + "/file/x: not a directory",
		`fs.list("none")`:                        "error: cannot read " + here + "/none: no such file or directory",
		`fs.glob("[")`:                           "error: fs.glob: the pattern has a [ that is not closed, or ends with a backslash",
		`fs.move("none", "x")`:                   "error: cannot read " + here + "/none: no such file or directory",
		`fs.copy("full", "x")`:                   "error: cannot read " + here + "/full: not a regular file",
		`fs.copy("file", "file")`:                "error: fs.copy: file and file are the same file",
		`fs.remove("full")`:                      "error: fs.remove: cannot write " + here + "/full: directory not empty",
		`fs.remove(".", { recursive = true })`:   "error: fs.remove: . is not removed with all that is in it",
		`fs.remove("..", { recursive = true })`:  "error: fs.remove: .. is not removed with all that is in it",
		`fs.remove("/", { recursive = true })`:   "error: fs.remove: / is not removed with all that is in it",
		`fs.remove("file", { recursiv = true })`: `error: fs.remove: unknown option "recursiv"; did you mean "recursive"?`,
		`local ok, e = pcall(fs.read, "none"); print(e.kind, e.path)`: "io\tnone",
	})
	if entries, err := os.ReadDir("."); err != nil || len(entries) != 2 {
		t.Errorf("left over: %v, %v", entries, err)
	}
}

// TestFSWriteReplaces: the old file stays whole until the new one is there,
// keeps its mode, and a link stays a link.
func TestFSWriteReplaces(t *testing.T) {
	t.Chdir(t.TempDir())
	err := errors.Join(os.WriteFile("file", []byte("old"), 0o600), os.Chmod("file", 0o640), os.Symlink("file", "link"))
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Open("file")
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	checkModule(t, map[string]string{`fs.write("file", "new content")`: ""})
	old := make([]byte, 10)
	if n, _ := before.Read(old); string(old[:n]) != "old" {
		t.Errorf("the open file reads %q", old[:n])
	}
	if info, err := os.Stat("file"); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	checkModule(t, map[string]string{`fs.write("link", "by the link"); print(fs.read("file"))`: "by the link"})
	if info, err := os.Lstat("link"); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if names, err := filepath.Glob(".*"); err != nil || len(names) > 0 {
		t.Errorf("left over: %v", names)
	}
}

// TestFSEffects: every function that changes something asks before it does.
func TestFSEffects(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("file", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	for code, want := range map[string]string{
		`fs.write("a", "x")`: "fs.write a", `fs.append("a", "x")`: "fs.append a", `fs.mkdir("a")`: "fs.mkdir a", `fs.remove("file")`: "fs.remove file",
		`fs.move("file", "a")`: "fs.move file", `fs.copy("file", "a")`: "fs.copy a",
	} {
		host := testHost()
		var asked []string
		host.Effect = func(e Effect) error {
			asked = append(asked, e.Call+" "+e.Target)
			if e.Kind != EffectWrite || e.Where != "test.lua:1:" {
				t.Errorf("%+v", e)
			}
			return refused
		}
		err := runOn(t, host, `local fs = require "fs"; `+code)
		if !errors.Is(err, refused) || strings.Join(asked, ",") != want {
			t.Errorf("%s: %v, asked %v", code, err, asked)
		}
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}
