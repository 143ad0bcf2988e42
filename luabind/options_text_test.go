package luabind

import (
	"reflect"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func TestOptionFromText(t *testing.T) {
	for _, c := range []struct {
		key, text string
		want      lua.LValue
	}{
		{"port", "587", lua.LNumber(587)},
		{"port", "abc", lua.LString("abc")},
		{"share", "0.5", lua.LNumber(0.5)},
		{"insecure", "true", lua.LTrue},
		{"insecure", "1", lua.LString("1")},
		{"host", "true", lua.LString("true")},
		{"password", "123456", lua.LString("123456")},
		{"timeout", "10", lua.LString("10")}, // a duration reads it as seconds
		{"debug", "2", lua.LNumber(2)},
		{"debug", "false", lua.LFalse},
		{"no_such", "5", lua.LString("5")},
	} {
		if got := optionFromText(reflect.TypeFor[sampleOptions](), c.key, c.text); got != c.want {
			t.Errorf("%s=%s: %v; want %v", c.key, c.text, got, c.want)
		}
	}
}
