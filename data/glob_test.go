package data

import (
	"errors"
	"io/fs"
	"path"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

// mapGlob gives a map of files the root "/" and names that begin with "./".
type mapGlob struct{ fstest.MapFS }

func (m mapGlob) name(name string) string {
	if name = strings.Trim(path.Clean(name), "/"); name == "" {
		return "."
	}
	return name
}
func (m mapGlob) ReadDir(name string) ([]fs.DirEntry, error) { return m.MapFS.ReadDir(m.name(name)) }
func (m mapGlob) Lstat(name string) (fs.FileInfo, error)     { return m.MapFS.Stat(m.name(name)) }

func TestGlob(t *testing.T) {
	files := mapGlob{fstest.MapFS{}}
	for _, name := range []string{"a.pdf", "b.PDF", "c.png", ".hidden", ".git/config", "out/a.pdf", "out/2026/b.pdf", "out/2026/10/c.pdf", "out/.x/d.pdf", "x[1].txt", "in/z", "in/{k}"} {
		files.MapFS[name] = &fstest.MapFile{}
	}
	for pattern, want := range map[string]string{
		"*.pdf": "a.pdf", "*/": "in out", "{*/,*.png}": "c.png in out", "a.pdf/": "", "[!a].p*": "c.png", `in/\{k\}`: "in/{k}", "in/[{]k}": "in/{k}", `in/{\{k\},z}`: "in/z in/{k}", "[a-b].{pdf,PDF}": "a.pdf b.PDF", "*": "a.pdf b.PDF c.png in out x[1].txt", ".*": ".git .hidden", "*.{pdf,png}": "a.pdf c.png", "{out,in}/*": "in/z in/{k} out/2026 out/a.pdf", "?.p*": "a.pdf c.png",
		"[a-b].*": "a.pdf b.PDF", "[^a].p*": "c.png", "out/**/*.pdf": "out/2026/10/c.pdf out/2026/b.pdf out/a.pdf", "**/*.pdf": "a.pdf out/2026/10/c.pdf out/2026/b.pdf out/a.pdf",
		"out/**": "out/2026 out/2026/10 out/2026/10/c.pdf out/2026/b.pdf out/a.pdf", "**/**/c.pdf": "out/2026/10/c.pdf", "**/2026/*.pdf": "out/2026/b.pdf", "**/nothing": "",
		"a.pdf": "a.pdf", "no.pdf": "", "out/": "out", "out//a.pdf": "out/a.pdf", "./*.pdf": "./a.pdf", "/*.pdf": "/a.pdf", "out/../*.png": "out/../c.png", `x\[1].txt`: "x[1].txt", "a.pdf/*": "", "no/*": "", "{a,{b,c}}.*": "a.pdf b.PDF c.png", "{}*.png": "c.png", "out/./a.pdf": "out/./a.pdf",
	} {
		got, err := Glob(pattern, files, func() error { return nil })
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %q, %v", pattern, got, err)
		}
	}
	for pattern, want := range map[string]string{"": "empty", "[": "[ that is not closed", "a[b": "[ that is not closed", "a\\": "backslash", "{a,b": "{ that is not closed", strings.Repeat("{a,b}", 20): "too many alternatives", strings.Repeat("{", 1000): "not closed"} {
		if got, err := Glob(pattern, files, func() error { return nil }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %q, %v", pattern, got, err)
		}
	}
	stop := errors.New("stop")
	if _, err := Glob("*", files, func() error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func FuzzGlob(f *testing.F) {
	files := mapGlob{fstest.MapFS{"a/b/c.txt": {}, "a/d.txt": {}, ".x": {}}}
	for _, seed := range []string{"**/*.txt", "{a,b}/[a-z]*", "./*", "/a/../?"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		if len(pattern) > 100 {
			return
		}
		got, err := Glob(pattern, files, func() error { return nil })
		again, _ := Glob(pattern, files, func() error { return nil })
		if err == nil && !reflect.DeepEqual(got, again) {
			t.Fatal(got, again)
		}
	})
}
