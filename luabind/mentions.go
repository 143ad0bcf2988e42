package luabind

import "bytes"

// Mentions tells whether a word stands anywhere in the script or in the modules beside it that it requires. One that
// doesn't mention a module cannot use it.
func (s *Script) Mentions(word string) bool {
	seen := map[string]bool{}
	sources := [][]byte{s.Source}
	for len(sources) > 0 && len(seen) < maxScanned {
		source := sources[0]
		sources = sources[1:]
		if bytes.Contains(source, []byte(word)) {
			return true
		}
		for _, name := range requiredNames(source) {
			if !seen[name] {
				seen[name] = true
				sources = append(sources, s.module(name))
			}
		}
	}
	return len(sources) > 0 // too many to look at
}
