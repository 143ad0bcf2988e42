package luatext

import "fmt"

// maxLevels bounds how deep statements and expressions may nest, as Lua's own
// parser does.
const maxLevels = 200

// parser follows Lua's grammar token by token, as Lua's own parser does, and
// stops at the first that doesn't fit. It builds nothing.
type parser struct {
	source []byte
	tokens []Token
	at     int
	levels int
	blocks []block
	// odd is the first block that an `end` closes which stands elsewhere on
	// its line: probably the one whose own `end` is missing.
	odd      *block
	returned int // index of the token `return` that ended the current block, or -1
	vararg   bool
}

// block is a part of a program that a keyword opens.
type block struct {
	opener Token
	end    Token // of an odd one
}

// unexpected is the panic by which the parser stops.
type unexpected struct {
	message string // without what it is near
	plain   bool   // message is whole
}

// parse gives the message of the first fault and leaves the parser at its
// token; "" when there is none.
func (p *parser) parse() (message string) {
	defer func() {
		if r := recover(); r != nil {
			u, ours := r.(unexpected)
			if !ours {
				panic(r)
			}
			message = u.message
			if !u.plain {
				message += " near '" + p.near() + "'"
			}
		}
	}()
	p.vararg, p.returned = true, -1
	p.chunk()
	p.check("<eof>")
	return ""
}

// near is how Lua names the token where it stopped.
func (p *parser) near() string {
	t := p.token()
	switch {
	case t.Kind == EOF, t.Kind == Bad && t.Fault != "malformed number" && t.End == len(p.source):
		return "<eof>"
	case len(t.Text) == 1 && t.Text[0] < ' ':
		return fmt.Sprintf("char(%d)", t.Text[0])
	}
	return p.shown(0)
}

// shown is the text of the token n places on, unless that is a secret.
func (p *parser) shown(n int) string {
	i := p.at + n
	if i < 0 || i >= len(p.tokens) {
		return ""
	}
	if t := p.tokens[i]; t.Kind != String && t.Kind != Bad {
		return t.Text
	}
	return masked(p.tokens, i)
}

func (p *parser) token() Token { return p.tokens[p.at] }

// look gives the token n places on, or EOF.
func (p *parser) look(n int) Token {
	if p.at+n >= 0 && p.at+n < len(p.tokens) {
		return p.tokens[p.at+n]
	}
	return Token{Kind: EOF}
}

func (p *parser) next() {
	if p.at < len(p.tokens)-1 {
		p.at++
	}
}

func (p *parser) fail(message string) { panic(unexpected{message: message}) }

// is tells whether the current token is written so. A fault in the token
// itself comes first.
func (p *parser) is(text string) bool {
	t := p.token()
	if t.Kind == Bad {
		p.fail(t.Fault)
	}
	return t.Is(text)
}

func (p *parser) accept(text string) bool {
	if p.is(text) {
		p.next()
		return true
	}
	return false
}

func (p *parser) check(text string) {
	if text == "<eof>" && p.token().Kind == EOF {
		return
	}
	if !p.is(text) {
		p.fail("'" + text + "' expected")
	}
}

func (p *parser) expect(text string) {
	p.check(text)
	p.next()
}

// expectMatch is expect for what closes opener, which the message names when
// it stands on another line.
func (p *parser) expectMatch(text string, opener Token) {
	if p.is(text) {
		p.next()
		return
	}
	if opener.Line == p.token().Line {
		p.fail("'" + text + "' expected")
	}
	p.fail(fmt.Sprintf("'%s' expected (to close '%s' at line %d)", text, opener.Text, opener.Line))
}

func (p *parser) name() {
	if p.token().Kind == Bad {
		p.fail(p.token().Fault)
	}
	if p.token().Kind != Name {
		p.fail("'<name>' expected")
	}
	p.next()
}

func (p *parser) enter() {
	if p.levels++; p.levels > maxLevels {
		panic(unexpected{message: "chunk has too many syntax levels", plain: true})
	}
}

func (p *parser) leave() { p.levels-- }

// open begins a block, close ends it with the `end` that stands here.
func (p *parser) open(opener Token) { p.blocks = append(p.blocks, block{opener: opener}) }

func (p *parser) close(text string, opener Token) {
	if p.is(text) && p.odd == nil && opener.Line != p.token().Line && p.first(p.token()) && p.indent(opener) != p.indent(p.token()) {
		p.odd = &block{opener: opener, end: p.token()}
	}
	p.expectMatch(text, opener)
	p.blocks = p.blocks[:len(p.blocks)-1]
}

// first tells whether the token is the first of its line.
func (p *parser) first(t Token) bool {
	for i := t.Start - 1; i >= 0 && p.source[i] != '\n' && p.source[i] != '\r'; i-- {
		if p.source[i] != ' ' && p.source[i] != '\t' {
			return false
		}
	}
	return true
}

// indent is the width of the blanks before the token's line.
func (p *parser) indent(t Token) int {
	begin := lineStart(p.source, t.Start)
	n := 0
	for begin+n < len(p.source) && (p.source[begin+n] == ' ' || p.source[begin+n] == '\t') {
		n++
	}
	return n
}

// lineStart gives the offset at which the line of offset at begins.
func lineStart(source []byte, at int) int {
	for at > 0 && source[at-1] != '\n' && source[at-1] != '\r' {
		at--
	}
	return at
}
