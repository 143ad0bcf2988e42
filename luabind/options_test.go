package luabind

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/gluamapper"
	lua "github.com/yuin/gopher-lua"
)

// sampleOptions has an option of every sort.
type sampleOptions struct {
	Items          []lua.LValue   `lua:"[]" doc:"the parts"`
	Host           string         `lua:"host" required:"true" doc:"where to connect"`
	Port           *int           `lua:"port" min:"1" max:"65535" doc:"TCP port" default:"25"`
	Count          int            `lua:"count" min:"1"`
	Most           int            `lua:"most" max:"9"`
	Share          float64        `lua:"share" min:"0" max:"1"`
	Ratio          *float64       `lua:"ratio"`
	Insecure       bool           `lua:"insecure"`
	Strict         *bool          `lua:"strict"`
	Note           *string        `lua:"note"`
	TLS            string         `lua:"tls" enum:"auto,none,starttls"`
	Password       string         `lua:"password" secret:"true"`
	Token          *string        `lua:"token" secret:"true" enum:"a,b"`
	Key            []string       `lua:"key" secret:"true" one:"true"`
	Timeout        *time.Duration `lua:"timeout" min:"1ms"`
	Pause          time.Duration  `lua:"pause" max:"1h"`
	Size           *int64         `lua:"size" unit:"size" max:"1GiB"`
	Pin            []string       `lua:"pin" one:"true"`
	Names          []string       `lua:"names"`
	Kinds          []string       `lua:"kinds" one:"true" enum:"x,y"`
	Timeouts       sampleNested   `lua:"timeouts"`
	Extra          *sampleNested  `lua:"extra"`
	Headers        *lua.LTable    `lua:"headers"`
	Debug          lua.LValue     `lua:"debug"`
	Func           *lua.LFunction `lua:"func"`
	sampleEmbedded `lua:",embed"`
}

type sampleNested struct {
	Connect *time.Duration `lua:"connect" min:"1ms"`
	Tries   int            `lua:"tries"`
}

type sampleEmbedded struct {
	Filename string `lua:"filename"`
	unused   int    //nolint:unused // a field without a tag is no option
}

// eachBinder runs a test with gluamapper and without: both must do the same.
func eachBinder(t *testing.T, test func(t *testing.T, bind func(string, *lua.LTable, any) error)) {
	t.Run("bind", func(t *testing.T) { test(t, bindOptions) })
	t.Run("read", func(t *testing.T) { test(t, readOptions) })
}

func TestOptions(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	table := luaValue(t, L, `{ "a", 2, host = "h", port = 587, count = 3, most = -1, share = 0.5, ratio = 2, insecure = true, strict = false, note = "",
		tls = "none", password = "p", token = "b", key = { "k" }, timeout = "2m30s", pause = 1.5, size = "25MB", pin = "one", names = { "x", "y" }, kinds = { "y", "x" },
		timeouts = { connect = 5, tries = 2 }, extra = {}, headers = { ["X-Run"] = 42 }, debug = 2, func = print, filename = "f" }`).(*lua.LTable)
	eachBinder(t, func(t *testing.T, bind func(string, *lua.LTable, any) error) {
		var o sampleOptions
		if err := bind("x.y", table, &o); err != nil {
			t.Fatal(err)
		}
		ms, five, size := 150*time.Second, 5*time.Second, int64(25e6)
		want := sampleOptions{
			Items: []lua.LValue{lua.LString("a"), lua.LNumber(2)}, Host: "h", Port: new(587), Count: 3, Most: -1, Share: 0.5, Ratio: new(2.0), Insecure: true,
			Strict: new(false), Note: new(""), TLS: "none", Password: "p", Token: new("b"), Key: []string{"k"}, Timeout: &ms, Pause: 1500 * time.Millisecond, Size: &size,
			Pin: []string{"one"}, Names: []string{"x", "y"}, Kinds: []string{"y", "x"}, Timeouts: sampleNested{&five, 2}, Extra: &sampleNested{}, Debug: lua.LNumber(2),
			Headers: table.RawGetString("headers").(*lua.LTable), Func: table.RawGetString("func").(*lua.LFunction), sampleEmbedded: sampleEmbedded{Filename: "f"},
		}
		if !reflect.DeepEqual(o, want) {
			t.Errorf("got  %+v\nwant %+v", o, want)
		}
	})
}

func TestOptionsAbsent(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	table := luaValue(t, L, `{ host = "h", extra = nil }`).(*lua.LTable)
	eachBinder(t, func(t *testing.T, bind func(string, *lua.LTable, any) error) {
		o := sampleOptions{Count: 7, TLS: "auto"}
		if err := bind("x.y", table, &o); err != nil {
			t.Fatal(err)
		}
		if want := (sampleOptions{Host: "h", Count: 7, TLS: "auto"}); !reflect.DeepEqual(o, want) {
			t.Errorf("got %+v", o)
		}
	})
}

