package data

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// GlobFS is what Glob looks into.
type GlobFS interface {
	ReadDir(name string) ([]fs.DirEntry, error)
	Lstat(name string) (fs.FileInfo, error)
}

// Bounds of a pattern and of a search.
const (
	mostAlternatives = 256
	mostVisited      = 1 << 20
)

// Glob finds the files and folders whose names fit a pattern, sorted: * ? and
// [a-z] and [!a-z] within one name, {a,b} for alternatives, ** for any number
// of folders (links are not followed there); a backslash takes the meaning
// from the next character, and a / at the end finds folders alone. As in a
// shell a name that begins with a dot is found by a pattern that does. Folders that cannot be read have nothing
// in them. check is asked for every folder and can end the search.
func Glob(pattern string, in GlobFS, check func() error) ([]string, error) {
	if pattern == "" {
		return nil, errors.New("the pattern is empty")
	}
	alternatives, err := braces(pattern)
	if err != nil {
		return nil, err
	}
	g := globber{in: in, check: check}
	for _, one := range alternatives {
		base := ""
		if strings.HasPrefix(one, "/") {
			base = "/"
		}
		var steps []string
		for step := range strings.SplitSeq(one, "/") {
			if step == "" || step == "**" && len(steps) > 0 && steps[len(steps)-1] == "**" {
				continue
			}
			step = shellClasses(step)
			if _, err := path.Match(step, ""); err != nil {
				return nil, errors.New("the pattern has a [ that is not closed, or ends with a backslash")
			}
			steps = append(steps, step)
		}
		if n := len(steps); n > 0 && steps[n-1] == "**" {
			steps = append(steps, "*")
		}
		g.folders = strings.HasSuffix(one, "/")
		if err := g.walk(base, steps); err != nil {
			return nil, err
		}
	}
	slices.Sort(g.found)
	return slices.Compact(g.found), nil
}

// shellClasses writes [!a] as path.Match has it, [^a].
func shellClasses(step string) string {
	out := []byte(step)
	for i := 0; i < len(out); i++ {
		switch {
		case out[i] == '\\':
			i++
		case out[i] == '[' && i+1 < len(out) && out[i+1] == '!':
			out[i+1] = '^'
		}
	}
	return string(out)
}

// firstBrace finds a { that stands neither behind a backslash nor in a class.
func firstBrace(pattern string) int {
	class := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case c == '[' || c == ']':
			class = c == '[' && strings.IndexByte(pattern[i:], ']') > 0
		case c == '{' && !class:
			return i
		}
	}
	return -1
}

// braces writes out {a,b}, which may nest.
func braces(pattern string) ([]string, error) {
	open := firstBrace(pattern)
	if open < 0 {
		return []string{pattern}, nil
	}
	var cuts []int // where alternatives begin and the last ends
	depth, end := 0, -1
	for i := open; i < len(pattern) && end < 0; i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case c == '{':
			if depth++; depth == 1 {
				cuts = append(cuts, i+1)
			}
		case c == ',' && depth == 1:
			cuts = append(cuts, i+1)
		case c == '}':
			if depth--; depth == 0 {
				end = i
				cuts = append(cuts, i+1)
			}
		}
	}
	if end < 0 {
		return nil, errors.New("the pattern has a { that is not closed")
	}
	var all []string
	for i := range len(cuts) - 1 {
		inner, err := braces(pattern[:open] + pattern[cuts[i]:cuts[i+1]-1] + pattern[end+1:])
		if err != nil {
			return nil, err
		}
		if all = append(all, inner...); len(all) > mostAlternatives {
			return nil, errors.New("the pattern has too many alternatives")
		}
	}
	return all, nil
}

// globber is one search.
type globber struct {
	in      GlobFS
	check   func() error
	folders bool // nothing else is looked for
	visited int
	found   []string
}

var errGlobMany = errors.New("the pattern leads to more than a million names")

// walk follows the steps of a pattern from base on.
func (g *globber) walk(base string, steps []string) error {
	if len(steps) == 0 {
		if base != "" && (!g.folders || g.isFolder(base)) {
			g.found = append(g.found, base)
		}
		return nil
	}
	step, rest := steps[0], steps[1:]
	if !strings.ContainsAny(step, `*?[\`) {
		next := under(base, step)
		if len(rest) == 0 {
			if _, err := g.in.Lstat(next); err != nil {
				return nil //nolint:nilerr // what is not there is not found
			}
		}
		return g.walk(next, rest)
	}
	return g.entries(base, step, rest)
}

// isFolder holds for a folder and a link to one.
func (g *globber) isFolder(name string) bool {
	info, err := g.in.Lstat(name + "/.")
	return err == nil && info.IsDir()
}

// entries goes through the names in a folder.
func (g *globber) entries(base, step string, rest []string) error {
	if err := g.check(); err != nil {
		return err
	}
	folder := base
	if folder == "" {
		folder = "."
	}
	entries, err := g.in.ReadDir(folder)
	if err != nil {
		entries = nil
	}
	if g.visited += len(entries) + 1; g.visited > mostVisited {
		return errGlobMany
	}
	if step == "**" {
		if err := g.walk(base, rest); err != nil {
			return err
		}
	}
	for _, entry := range entries {
		name := entry.Name()
		if name[0] == '.' && step[0] != '.' {
			continue
		}
		next, after := under(base, name), rest
		isLink := entry.Type()&fs.ModeSymlink != 0
		switch {
		case step == "**":
			if !entry.IsDir() {
				continue
			}
			after = append([]string{"**"}, rest...)
		case !matches(step, name) || len(rest) > 0 && !entry.IsDir() && !isLink:
			continue
		}
		if err := g.walk(next, after); err != nil {
			return err
		}
	}
	return nil
}

// under puts a name behind a folder's, and changes nothing else: ./a stays so.
func under(base, name string) string {
	if base == "" {
		return name
	}
	return strings.TrimSuffix(base, "/") + "/" + name
}

func matches(step, name string) bool {
	ok, err := path.Match(step, name)
	return ok && err == nil
}
