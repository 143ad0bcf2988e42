package luabind

import (
	"bytes"

	"moonpost/luabind/luatext"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// maxSources bounds in octets what is remembered of texts that a script
// compiles at run time; a script's own files are always remembered.
const maxSources = 4 << 20

// sources are the texts that were compiled, by the names that stand in error
// messages: they are shown as they were then, not as a file is now.
type sources struct {
	texts map[string]*sourceText
	size  int
}

// sourceText is one of them.
type sourceText struct {
	text      []byte
	ambiguous bool // another text has the same name
	parsed    bool
	functions []functionScope // found when the first error asks for names
}

// add remembers a text under its chunk's name.
func (s *sources) add(name string, text []byte) {
	if s.texts == nil {
		s.texts = map[string]*sourceText{}
	}
	if old := s.texts[name]; old != nil {
		old.ambiguous = old.ambiguous || !bytes.Equal(old.text, text)
		return
	}
	if s.size += len(text); s.size <= maxSources+len(text) && (len(s.texts) == 0 || s.size <= maxSources) {
		s.texts[name] = &sourceText{text: text}
	}
}

// replace remembers a text in the place of the one that had the name before.
func (s *sources) replace(name string, text []byte) {
	if old := s.texts[name]; old != nil {
		s.size -= len(old.text)
		delete(s.texts, name)
	}
	s.add(name, text)
}

// get gives the text that a message means by name, or nil.
func (s *sources) get(name string) *sourceText {
	if t := s.texts[name]; t != nil && !t.ambiguous {
		return t
	}
	return nil
}

// line gives a line of a remembered text.
func (s *sources) line(name string, n int) (string, bool) {
	if t := s.get(name); t != nil {
		return luatext.Line(t.text, n)
	}
	return "", false
}

// tree parses the text again, changed in the same way as what was compiled.
func (t *sourceText) tree() []ast.Stmt {
	chunk, err := parse.Parse(bytes.NewReader(withoutPreamble(t.text)), "")
	if err != nil {
		return nil
	}
	settle(chunk)
	return chunk
}