func TestOptionErrors(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	cases := []struct{ code, want string }{
		{`{ prot = 1 }`, `x.y: unknown option "prot"; did you mean "port"?`},
		{`{ Port = 1 }`, `x.y: unknown option "Port"; did you mean "port"?`},
		{`{ frobnicate = 1 }`, `x.y: unknown option "frobnicate"`},
		{`{ ["a\nb"] = 1 }`, `x.y: unknown option "a\nb"`},
		{`{ [true] = 1 }`, `x.y: option names are strings, got a boolean`},
		{`{ [1.5] = 1 }`, `x.y: a value without a name is no option`},
		{`{ [0] = 1 }`, `x.y: a value without a name is no option`},
		{`{ "a", nil, "c" }`, `x.y: value 2 of 3 is nil`},
		{`{}`, `x.y: option "host" is missing`},
		{`{ host = 5 }`, `x.y: option "host" must be a string, got a number (5)`},
		{`{ host = { 1 } }`, `x.y: option "host" must be a string, got a table`},
		{`{ port = "abc" }`, `x.y: option "port" must be a whole number, got a string ("abc")`},
		{`{ port = 25.9 }`, `x.y: option "port" must be a whole number, got a number (25.9)`},
		{`{ port = 1e300 }`, `x.y: option "port" must be a whole number, got a number (1e+300)`},
		{`{ port = true }`, `x.y: option "port" must be a whole number, got a boolean (true)`},
		{`{ port = 0 }`, `x.y: option "port" must be between 1 and 65535, got 0`},
		{`{ port = 65536 }`, `x.y: option "port" must be between 1 and 65535, got 65536`},
		{`{ count = 0 }`, `x.y: option "count" must be at least 1, got 0`},
		{`{ count = 0/0 }`, `x.y: option "count" must be a whole number, got a number (nan)`},
		{`{ most = 10 }`, `x.y: option "most" must be at most 9, got 10`},
		{`{ share = 2 }`, `x.y: option "share" must be between 0 and 1, got 2`},
		{`{ share = "half" }`, `x.y: option "share" must be a number, got a string ("half")`},
		{`{ insecure = 1 }`, `x.y: option "insecure" must be true or false, got a number (1)`},
		{`{ strict = "yes" }`, `x.y: option "strict" must be true or false, got a string ("yes")`},
		{`{ tls = "yes" }`, `x.y: option "tls" must be one of auto, none, starttls; got "yes"`},
		{`{ tls = true }`, `x.y: option "tls" must be a string, got a boolean (true)`},
		{`{ timeout = 0 }`, `x.y: option "timeout" must be greater than 0`},
		{`{ timeout = "0s" }`, `x.y: option "timeout" must be greater than 0`},
		{`{ timeout = -1 }`, `x.y: option "timeout" must be greater than 0`},
		{`{ timeout = 0.0001 }`, `x.y: option "timeout" must be at least 1ms, got 0.0001`},
		{`{ timeout = "5x" }`, `x.y: option "timeout": "5x" is no duration: unknown unit "x"; units are ms, s, m, h, d, w, from large to small`},
		{`{ timeout = true }`, `x.y: option "timeout" must be seconds or a duration such as "30s", got a boolean (true)`},
		{`{ pause = "2h" }`, `x.y: option "pause" must be at most 1h, got "2h"`},
		{`{ pause = -1 }`, `x.y: option "pause": "-1" is no duration: it is negative`},
		{`{ size = {} }`, `x.y: option "size" must be bytes or a size such as "25MB", got a table`},
		{`{ size = "2GiB" }`, `x.y: option "size" must be at most 1GiB, got "2GiB"`},
		{`{ size = 1.5 }`, `x.y: option "size": "1.5" is no size: it is not a whole number of bytes`},
		{`{ names = "x" }`, `x.y: option "names" must be a list of strings, got a string ("x")`},
		{`{ pin = 5 }`, `x.y: option "pin" must be a string or a list of strings, got a number (5)`},
		{`{ pin = { "a", 5 } }`, `x.y: option "pin[2]" must be a string, got a number (5)`},
		{`{ pin = { "a", nil, "c" } }`, `x.y: option "pin[2]" must be a string, got nothing`},
		{`{ pin = { a = "b" } }`, `x.y: option "pin" must be a list, got a table with named keys`},
		{`{ pin = { "a", b = "c" } }`, `x.y: option "pin" must be a list, got a table with named keys`},
		{`{ kinds = "z" }`, `x.y: option "kinds" must be one of x, y; got "z"`},
		{`{ kinds = { "x", "z" } }`, `x.y: option "kinds[2]" must be one of x, y; got "z"`},
		{`{ timeouts = 5 }`, `x.y: option "timeouts" must be a table, got a number (5)`},
		{`{ timeouts = { conect = 5 } }`, `x.y: unknown option "timeouts.conect"; did you mean "timeouts.connect"?`},
		{`{ timeouts = { connect = 0 } }`, `x.y: option "timeouts.connect" must be greater than 0`},
		{`{ timeouts = { 5 } }`, `x.y: a value without a name is no option`},
		{`{ extra = { tries = "x" } }`, `x.y: option "extra.tries" must be a whole number, got a string ("x")`},
		{`{ headers = "x" }`, `x.y: option "headers" must be a table, got a string ("x")`},
		{`{ func = {} }`, `x.y: option "func" must be a function, got a table`},
		{`{ filename = 1 }`, `x.y: option "filename" must be a string, got a number (1)`},
		{`local a = {}; a.timeouts = a; return a`, `x.y: unknown option "timeouts.timeouts"`},
		{`{ host = string.rep("x", 9), tls = string.rep("é", 99) }`, `x.y: option "tls" must be one of auto, none, starttls; got "` + strings.Repeat("é", 30) + `"…`},
	}
	eachBinder(t, func(t *testing.T, bind func(string, *lua.LTable, any) error) {
		for _, c := range cases {
			var o sampleOptions
			err := bind("x.y", luaValue(t, L, c.code).(*lua.LTable), &o)
			var wrong *OptionError
			if !errors.As(err, &wrong) || err.Error() != c.want {
				t.Errorf("%s\ngot  %v\nwant %s", c.code, err, c.want)
			} else if wrong.Kind() != "argument" {
				t.Errorf("kind %s", wrong.Kind())
			}
		}
	})
}

