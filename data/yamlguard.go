package data

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// Bounds of what the library is given. It reads a mapping of n lines in a time
// that grows with n², by as many calls within each other; so do anchors and
// tags that follow each other, and documents.
const (
	yamlDepth     = jsonDepth
	yamlFields    = 4000 // of one block mapping, or as much work in several
	yamlPrefixes  = 16   // anchors, tags and question marks before one value
	yamlDocuments = 1000
)

// yamlBlock is a block mapping or sequence that is open at a column.
type yamlBlock struct{ column, fields int }

// yamlGuard counts what a text has, by its tokens.
type yamlGuard struct {
	source                          yamlSource
	blocks                          []yamlBlock
	flow, prefixes, work, documents int
}

// guard refuses texts that would take too long.
func (s yamlSource) guard(tokens token.Tokens) error {
	g := yamlGuard{source: s}
	for i, t := range tokens {
		if err := g.token(tokens, i); err != nil {
			return err
		}
		if len(g.blocks)+g.flow > yamlDepth {
			return s.fail(t, fmt.Sprintf("values nest deeper than %d", yamlDepth), "")
		}
	}
	return nil
}

func (g *yamlGuard) token(tokens token.Tokens, i int) error {
	t := tokens[i]
	if i > 0 && tokens[i-1].Type == token.AnchorType { // its name
		return nil
	}
	switch t.Type {
	case token.AnchorType, token.TagType, token.MappingKeyType:
		if g.prefixes++; g.prefixes > yamlPrefixes {
			return g.source.fail(t, fmt.Sprintf("more than %d anchors, tags and question marks stand before one value", yamlPrefixes), "")
		}
		return nil
	case token.DocumentHeaderType, token.DocumentEndType:
		g.blocks = g.blocks[:0]
		if g.documents++; g.documents > yamlDocuments {
			return g.source.fail(t, fmt.Sprintf("the text has more than %d documents", yamlDocuments), "")
		}
	case token.SequenceStartType, token.MappingStartType:
		g.flow++
	case token.SequenceEndType, token.MappingEndType:
		g.flow = max(0, g.flow-1)
	case token.SequenceEntryType:
		g.block(t.Position.Column, 0)
	case token.MappingValueType:
		if i > 0 && g.flow == 0 {
			return g.field(tokens[i-1])
		}
	case token.CommentType:
		return nil
	}
	g.prefixes = 0
	return nil
}

// block notes that a block goes on or begins at a column, and closes those
// that are deeper.
func (g *yamlGuard) block(column, fields int) *yamlBlock {
	for len(g.blocks) > 0 && g.blocks[len(g.blocks)-1].column > column {
		g.blocks = g.blocks[:len(g.blocks)-1]
	}
	if n := len(g.blocks); n == 0 || g.blocks[n-1].column < column {
		g.blocks = append(g.blocks, yamlBlock{column: column})
	}
	top := &g.blocks[len(g.blocks)-1]
	top.fields += fields
	return top
}

// field counts a line of a block mapping.
func (g *yamlGuard) field(key *token.Token) error {
	g.prefixes = 0
	top := g.block(key.Position.Column, 1)
	if g.work += top.fields; g.work > yamlFields*yamlFields/2 {
		return g.source.fail(key, fmt.Sprintf("mappings have more than %d fields, each on a line of its own", yamlFields), "large data are better off as JSON lines or CSV; { a: 1, b: 2 } has no such bound")
	}
	return nil
}

// syntax makes an error of the library's.
func (s yamlSource) syntax(err error) error {
	var located interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if !errors.As(err, &located) {
		what, _, _ := strings.Cut(err.Error(), "\n")
		return s.fail(nil, shorten(what), "")
	}
	what := located.GetMessage()
	if strings.Contains(what, "'\t'") || strings.Contains(what, "tab character") {
		return s.fail(located.GetToken(), "a tab stands where only blanks may", "YAML is indented with blanks")
	}
	return s.fail(located.GetToken(), shorten(strings.Map(visible, what)), "")
}
