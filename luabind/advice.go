package luabind

import (
	"regexp"
	"slices"

	"moonpost/luabind/luatext"

	lua "github.com/yuin/gopher-lua"
)

// trouble is what is known when a message of Lua's own asks for a hint.
type trouble struct {
	rt    *Runtime
	spot  Spot
	match []string // of the rule's pattern
}

// rule gives a hint for messages of one form; the first that has one counts.
type rule struct {
	pattern string
	hint    func(t *trouble) string
}

// advice is the hint for a message of Lua's own, or "".
func (rt *Runtime) advice(e *ScriptError) string {
	for _, r := range rules() {
		m := regexp.MustCompile(r.pattern).FindStringSubmatch(e.Plain)
		if m == nil {
			continue
		}
		if hint := r.hint(&trouble{rt: rt, spot: e.Spot, match: m}); hint != "" {
			return hint
		}
	}
	return ""
}

// advise is a rule's hint that is always the same.
func advise(text string) func(*trouble) string { return func(*trouble) string { return text } }

// rules are the mistakes that show only when a script runs.
func rules() []rule {
	return []rule{
		{`^attempt to call global '(.+)' \(a nil value\)`, (*trouble).unknownFunction},
		{`^attempt to call global '(.+)' \(a table value\)`, (*trouble).calledModule},
		{`^attempt to call upvalue '(.+)' \(a nil value\)`, (*trouble).early},
		{`^attempt to index global '(.+)' \(a nil value\)`, (*trouble).unknownGlobal},
		{`^attempt to (?:concatenate|perform arithmetic on|get length of) global '(.+)' \(a nil value\)`, (*trouble).unknownGlobal},
		{`^attempt to call field '(.+)' \(a nil value\)`, (*trouble).unknownField},
		{`^attempt to call method '(.+)' \(a nil value\)`, (*trouble).unknownMethod},
		{`^attempt to call (?:a|.+ \(a) (\w+) value`, (*trouble).calledOther},
		{`^attempt to perform arithmetic on .*a (nil|string|table|boolean|function) value`, (*trouble).noNumber},
		{`^attempt to concatenate field '\?' \(a nil value\)`, advise(`this element does not exist; lists begin with 1, and #list is the last. Where it may be missing, write (list[i] or "")`)},
		{`^attempt to concatenate (?:(?:local|upvalue|field) '(.+)' \(a|a) (nil|boolean|table|function|userdata) value`, (*trouble).noText},
		{`^attempt to compare (?:two (\w+) values|(\w+) with (\w+))`, (*trouble).notComparable},
		{`^attempt to index field '\?' \(a nil value\)`, advise("this element of the list does not exist; lists begin with 1, and #list is the last")},
		{`^attempt to index a nil value`, (*trouble).nothingGiven},
		{`^attempt to index (?:local|upvalue|field) '(.+)' \(a nil value\)`, (*trouble).nothing},
		{`^attempt to get length of (?:local|upvalue|field) '(.+)' \(a nil value\)`, (*trouble).nothing},
		{`^attempt to index .*a (number|boolean) value`, (*trouble).noFields},
		{`^attempt to index .*\(a function value\)`, advise("a function has no fields; call it with brackets first: name().field")},
		{`^bad argument #1 to '(i?pairs|next)' \(table expected, got (?:nil|no value)\)`, advise("the value to loop over is nil: is its name right, was it filled before?")},
		{`^bad argument #1 to 'ipairs' \(table expected, got (\w+)\)`, advise("ipairs walks through a list, a table")},
		{`^bad argument #\d+ to '(\w+)' \(.* expected, got (?:nil|no value)\)`, advise("this value is nil or was left out: is its name right?")},
		{`^stack overflow`, advise("a function calls itself without end, or too many values were handed over at once")},
		{`^'for' (?:initial value|limit|step) must be a number`, advise("a loop counts from a number to a number: for i = 1, #list do")},
		{`^table index is nil`, advise("the key between the [ ] is nil: is its name right?")},
		{`^attempt to yield across`, advise("coroutine.yield works in the coroutine's own functions, not within pcall, sort, gsub or a callback of moonpost")},
		{`^cannot resume dead coroutine`, advise("the coroutine has come to its end; coroutine.status(co) tells")},
		{`; call methods with a colon$`, (*trouble).dotted},
		{`: line break: "`, advise(`a line break would begin another header field; take it out: text:gsub("[\r\n]+", " ")`)},
		{`^module '?([\w.]+)'? not found`, advise("modules are looked up beside the script as NAME.lua and NAME/init.lua")},
	}
}

// borrowed are functions of other languages, and what Lua has for them.
func borrowed(name string) string {
	return map[string]string{
		"println": "print", "printf": `print(string.format("%d mails", n))`, "echo": "print", "puts": "print", "console": "print",
		"len": "#list or #text", "length": "#list or #text", "str": "tostring(value)", "int": "tonumber(text), math.floor(n)", "float": "tonumber(text)",
		"sleep": `time.sleep("2s") of require "time"`, "exit": "os.exit(1)", "die": `error("text")`, "raise": `error("text")`, "throw": `error("text")`,
		"isset": "value ~= nil", "typeof": "type(value)", "foreach": "for key, value in pairs(t) do", "range": "for i = 1, 10 do", "input": "io.read()",
		"getenv": `env.get("NAME")`, "strlen": "#text", "append": "table.insert(list, value)", "push": "table.insert(list, value)", "join": `table.concat(list, ", ")`,
		"split": `for word in text:gmatch("[^,]+") do`, "trim": `text:match("^%s*(.-)%s*$")`, "open": "io.open(path)", "include": `require "name"`, "import": `require "name"`,
		"enumerate": "for i, value in ipairs(list) do", "zip": "a loop over both lists", "exec": `exec.run{ … } of require "exec"`,
	}[name]
}

// marked tells whether the caret stands below the token.
func (t *trouble) marked(token luatext.Token) bool {
	return luatext.Column([]byte(t.spot.Source), token.Start) == t.spot.Column
}

// global reads a global variable as it is stored: a script may have put a
// metatable on _G.
func (t *trouble) global(name string) lua.LValue { return t.rt.state.G.Global.RawGetString(name) }

// tokens are the words of the line.
func (t *trouble) tokens() []luatext.Token { return luatext.Tokens([]byte(t.spot.Source)) }

func (t *trouble) onLine(word string) bool {
	return slices.ContainsFunc(t.tokens(), func(token luatext.Token) bool { return token.Is(word) })
}
