package luabind

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
)

// requiredName finds the modules that a text requires by a literal name.
var requiredName = regexp.MustCompile(`\brequire\s*\(?\s*["']([\w.-]+)["']`)

// maxScanned bounds how many modules are searched for flags.
const maxScanned = 64

// scanModules looks for flags.parse in the modules beside a script that does
// not call it itself, so that a program may keep its options in a file of
// its own. What cannot be read or parsed is left to require.
func scanModules(s Script) scannedFlags {
	seen := map[string]bool{}
	pending := requiredNames(s.Source)
	for len(pending) > 0 && len(seen) < maxScanned {
		name := pending[0]
		pending = pending[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		source := s.module(name)
		chunk, _, err := compile(source, name)
		if source == nil || err != nil {
			continue
		}
		var flags scannedFlags
		if flags.decls, flags.found, flags.literal = scanFlags(chunk); flags.found {
			return flags
		}
		pending = append(pending, requiredNames(source)...)
	}
	return scannedFlags{}
}

func requiredNames(source []byte) []string {
	var names []string
	for _, match := range requiredName.FindAllSubmatch(source, -1) {
		names = append(names, string(match[1]))
	}
	return names
}

// module reads a module that lies beside the script; nil when there is none.
func (s *Script) module(name string) []byte {
	file := strings.ReplaceAll(name, ".", "/")
	for _, candidate := range []string{file + ".lua", file + "/init.lua"} {
		var source []byte
		var err error
		if s.Library != nil {
			source, err = fs.ReadFile(s.Library, candidate)
		} else {
			source, err = s.readBeside(filepath.FromSlash(candidate))
		}
		if err == nil {
			return source
		}
	}
	return nil
}

func (s *Script) readBeside(name string) ([]byte, error) {
	name = filepath.Join(s.Dir, name)
	if !s.Confined {
		return readFrom(openDisk{}, name)
	}
	d, err := newFolderDisk(s.folder())
	if err != nil {
		return nil, err
	}
	defer d.root.Close() //nolint:errcheck // opened for reading only
	return readFrom(d, name)
}
