package data

import (
	"math"
	"strconv"
)

// number reads a number of RFC 8259 §6.
func (p *jsonParser[T]) number() (T, error) {
	start := p.pos
	if p.text[p.pos] == '-' {
		p.pos++
	}
	whole := p.digits()
	if first := len(p.text[start:p.pos]) - whole; whole > 1 && p.text[start+first] == '0' {
		p.pos = start
		return p.build.Null, p.fail("a number must not begin with 0", "")
	}
	integer, ok := true, whole > 0
	if ok && p.pos < len(p.text) && p.text[p.pos] == '.' {
		p.pos++
		integer, ok = false, p.digits() > 0
	}
	if ok && p.pos < len(p.text) && p.text[p.pos]|0x20 == 'e' {
		if p.pos++; p.pos < len(p.text) && (p.text[p.pos] == '+' || p.text[p.pos] == '-') {
			p.pos++
		}
		integer, ok = false, p.digits() > 0
	}
	if !ok {
		return p.build.Null, p.unexpected("a digit")
	}
	return p.numeral(start, integer)
}

// exactDigits is how many digits every integer up to 2⁵³ has at least to be
// beyond it: fewer need no second look.
const exactDigits = 16

// numeral gives the number that stands between start and pos.
func (p *jsonParser[T]) numeral(start int, integer bool) (T, error) {
	text := p.text[start:p.pos]
	if p.options.Numbers == JSONTexts {
		return p.build.Text(text), nil
	}
	if integer && len(text) < exactDigits {
		n, _ := strconv.ParseInt(text, 10, 64)
		if n != 0 || text[0] != '-' {
			return p.build.Number(float64(n)), nil
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if integer && p.options.Numbers == JSONExact && math.Abs(n) > exactInteger-1 {
		return p.build.Text(text), nil
	}
	if err != nil {
		p.pos = start
		return p.build.Null, p.fail("the number "+shorten(text)+" is too large", `numbers = "string" reads numbers as their digits`)
	}
	return p.build.Number(n), nil
}

// digits skips digits and tells how many.
func (p *jsonParser[T]) digits() int {
	start := p.pos
	for p.pos < len(p.text) && p.text[p.pos] >= '0' && p.text[p.pos] <= '9' {
		p.pos++
	}
	return p.pos - start
}
