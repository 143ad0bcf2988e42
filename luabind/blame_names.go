package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// name tells what the register holds while instruction pc runs: "local",
// "upvalue", "global", "field" or "method", and its name; "" where that isn't
// certain. It goes back through the code as Lua's own getobjname does.
func (s *site) name(pc, register int) (what, name string) {
	setter := s.setter(pc, register)
	if s.scope != nil {
		local, start, sure := s.scope.localAt(s.proto, pc, register)
		if local != "" && !isHidden(local) && (sure || setter < start) {
			return "local", local
		}
	}
	if setter < 0 {
		return "", ""
	}
	i := instruction(s.proto.Code[setter])
	switch i.op() {
	case opMove, opMoveN:
		if i.b() < i.a() {
			return s.name(setter, i.b())
		}
	case opGetGlobal:
		return "global", lua.LVAsString(s.proto.Constants[i.bx()])
	case opGetUpval:
		if i.b() < len(s.proto.DbgUpvalues) && !isHidden(s.proto.DbgUpvalues[i.b()]) {
			return "upvalue", s.proto.DbgUpvalues[i.b()]
		}
	case opGetTable, opGetTableKS:
		return "field", s.key(i.c())
	case opSelf:
		if i.a() == register {
			return "method", s.key(i.c())
		}
	}
	return "", ""
}

// isHidden tells the names that no script can write, such as those of the
// values of a loop.
func isHidden(name string) bool { return strings.HasPrefix(name, "(") }

// key is the name of a field, or "?" where it is computed.
func (s *site) key(operand int) string {
	if k, ok := s.value(operand).(lua.LString); ok && operand&constantBit != 0 {
		return string(k)
	}
	return "?"
}

// setter finds the instruction that gave the register its value before pc, or
// -1 where that depends on the way that was taken.
func (s *site) setter(pc, register int) int {
	found, target := -1, 0
	for at := 0; at < pc; at++ {
		i := instruction(s.proto.Code[at])
		switch i.op() {
		case opJump:
			if dest := at + 1 + i.jump(); dest <= pc && dest > target {
				target = dest
			}
		case opClosure:
			if i.a() == register {
				found = certain(at, target)
			}
			at += upvaluesOf(s.proto, i.bx()) // what follows tells the upvalues
		case opSetList:
			if i.c() == 0 {
				at++ // what follows is a number
			}
		default:
			if i.sets(register) {
				found = certain(at, target)
			}
		}
	}
	return found
}

// certain is -1 for an instruction that a jump may have passed by.
func certain(at, target int) int {
	if at < target {
		return -1
	}
	return at
}

func upvaluesOf(proto *lua.FunctionProto, n int) int {
	if n < len(proto.FunctionPrototypes) {
		return int(proto.FunctionPrototypes[n].NumUpvalues)
	}
	return 0
}

// sets tells whether the instruction changes the register.
func (i instruction) sets(register int) bool {
	switch a := i.a(); i.op() {
	case opLoadNil:
		return a <= register && register <= i.b()
	case opCall, opTailCall, opVararg:
		return register >= a
	case opTForLoop:
		return register >= a+2
	case opForLoop:
		return register == a || register == a+3
	case opSelf:
		return register == a || register == a+1
	case lua.OP_SETGLOBAL, lua.OP_SETUPVAL, opSetTable, opSetTableKS, lua.OP_EQ, lua.OP_LT, lua.OP_LE, lua.OP_TEST,
		lua.OP_RETURN, lua.OP_CLOSE, lua.OP_NOP, opSetList:
		return false
	default:
		return a == register
	}
}
