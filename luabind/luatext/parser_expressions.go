package luatext

func (p *parser) expressions() {
	p.expression()
	for p.accept(",") {
		p.expression()
	}
}

// expression reads operands with operators between; which binds tighter
// doesn't matter for what is Lua and what not.
func (p *parser) expression() {
	p.enter()
	for {
		for p.accept("not") || p.accept("-") || p.accept("#") { //nolint:revive // the operators are passed
		}
		p.simple()
		if !p.binary() {
			break
		}
		p.next()
	}
	p.leave()
}

func (p *parser) binary() bool {
	if p.token().Kind != Symbol && p.token().Kind != Keyword {
		return p.is("") // Bad fails here
	}
	switch p.token().Text {
	case "+", "-", "*", "/", "%", "^", "..", "<", "<=", ">", ">=", "==", "~=", "and", "or":
		return true
	}
	return false
}

func (p *parser) simple() {
	switch t := p.token(); {
	case t.Kind == Number, t.Kind == String, p.is("nil"), p.is("true"), p.is("false"):
		p.next()
	case p.is("..."):
		if !p.vararg {
			p.fail("cannot use '...' outside a vararg function")
		}
		p.next()
	case p.is("{"):
		p.table()
	case p.is("function"):
		p.next()
		p.function(t)
	default:
		p.suffixed()
	}
}

// suffixed reads a name or a bracketed expression with fields, indexes and
// calls, and tells whether it ends with a call.
func (p *parser) suffixed() (call bool) {
	opener := p.token()
	switch {
	case opener.Kind == Name:
		p.next()
	case p.accept("("):
		p.expression()
		p.expectMatch(")", opener)
	default:
		p.fail("unexpected symbol")
	}
	for {
		switch t := p.token(); {
		case p.accept("."):
			p.name()
			call = false
		case p.accept("["):
			p.expression()
			p.expectMatch("]", t)
			call = false
		case p.accept(":"):
			p.name()
			p.arguments()
			call = true
		case p.is("("), p.is("{"), t.Kind == String:
			p.arguments()
			call = true
		default:
			return call
		}
	}
}

func (p *parser) arguments() {
	switch opener := p.token(); {
	case opener.Kind == String:
		p.next()
	case p.is("{"):
		p.table()
	case p.is("("):
		if opener.Line != p.look(-1).Line && p.look(-1).Is(")") {
			p.fail("ambiguous syntax (function call x new statement)")
		}
		p.next()
		if !p.is(")") {
			p.expressions()
		}
		p.expectMatch(")", opener)
	default:
		p.fail("function arguments expected")
	}
}

func (p *parser) table() {
	p.enter()
	opener := p.token()
	p.next()
	for !p.is("}") {
		switch {
		case p.token().Kind == Name && p.look(1).Is("="):
			p.next()
			p.next()
		case p.is("["):
			bracket := p.token()
			p.next()
			p.expression()
			p.expectMatch("]", bracket)
			p.expect("=")
		}
		p.expression()
		if !p.accept(",") && !p.accept(";") {
			break
		}
	}
	p.expectMatch("}", opener)
	p.leave()
}
