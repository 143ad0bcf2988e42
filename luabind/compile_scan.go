package luabind

import (
	"bytes"
	"fmt"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// Bounds of nesting. The parser takes some hundred octets for each open
// bracket, block and operator; the compiler recurses, and takes the square of
// the depth or worse for blocks, where PUC Lua's own bound is 200. Expressions
// nest by a + b + c and a.b.c too.
const (
	maxBrackets = 1000
	maxBlocks   = 200
	maxDepth    = 4000
)

// nesting reads a script's tokens and keeps count of what is open.
type nesting struct {
	brackets, blocks int
	chain            int // operators and suffixes since the expression began
	before           int // type of the token before
}

// tooDeep gives the line where a script nests beyond the bounds, and what to say about it; or 0. It
// works on the tokens alone and keeps nothing, so that the parser may be asked afterwards. What is
// no Lua is left to the parser.
func tooDeep(source []byte) (line int, what string) {
	scanner, lexer := parse.NewScanner(bytes.NewReader(source), ""), &parse.Lexer{}
	var n nesting
	for {
		token, err := scanner.Scan(lexer)
		if err != nil || token.Type == parse.EOF {
			return 0, ""
		}
		if what := n.take(token); what != "" {
			return token.Pos.Line, what
		}
	}
}

// take counts one token and says what is too much.
func (n *nesting) take(token ast.Token) string {
	t := token.Type
	switch t {
	case '(', '{', '[':
		n.brackets++
	case ')', '}', ']':
		n.brackets--
	case parse.TFunction, parse.TIf, parse.TDo, parse.TRepeat:
		n.blocks++
	case parse.TEnd, parse.TUntil:
		n.blocks--
	}
	if n.begins(t) {
		n.chain = 0
	} else if t != ')' && t != ']' && t != '}' {
		n.chain++
	}
	n.before = t
	switch {
	case n.brackets > maxBrackets:
		return fmt.Sprintf("brackets nest deeper than %d", maxBrackets)
	case n.blocks > maxBlocks:
		return fmt.Sprintf("blocks and functions nest deeper than %d", maxBlocks)
	case n.chain > 2*maxDepth: // an operator and a name
		return fmt.Sprintf("an expression has more than %d parts", maxDepth)
	}
	return ""
}

// begins tells whether a token ends the expression before it, or begins a statement: separators, keywords that are no
// part of an expression, and a name after something that is complete.
func (n *nesting) begins(t int) bool {
	switch t {
	case ',', ';', '=':
		return true
	case parse.TAnd, parse.TOr, parse.TNot, parse.TNil, parse.TTrue, parse.TFalse, parse.T2Comma, parse.T3Comma,
		parse.TEqeq, parse.TNeq, parse.TLte, parse.TGte, parse.TNumber, parse.TString:
		return false
	case parse.TIdent:
		switch n.before {
		case ')', ']', '}', parse.TIdent, parse.TString, parse.TNumber, parse.TNil, parse.TTrue, parse.TFalse, parse.T3Comma:
			return true
		}
		return false
	}
	return t > parse.TAnd-1 // the other keywords, and labels
}
