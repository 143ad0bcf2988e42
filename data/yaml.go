package data

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// ParseYAML reads a YAML text and gives its documents, built as ParseJSON
// does. Plain scalars are what YAML 1.2's core schema says: yes and no are
// texts, 017 is seventeen. Merge keys (<<) are read. Errors are *YAMLError, or
// what o.Check gave.
func ParseYAML[T any](text string, o JSONOptions, build JSONMaker[T]) (documents []T, err error) {
	source := yamlSource(strings.TrimPrefix(text, "\ufeff"))
	defer func() {
		if r := recover(); r != nil { // the library is careful, but the text may come from anywhere
			documents, err = nil, source.fail(nil, fmt.Sprintf("the text cannot be read: %v", r), "")
		}
	}()
	bodies, err := source.parse()
	if err != nil {
		return nil, err
	}
	for _, body := range bodies {
		r := yamlReader[T]{source: source, options: o, build: build, anchors: map[string]*yamlAnchor{}}
		v, _, err := r.value(body)
		if err != nil {
			return nil, err
		}
		documents = append(documents, v)
	}
	if len(documents) == 0 { // an empty text
		documents = append(documents, build.Null)
	}
	return documents, nil
}

// longestYAML bounds a text, in octets: the library takes some hundred octets
// of memory for each, and its time cannot be cut short.
const longestYAML = 1 << 20

// yamlSource is the text that is read.
type yamlSource string

// parse makes the library's tree of each document, once it is known that this
// takes neither much time nor much of the stack.
func (s yamlSource) parse() (bodies []ast.Node, err error) {
	if len(s) > longestYAML {
		return nil, &YAMLError{What: fmt.Sprintf("the text is longer than %d octets", longestYAML), kind: "size", hint: "json.lines and csv.rows read large data piece by piece"}
	}
	if err := s.checkCharacters(); err != nil {
		return nil, err
	}
	tokens := lexer.Tokenize(string(s))
	if err := s.guard(tokens); err != nil {
		return nil, err
	}
	for _, document := range yamlSplit(tokens) {
		tree, err := parser.Parse(document, 0)
		if err != nil {
			return nil, s.syntax(err)
		}
		bodies = append(bodies, yamlBody(tree))
	}
	return bodies, nil
}

// yamlBody is what stands in the one document of a tree, behind its directives.
func yamlBody(tree *ast.File) (body ast.Node) {
	for _, document := range tree.Docs {
		if _, isDirective := document.Body.(*ast.DirectiveNode); !isDirective {
			body = document.Body
		}
	}
	return body
}

// yamlSplit cuts tokens into documents. The library does this too, but drops
// what follows an empty one.
func yamlSplit(tokens token.Tokens) (documents []token.Tokens) {
	var open token.Tokens
	begun, directive := false, false // it has a header or content; it has directives alone
	end := func() {
		if begun {
			documents = append(documents, open)
		}
		open, begun, directive = nil, false, false
	}
	for _, t := range tokens {
		if t.Type == token.DocumentHeaderType && begun && !directive {
			end()
		}
		open = append(open, t)
		switch t.Type {
		case token.CommentType:
		case token.DirectiveType:
			directive = directive || !begun
			begun = true
		case token.DocumentHeaderType:
			begun, directive = true, false
		case token.DocumentEndType:
			end()
		default:
			begun = true
		}
	}
	end()
	return documents
}

// checkCharacters refuses what YAML 1.2 §5.1 does.
func (s yamlSource) checkCharacters() error {
	line, start := 1, 0
	for i, r := range string(s) {
		what := ""
		switch {
		case r == '\n':
			line, start = line+1, i+1
		case r == '\t', r == '\r':
		case r == utf8.RuneError && s[i] != '\xef':
			what = fmt.Sprintf("the octet 0x%02X is no UTF-8", s[i])
		case r < 0x20, r == 0x7f:
			what = "a " + controlName(s[i]) + " cannot stand in YAML"
		}
		if what != "" {
			return s.failAt(line, utf8.RuneCountInString(string(s[start:i]))+1, what, "")
		}
	}
	return nil
}

// YAMLError tells what is wrong with a YAML text, and where.
type YAMLError struct {
	Line, Column int    // from 1; 0 where the whole text is meant
	Text         string // the line, shortened
	What         string
	kind, hint   string
}

// Error returns the place and the fault.
func (e *YAMLError) Error() string {
	if e.Line == 0 {
		return e.What
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.What)
}

// Kind returns "argument", or "size" for a text that is too long.
func (e *YAMLError) Kind() string {
	if e.kind != "" {
		return e.kind
	}
	return "argument"
}

// Hint says how to write it, and shows the line.
func (e *YAMLError) Hint() string {
	if e.Text == "" || e.hint != "" {
		return e.hint
	}
	return fmt.Sprintf("the line reads %q", e.Text)
}

// fail is the error for what stands at a token, or for the whole text.
func (s yamlSource) fail(at *token.Token, what, hint string) error {
	if at == nil || at.Position == nil {
		return &YAMLError{What: what, hint: hint}
	}
	return s.failAt(at.Position.Line, at.Position.Column, what, hint)
}

func (s yamlSource) failAt(line, column int, what, hint string) error {
	e := &YAMLError{Line: line, Column: column, What: what, hint: hint}
	rest := string(s)
	for range line - 1 {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	text, _, _ := strings.Cut(rest, "\n")
	e.Text = shorten(strings.TrimSpace(text))
	return e
}
