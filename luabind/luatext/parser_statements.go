package luatext

// blockEnds tells whether the current token ends a block.
func (p *parser) blockEnds() bool {
	return p.token().Kind == EOF || p.is("else") || p.is("elseif") || p.is("end") || p.is("until")
}

// chunk reads statements up to the end of the block.
func (p *parser) chunk() {
	p.enter()
	p.returned = -1
	for !p.blockEnds() {
		if p.is("return") {
			p.returned = p.at
			p.next()
			if !p.blockEnds() && !p.is(";") {
				p.expressions()
			}
			p.accept(";")
			break
		}
		p.statement()
		p.accept(";")
	}
	p.leave()
}

// inner reads the statements of a block within.
func (p *parser) inner() {
	outer := p.returned
	p.chunk()
	if p.blockEnds() {
		p.returned = outer
	}
}

func (p *parser) statement() {
	opener := p.token()
	switch {
	case p.is("if"):
		p.ifStatement()
	case p.is("while"):
		p.next()
		p.expression()
		p.body("do", opener)
	case p.is("do"):
		p.body("do", opener)
	case p.is("for"):
		p.forStatement()
	case p.is("repeat"):
		p.next()
		p.open(opener)
		p.inner()
		p.expectMatch("until", opener)
		p.blocks = p.blocks[:len(p.blocks)-1]
		p.expression()
	case p.is("function"):
		p.next()
		p.name()
		for p.accept(".") {
			p.name()
		}
		if p.accept(":") {
			p.name()
		}
		p.function(opener)
	case p.is("local"):
		p.localStatement()
	case p.is("goto"):
		p.next()
		p.name()
	case p.is("::"):
		p.next()
		p.name()
		p.expect("::")
	case p.accept("break"), p.accept(";"):
	default:
		p.expressionStatement()
	}
}

// body reads a keyword, the statements behind it, and `end`.
func (p *parser) body(keyword string, opener Token) {
	p.expect(keyword)
	p.open(opener)
	p.inner()
	p.close("end", opener)
}

func (p *parser) ifStatement() {
	opener := p.token()
	p.next()
	p.expression()
	p.expect("then")
	p.open(opener)
	p.inner()
	for p.accept("elseif") {
		p.expression()
		p.expect("then")
		p.inner()
	}
	if p.accept("else") {
		p.inner()
	}
	p.close("end", opener)
}

func (p *parser) forStatement() {
	opener := p.token()
	p.next()
	p.name()
	switch {
	case p.accept("="):
		p.expression()
		p.expect(",")
		p.expression()
		if p.accept(",") {
			p.expression()
		}
	case p.is(","), p.is("in"):
		for p.accept(",") {
			p.name()
		}
		p.expect("in")
		p.expressions()
	default:
		p.fail("'=' or 'in' expected")
	}
	p.body("do", opener)
}

func (p *parser) localStatement() {
	p.next()
	if p.is("function") {
		opener := p.token()
		p.next()
		p.name()
		p.function(opener)
		return
	}
	p.name()
	for p.accept(",") {
		p.name()
	}
	if p.accept("=") {
		p.expressions()
	}
}

// function reads parameters and body.
func (p *parser) function(opener Token) {
	outer := p.vararg
	p.vararg = false
	p.expect("(")
	for !p.is(")") {
		if p.accept("...") {
			p.vararg = true
			break
		}
		p.name()
		if !p.accept(",") {
			break
		}
		if p.is(")") {
			p.fail("'<name>' expected")
		}
	}
	p.expect(")")
	p.open(opener)
	p.inner()
	p.close("end", opener)
	p.vararg = outer
}

// expressionStatement is a call or an assignment.
func (p *parser) expressionStatement() {
	if p.suffixed() {
		if p.is("=") || p.is(",") {
			p.fail("syntax error")
		}
		return
	}
	for p.accept(",") {
		p.suffixed()
	}
	p.expect("=")
	p.expressions()
}
