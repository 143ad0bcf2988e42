package moonpost_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const noticePage = "NOTICE.md"

// platforms are what the binary is built for: a library may be linked into
// one of them only.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64"}

// licenceFile tells which files of a module must go along with a binary that
// holds it.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|unlicense)([-.].*)?$`)

// inner are licences within a module that its own points to, or of files in it that are linked too.
var inner = map[string][]string{
	"github.com/golang/freetype":   {"licenses/ftl.txt"},
	"github.com/go-analyze/charts": {"chartdraw/drawing/fonts/OFL.txt"},
}

// fontLicences lie beside the fonts that this repository carries.
const fontLicences = "report/chart/fonts/*.txt"

// goModule is what `go list` tells about a linked module.
type goModule struct {
	Path, Version, Dir string
	Main               bool
}

// TestNotice holds NOTICE.md against the modules that are linked into the
// binary. The texts are their authors' and are reproduced as the licences ask.
//
//	go test . -run Notice -update
func TestNotice(t *testing.T) {
	want := notices(t, linkedModules(t))
	if *update {
		if err := os.WriteFile(noticePage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(noticePage)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Errorf("%s is stale: go test . -run Notice -update\n%s", noticePage, firstDifference(string(have), want))
	}
}

// linkedModules are all modules of which a package is in the binary, on any
// platform, by path.
func linkedModules(t *testing.T) []goModule {
	t.Helper()
	modules := map[string]goModule{}
	for _, platform := range platforms {
		system, machine, _ := strings.Cut(platform, "/")
		env := []string{"GOOS=" + system, "GOARCH=" + machine, "CGO_ENABLED=0"}
		goList(t, env, []string{"-deps", "-json=Module", "./cmd/moonpost"}, func(decode func(any) error) error {
			var p struct{ Module *goModule }
			if err := decode(&p); err != nil {
				return err
			}
			if p.Module != nil && !p.Module.Main {
				modules[p.Module.Path] = *p.Module
			}
			return nil
		})
	}
	var sorted []goModule
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		sorted = append(sorted, modules[name])
	}
	return sorted
}

// notices is the whole page.
func notices(t *testing.T, modules []goModule) string {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules = append([]goModule{{Path: "Go standard library and runtime", Dir: strings.TrimSpace(string(root))}}, modules...)
	var page strings.Builder
	page.WriteString("# Third-party notices\n\nThe moonpost binary contains the following software. This page is made by `go test . -run Notice -update`.\n\n")
	for _, m := range modules {
		fmt.Fprintf(&page, "- %s\n", m)
	}
	for _, m := range modules {
		fmt.Fprintf(&page, "\n## %s\n", m)
		for _, text := range licenceTexts(t, m) {
			fmt.Fprintf(&page, "\n%s", indented(text))
		}
	}
	page.WriteString("\n## Fonts of charts\n")
	for _, text := range fontTexts(t) {
		fmt.Fprintf(&page, "\n%s", indented(text))
	}
	return page.String()
}

// String is the module's line on the page.
func (m goModule) String() string { return strings.TrimSpace(m.Path + " " + m.Version) }

// licenceTexts reads the licence files at the module's top.
func licenceTexts(t *testing.T, m goModule) []string {
	t.Helper()
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		t.Fatalf("%s: %v", m.Path, err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
			continue
		}
		names = append(names, entry.Name())
	}
	var texts []string
	for _, name := range append(names, inner[m.Path]...) {
		text, err := os.ReadFile(filepath.Join(m.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if len(texts) == 0 {
		t.Errorf("%s has no licence file", m.Path)
	}
	return texts
}

// fontTexts reads the licences of the fonts; each font has one.
func fontTexts(t *testing.T) (texts []string) {
	t.Helper()
	files, err := filepath.Glob(fontLicences)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	fonts, err := filepath.Glob("report/chart/fonts/*.gz")
	if err != nil || len(fonts) == 0 || len(fonts) != len(texts) {
		t.Errorf("%d fonts have %d licences, %v", len(fonts), len(texts), err)
	}
	return texts
}

// indented makes a code block of the text, so that nothing in it is taken for
// Markdown.
func indented(text string) string {
	var block strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		if line = strings.TrimRight(line, " \t\f\n"); line != "" {
			block.WriteString("    " + line)
		}
		block.WriteByte('\n')
	}
	return block.String()
}

// firstDifference shows the first line that differs.
func firstDifference(have, want string) string {
	h, w := strings.Split(have, "\n"), strings.Split(want, "\n")
	for i := range max(len(h), len(w)) {
		a, b := "(end)", "(end)"
		if i < len(h) {
			a = h[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\nhave %s\nwant %s", i+1, a, b)
		}
	}
	return ""
}