func TestOptionErrorsHideSecrets(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	eachBinder(t, func(t *testing.T, bind func(string, *lua.LTable, any) error) {
		for code, want := range map[string]string{
			`{ password = 123456 }`:          `x.y: option "password" must be a string, got a number`,
			`{ password = { 123456 } }`:      `x.y: option "password" must be a string, got a table`,
			`{ token = "123456" }`:           `x.y: option "token" must be one of a, b`,
			`{ key = { "a", 123456 } }`:      `x.y: option "key[2]" must be a string, got a number`,
			`{ passwort = "123456" }`:        `x.y: unknown option "passwort"; did you mean "password"?`,
			`{ host = "h", 123456, nil, 1 }`: `x.y: value 2 of 3 is nil`,
		} {
			var o sampleOptions
			err := bind("x.y", luaValue(t, L, code).(*lua.LTable), &o)
			var wrong *OptionError
			if !errors.As(err, &wrong) || err.Error() != want {
				t.Errorf("%s: %v; want %s", code, err, want)
			} else if strings.Contains(wrong.Error()+wrong.Hint(), "123456") {
				t.Errorf("%s: the secret is in %v", code, err)
			} else if known := !strings.Contains(want, "unknown") && !strings.Contains(want, "value"); wrong.Secret != known {
				t.Errorf("%s: Secret = %t", code, wrong.Secret)
			}
		}
	})
}

func TestOptionHint(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	var o sampleOptions
	var wrong *OptionError
	if err := bindOptions("x.y", luaValue(t, L, `{ port = "587" }`).(*lua.LTable), &o); !errors.As(err, &wrong) || !strings.Contains(wrong.Hint(), "tonumber") {
		t.Errorf("%v: no hint for a number in a string", err)
	}
	if err := bindOptions("x.y", luaValue(t, L, `{ port = "abc" }`).(*lua.LTable), &o); !errors.As(err, &wrong) || wrong.Hint() != "" {
		t.Errorf("%v: a hint that does not help: %s", err, wrong.Hint())
	}
}

func TestOptionItems(t *testing.T) {
	var named struct {
		Host string `lua:"host"`
	}
	var needs struct {
		Items []lua.LValue `lua:"[]" required:"true" doc:"the text"`
	}
	L := lua.NewState()
	defer L.Close()
	if err := bindOptions("x.y", luaValue(t, L, `{ "h" }`).(*lua.LTable), &named); err == nil || err.Error() != "x.y: a value without a name is no option" {
		t.Errorf("got %v", err)
	}
	if err := bindOptions("x.y", L.NewTable(), &needs); err == nil || err.Error() != "x.y: a value is missing: the text" {
		t.Errorf("got %v", err)
	}
	big := L.NewTable()
	big.RawSetInt(5_000_000, lua.LTrue)
	if err := bindOptions("x.y", big, &needs); err == nil || err.Error() != "x.y: value 1 of 5000000 is nil" {
		t.Errorf("got %v", err)
	}
}

