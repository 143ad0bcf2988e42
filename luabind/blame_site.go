package luabind

import (
	lua "github.com/yuin/gopher-lua"
)

// The instructions of gopher-lua that name things, by their numbers.
const (
	opMove, opMoveN, opLoadNil, opGetUpval    = lua.OP_MOVE, lua.OP_MOVEN, lua.OP_LOADNIL, lua.OP_GETUPVAL
	opGetGlobal, opGetTable, opGetTableKS     = lua.OP_GETGLOBAL, lua.OP_GETTABLE, lua.OP_GETTABLEKS
	opSetTable, opSetTableKS, opSelf          = lua.OP_SETTABLE, lua.OP_SETTABLEKS, lua.OP_SELF
	opAdd, opPow, opUnm, opLen                = lua.OP_ADD, lua.OP_POW, lua.OP_UNM, lua.OP_LEN
	opCall, opTailCall, opForLoop, opTForLoop = lua.OP_CALL, lua.OP_TAILCALL, lua.OP_FORLOOP, lua.OP_TFORLOOP
	opJump, opClosure, opVararg, opSetList    = lua.OP_JMP, lua.OP_CLOSURE, lua.OP_VARARG, lua.OP_SETLIST
)

// instruction is one step of a compiled function.
type instruction uint32

func (i instruction) op() int { return int(i >> 26) }
func (i instruction) a() int  { return int(i>>18) & 0xff }
func (i instruction) b() int  { return int(i & 0x1ff) }
func (i instruction) c() int  { return int(i>>9) & 0x1ff }
func (i instruction) bx() int { return int(i & 0x3ffff) }

// jump is how far a jump goes.
func (i instruction) jump() int { return i.bx() - 0x3ffff>>1 }

// constantBit marks an operand that is a constant, not a register.
const constantBit = 1 << 8

// site is the instruction of a script that failed, with its registers.
type site struct {
	L     *lua.LState
	dbg   *lua.Debug
	proto *lua.FunctionProto
	scope *functionScope
	pc    int
	code  instruction

	operands *lua.Debug // the call of concatFunction that failed, which has the operands of ".."; or nil
}

// siteOf looks at the call that failed; nil for one of our own functions, or
// where the interpreter cannot be looked into.
func (rt *Runtime) siteOf(L *lua.LState, level int) *site {
	frame, at, ok := currentFrame(L)
	if !ok {
		return nil
	}
	for range level {
		if frame = frame.Elem().Field(at.parent); frame.IsNil() {
			return nil
		}
	}
	var operands *lua.Debug
	if !frame.IsNil() && at.isConcat(frame) {
		operands, _ = L.GetStack(level)
		frame, level = frame.Elem().Field(at.parent), level+1
	}
	if frame.IsNil() || frame.Elem().Field(at.fn).Elem().Field(at.isGo).Bool() {
		return nil
	}
	dbg, ok := L.GetStack(level)
	fn := functionOf(L, level)
	pc := int(frame.Elem().Field(at.pc).Int()) - 1
	if !ok || fn == nil || fn.Proto == nil || pc < 0 || pc >= len(fn.Proto.Code) {
		return nil
	}
	return &site{
		L: L, dbg: dbg, proto: fn.Proto, scope: rt.sources.scopeOf(fn.Proto),
		pc: pc, code: instruction(fn.Proto.Code[pc]), operands: operands,
	}
}

// value reads a register or a constant.
func (s *site) value(operand int) lua.LValue {
	if operand&constantBit != 0 {
		if i := operand &^ constantBit; i < len(s.proto.Constants) {
			return s.proto.Constants[i]
		}
		return lua.LNil
	}
	dbg := s.dbg
	if s.operands != nil && operand > s.code.a() {
		dbg, operand = s.operands, operand-s.code.a()-1
	}
	_, v := s.L.GetLocal(dbg, operand+1)
	if v == nil {
		return lua.LNil
	}
	return v
}

// described is "local 'conn' (a nil value)", or "a nil value" without a name.
func (s *site) described(operand int, kind string) string {
	if s != nil && operand&constantBit == 0 && s.value(operand).Type().String() == kind {
		if what, name := s.name(s.pc, operand); what != "" {
			return what + " '" + name + "' (a " + kind + " value)"
		}
	}
	return "a " + kind + " value"
}

// called describes what was called and is no function.
func (s *site) called() string {
	if s == nil {
		return "a nil value"
	}
	switch s.code.op() {
	case opCall, opTailCall:
		return s.described(s.code.a(), s.value(s.code.a()).Type().String())
	case opTForLoop:
		return "a " + s.value(s.code.a()).Type().String() + " value"
	}
	return "a nil value"
}

// indexed describes what has no fields.
func (s *site) indexed(kind string) string {
	if s != nil {
		switch s.code.op() {
		case opGetTable, opGetTableKS, opSelf:
			return s.described(s.code.b(), kind)
		case opSetTable, opSetTableKS:
			return s.described(s.code.a(), kind)
		}
	}
	return "a " + kind + " value"
}

// calculated describes the operand that is no number: the first that is none.
func (s *site) calculated(left, right string) string {
	culprit := left
	leftIsNumber := left == "number"
	if s != nil && left == "string" {
		leftIsNumber = lua.LVAsNumber(s.value(s.code.b())) != 0 || isNumeral(s.value(s.code.b()))
	}
	if leftIsNumber {
		culprit = right
	}
	if s == nil || s.code.op() < opAdd || s.code.op() > opPow {
		return "a " + culprit + " value"
	}
	if leftIsNumber {
		return s.described(s.code.c(), right)
	}
	return s.described(s.code.b(), left)
}

func isNumeral(v lua.LValue) bool {
	s, ok := v.(lua.LString)
	return ok && lua.LVAsNumber(s).String() == string(s)
}

// concatenated describes the operand that is no text.
func (s *site) concatenated(left, right string) string {
	isText := func(kind string) bool { return kind == "string" || kind == "number" }
	culprit := left
	if isText(left) {
		culprit = right
	}
	if s == nil || s.operands == nil || s.code.op() != opCall {
		return "a " + culprit + " value"
	}
	first, last := s.code.a()+1, s.code.a()+s.code.b()-1
	if isText(left) {
		return s.described(last, right)
	}
	for register := last - 1; register >= first; register-- {
		if !isText(s.value(register).Type().String()) {
			return s.described(register, left)
		}
	}
	return "a " + left + " value"
}

// callsMethod tells whether the instruction calls something by a colon.
func (s *site) callsMethod() bool {
	if s.code.op() != opCall && s.code.op() != opTailCall {
		return false
	}
	what, _ := s.name(s.pc, s.code.a())
	return what == "method"
}

// operand describes what a sign before a value was applied to.
func (s *site) operand(op int) string {
	if s == nil || s.code.op() != op {
		return "a nil value"
	}
	return s.described(s.code.b(), s.value(s.code.b()).Type().String())
}
