package luabind

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// harmless are the functions and types of package os that open no file.
var harmless = []string{"FileMode", "Pipe", "TempDir", "FindProcess", "Getpid", "SameFile", "IsNotExist", "IsExist", "IsPathSeparator"}

// walkers are functions of path/filepath that look at the disk.
var walkers = []string{"EvalSymlinks", "Glob", "Walk", "WalkDir"}

// TestFilesGoThroughTheDisk: what a script names is opened by the host's disk
// and nowhere else, or a sandbox would not hold for it.
func TestFilesGoThroughTheDisk(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if strings.HasPrefix(name, "disk") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, _ := f.X.(*ast.Ident)
			switch {
			case pkg == nil:
			case pkg.Name == "os" && !slices.Contains(harmless, f.Sel.Name), pkg.Name == "filepath" && slices.Contains(walkers, f.Sel.Name):
				t.Errorf("%s: %s.%s goes past the host's disk", set.Position(call.Pos()), pkg.Name, f.Sel.Name)
			}
			return true
		})
	}
}

// sandboxFolder is a folder with a neighbour that no script in it may see.
func sandboxFolder(t *testing.T) (folder, secret string) {
	t.Helper()
	top := t.TempDir()
	folder, secret = filepath.Join(top, "in"), filepath.Join(top, "secret.txt")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(folder, "sub"), 0o700),
		os.WriteFile(secret, []byte("secret"), 0o600),
		os.WriteFile(filepath.Join(folder, "own.txt"), []byte("own"), 0o600),
		os.Symlink(secret, filepath.Join(folder, "link")),
		os.Symlink("..", filepath.Join(folder, "up")),
		os.Symlink("own.txt", filepath.Join(folder, "inner")),
		os.Symlink(filepath.Dir(secret), filepath.Join(folder, "sub", "top")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return folder, secret
}

func TestFolderDiskEndsAtTheFolder(t *testing.T) {
	folder, secret := sandboxFolder(t)
	d, err := newFolderDisk(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer d.root.Close()
	t.Chdir(folder)
	inside := []string{"own.txt", "./own.txt", "sub/../own.txt", "inner", filepath.Join(folder, "own.txt"), filepath.Join(folder, "sub", "..", "own.txt")}
	for _, name := range inside {
		if text, err := readFrom(d, name); err != nil || string(text) != "own" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	outside := []string{secret, "../secret.txt", "link", "up/secret.txt", "sub/top/secret.txt", "sub/../../secret.txt", "/etc/passwd", folder + "/../secret.txt", folder + "x"}
	for _, name := range outside {
		for what, err := range folderCalls(d, name) {
			if sandboxed(err) == nil {
				t.Errorf("%s of %s: %v", what, name, err)
			}
		}
	}
	if text, err := os.ReadFile(secret); err != nil || string(text) != "secret" {
		t.Errorf("the neighbour is %q, %v", text, err)
	}
}

// folderCalls tries all that changes or shows a file, but for what is meant
// for a link itself.
func folderCalls(d disk, name string) map[string]error {
	_, open := d.OpenFile(name, os.O_RDONLY, 0)
	_, write := d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	_, stat := d.Stat(name)
	calls := map[string]error{"open": open, "write": write, "stat": stat, "chtimes": d.Chtimes(name, time.Now(), time.Now())}
	if !strings.HasSuffix(name, "link") { // which is in the folder, and may be renamed and removed
		_, list := d.ReadDir(name)
		calls["list"], calls["mkdir"] = list, d.MkdirAll(filepath.Join(name, "new"), 0o700)
		calls["rename to"] = d.Rename("own.txt", name)
		calls["rename from"] = d.Rename(name, "taken")
		calls["remove"], calls["remove all"] = d.Remove(name), d.RemoveAll(name)
	}
	return calls
}

func TestFolderDiskErrorsNameTheFile(t *testing.T) {
	folder, _ := sandboxFolder(t)
	d, err := newFolderDisk(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer d.root.Close()
	name := filepath.Join(folder, "missing.csv")
	_, err = d.OpenFile(name, os.O_RDONLY, 0)
	var pathErr *fs.PathError
	if !errors.As(err, &pathErr) || pathErr.Op != "open" || pathErr.Path != name || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	t.Chdir(t.TempDir())
	_, err = d.Stat("news.html")
	if e := sandboxed(err); e == nil || !strings.Contains(e.hint, `script.path("news.html")`) {
		t.Errorf("%v", err)
	}
}