func TestSchemaRefusesWrongTags(t *testing.T) {
	for name, typ := range map[string]reflect.Type{
		"type": reflect.TypeFor[struct {
			A chan int `lua:"a"`
		}](),
		"bound": reflect.TypeFor[struct {
			A *time.Duration `lua:"a" min:"5x"`
		}](),
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			schemaOf(typ)
		})
	}
}

func TestOptionsClass(t *testing.T) {
	want := strings.TrimSpace(`
---@class room.SampleOptions
---@field [integer] any the parts
---@field host string where to connect
---@field port? integer TCP port (default 25)
---@field count? integer
---@field most? integer
---@field share? number
---@field ratio? number
---@field insecure? boolean
---@field strict? boolean
---@field note? string
---@field tls? "auto"|"none"|"starttls"
---@field password? string
---@field token? "a"|"b"
---@field key? string|string[]
---@field timeout? number|string
---@field pause? number|string
---@field size? integer|string
---@field pin? string|string[]
---@field names? string[]
---@field kinds? "x"|"y"|("x"|"y")[]
---@field timeouts? room.Timeouts
---@field extra? room.Extra
---@field headers? table
---@field debug? any
---@field func? function
---@field filename? string`)
	if diff := cmp.Diff(want, optionsClass("room.SampleOptions", reflect.TypeFor[sampleOptions]())); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestOptionsDoc(t *testing.T) {
	type nested struct {
		Wait time.Duration `lua:"wait" doc:"how long" default:"5s"`
	}
	type options struct {
		Items []lua.LValue `lua:"[]" doc:"texts" type:"string"`
		Path  string       `lua:"path" required:"true" doc:"the file"`
		Times nested       `lua:"times" doc:"the times"`
		Data  lua.LValue   `lua:"data" type:"string|fun(): string?" doc:"the bytes"`
	}
	want := []optionRow{
		{Key: "[]", Type: "string", Doc: "texts"},
		{Key: "path", Type: "string", Doc: "the file", Required: true},
		{Key: "times", Type: "table", Doc: "the times"},
		{Key: "times.wait", Type: "number|string", Default: "5s", Doc: "how long"},
		{Key: "data", Type: "string|fun(): string?", Doc: "the bytes"},
	}
	if diff := cmp.Diff(want, optionsDoc(reflect.TypeFor[options]())); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// FuzzOptions binds tables of any shape: never a panic, always one line.
func FuzzOptions(f *testing.F) {
	for _, seed := range []string{"", "host\x00x", "\x01\x02\x03\x04\x05\x06\x07\x08", "hosthosthost"} {
		f.Add([]byte(seed), "host")
	}
	f.Fuzz(func(t *testing.T, program []byte, key string) {
		L := lua.NewState(lua.Options{SkipOpenLibs: true, MinimizeStackMemory: true, RegistrySize: 256})
		defer L.Close()
		table := fuzzTable(L, program)
		table.RawSetString("timeouts", fuzzTable(L, program[:len(program)/2]))
		table.RawSetString(key, lua.LString(key))
		var o, p sampleOptions
		err, second := bindOptions("x.y", table, &o), readOptions("x.y", table, &p)
		if err != nil && strings.ContainsAny(err.Error(), "\r\n") {
			t.Errorf("%q has more than one line", err)
		}
		if (err == nil) != (second == nil) || (err == nil && !reflect.DeepEqual(o, p)) {
			t.Errorf("bindOptions: %v, readOptions: %v\n%+v\n%+v", err, second, o, p)
		}
	})
}

const benchOptions = `{ host = "mail.example.org", port = 587, user = "u", tls = "starttls", insecure = false, timeout = 30 }`

type mappedOptions struct {
	Host     string
	Port     int
	User     string
	TLS      string
	Insecure bool
	Timeout  float64
}

type boundOptions struct {
	Host     string        `lua:"host"`
	Port     int           `lua:"port" min:"1" max:"65535"`
	User     string        `lua:"user"`
	TLS      string        `lua:"tls" enum:"auto,starttls"`
	Insecure bool          `lua:"insecure"`
	Timeout  time.Duration `lua:"timeout" min:"1ms"`
}

func BenchmarkOptions(b *testing.B) {
	L := lua.NewState()
	defer L.Close()
	table := luaValue(b, L, benchOptions).(*lua.LTable)
	for _, c := range []struct {
		name string
		bind func() error
	}{
		{"gluamapper", func() error { var o mappedOptions; return gluamapper.Map(table, &o) }},
		{"bindOptions", func() error { var o boundOptions; return bindOptions("x.y", table, &o) }},
		{"readOptions", func() error { var o boundOptions; return readOptions("x.y", table, &o) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.bind(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
