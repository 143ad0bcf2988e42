package luabind

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

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

// unknownFunction is for the call of a global that is nil.
func (t *trouble) unknownFunction() string {
	name := t.match[1]
	if hint := t.insideString(name); hint != "" {
		return hint
	}
	if line := t.definedBelow(name); line > 0 {
		return fmt.Sprintf("the local function %s is written in line %d, below; it has to stand before its first use", name, line)
	}
	if lua := borrowed(name); lua != "" {
		return fmt.Sprintf("Lua has no %s; write %s", name, lua)
	}
	if near := t.nearGlobal(name, true); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if place := t.inModule(name); place != "" {
		return fmt.Sprintf("did you mean %s?", place)
	}
	return t.unset(name)
}

// unknownGlobal is for the use of a global that is nil.
func (t *trouble) unknownGlobal() string {
	name := t.match[1]
	switch {
	case slices.Contains(moduleNames(), name):
		return fmt.Sprintf("%s is a module: begin the script with local %s = require %q", name, name, name)
	case name == "null" || name == "None" || name == "NULL" || name == "undefined":
		return "nothing is written nil in Lua"
	case name == "self":
		return "self exists in functions that are written with a colon: function obj:name()"
	case name == "this":
		return "the object of a method is called self in Lua"
	case name == "console":
		return "Lua has no console; write print(…)"
	}
	if near := t.nearGlobal(name, false); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return t.unset(name)
}

// unset tells that a global has no value, and of a local that is not seen here.
func (t *trouble) unset(name string) string {
	if line := t.declared(name); line > 0 {
		return fmt.Sprintf("the local %s of line %d is not known here: a local lives from its line to the end of its block", name, line)
	}
	return fmt.Sprintf("nothing was ever assigned to %s; is it written otherwise elsewhere?", name)
}

// calledModule is for smtp{…} and mime{…}.
func (t *trouble) calledModule() string {
	name := t.match[1]
	table, ok := t.global(name).(*lua.LTable)
	if !ok {
		return ""
	}
	for _, usual := range []string{"connect", "message", "rows", "run", "parse", "new", "info"} {
		if table.RawGetString(usual) != lua.LNil {
			return fmt.Sprintf("%s is a module; call one of its functions: %s.%s(…)", name, name, usual)
		}
	}
	return fmt.Sprintf("%s is a table; call one of its functions: %s.name(…)", name, name)
}

// early is for a local that is declared, but filled only later.
func (t *trouble) early() string {
	return fmt.Sprintf("%s is declared, but has no value yet when this line runs", t.match[1])
}

// unknownField is for the call of a field that is nil, as in string.fomat.
func (t *trouble) unknownField() string {
	name := t.match[1]
	object := t.before(name, ".")
	if table, ok := t.global(object).(*lua.LTable); ok {
		if near := Nearest(name, stringKeys(table)); near != "" {
			return fmt.Sprintf("did you mean %s.%s?", object, near)
		}
		if place := t.inModule(name); place != "" {
			return fmt.Sprintf("%s has no function %s; did you mean %s?", object, name, place)
		}
	}
	if name == "?" {
		return "what stands between [ ] names nothing in this table"
	}
	if object == "" {
		return fmt.Sprintf("there is no %s in this table", name)
	}
	return fmt.Sprintf("the table %s has no function %s", object, name)
}

// unknownMethod is for the call of a method that is nil, as in text:trim().
func (t *trouble) unknownMethod() string {
	name := t.match[1]
	strings, _ := t.global("string").(*lua.LTable)
	if strings != nil {
		if near := Nearest(name, stringKeys(strings)); near != "" {
			return fmt.Sprintf("if it is a text: did you mean :%s()?", near)
		}
	}
	if own := borrowed(name); own != "" {
		return fmt.Sprintf("Lua has no %s; write %s", name, own)
	}
	return fmt.Sprintf("the value before the colon has no function %s", name)
}

// calledOther is for the call of what is no function at all.
func (t *trouble) calledOther() string {
	kind := t.match[1]
	switch {
	case t.onLine("for") && t.onLine("in") && kind != "nil":
		return "a loop over a table is written for key, value in pairs(t) do, over a list for i, value in ipairs(list) do"
	case kind == "table":
		return "a table cannot be called; an element is written t[key] or t.key"
	case kind == "string", kind == "number", kind == "boolean":
		return fmt.Sprintf("a %s is followed by a bracket, which calls it; is an operator or a comma missing, or an end of line?", kind)
	}
	return ""
}

// dotted is for conn.quit() where conn:quit() is meant.
func (t *trouble) dotted() string {
	tokens := t.tokens()
	for i := 2; i+1 < len(tokens); i++ {
		if tokens[i-1].Is(".") && tokens[i-2].Kind == luatext.Name && tokens[i+1].Is("(") && t.marked(tokens[i]) {
			return fmt.Sprintf("write %s:%s(…)", tokens[i-2].Text, tokens[i].Text)
		}
	}
	return ""
}

// marked tells whether the caret stands below the token.
func (t *trouble) marked(token luatext.Token) bool {
	return luatext.Column([]byte(t.spot.Source), token.Start) == t.spot.Column
}

// noNumber is for arithmetic on what is no number.
func (t *trouble) noNumber() string {
	switch {
	case t.match[1] == "string" && t.onLine("+"):
		return `texts are joined by .. and not by +: "a" .. "b"`
	case t.match[1] == "string" && t.onLine("%"):
		return `a text is filled in by string.format("%d of %s", n, name)`
	case t.match[1] == "string":
		return "this text is no number; tonumber(text) gives the number, or nil where it is none"
	case t.match[1] == "nil":
		return "one of the values is nil; write (n or 0) where it may be missing"
	}
	return ""
}

// noText is for joining what is no text.
func (t *trouble) noText() string {
	name := t.match[1]
	if name != "" && name != "?" {
		name = t.written(name)
	}
	if name == "" || name == "?" {
		name = "value"
	}
	switch t.match[2] {
	case "nil":
		return fmt.Sprintf(`it is nil: is its name right? Where it may be missing, write (%s or "")`, name)
	case "table":
		return fmt.Sprintf(`the texts of a list are joined by table.concat(%s, ", ")`, name)
	case "function":
		return fmt.Sprintf("a function is called with brackets: %s()", name)
	}
	return fmt.Sprintf("write tostring(%s)", name)
}

// notComparable is for < and > between what has no order.
func (t *trouble) notComparable() string {
	kinds := t.match[2] + " " + t.match[3]
	switch {
	case strings.Contains(kinds, "string") && strings.Contains(kinds, "number"):
		return "a text and a number are not comparable; tonumber(text) makes a number of it"
	case strings.Contains(kinds, "nil") || t.match[1] == "nil":
		return "one of the two sides is nil: is its name right, was it set?"
	case t.match[1] == "table":
		return "tables have no order; compare one of their fields"
	}
	return ""
}

// nothing is for a variable or field that is nil.
func (t *trouble) nothing() string {
	name := t.match[1]
	if name == "self" {
		return "self is nil: a function that is written with a colon is called with a colon, obj:name()"
	}
	hint := name + " is nil here: is its name right, and was it set?"
	if whole := t.written(name); whole != "" {
		hint += fmt.Sprintf(" Where it may be missing, write if %s then … end", whole)
	}
	return hint
}

// written is how the line writes a variable or a field, with the tables that
// it is in; "" where they are computed.
func (t *trouble) written(name string) string {
	tokens := t.tokens()
	at := slices.IndexFunc(tokens, func(token luatext.Token) bool { return token.Text == name && t.marked(token) })
	if at < 0 {
		if strings.Contains(t.spot.Source, "."+name) {
			return ""
		}
		return name
	}
	whole := name
	for ; at >= 2 && tokens[at-1].Is("."); at -= 2 {
		if tokens[at-2].Kind != luatext.Name {
			return ""
		}
		whole = tokens[at-2].Text + "." + whole
	}
	return whole
}

// noFields is for a field of what is no table.
func (t *trouble) noFields() string {
	return fmt.Sprintf("a %s has no fields; print the value to see what it is", t.match[1])
}

// nothingGiven is for io.open("name"):read(), where the call gave nil.
func (t *trouble) nothingGiven() string {
	tokens := t.tokens()
	for i := 1; i < len(tokens); i++ {
		switch {
		case !tokens[i-1].Is(")") || !tokens[i].Is(":") && !tokens[i].Is(".") && !tokens[i].Is("["):
		case t.before("open", ".") == "io":
			return "io.open gives nil where a file cannot be opened; assert(io.open(…)) raises the reason"
		default:
			return "what the call in brackets gives is nil; put it into a local and look at that first"
		}
	}
	return ""
}

// global reads a global variable as it is stored: a script may have put a
// metatable on _G.
func (t *trouble) global(name string) lua.LValue { return t.rt.state.G.Global.RawGetString(name) }

// tokens are the words of the line.
func (t *trouble) tokens() []luatext.Token { return luatext.Tokens([]byte(t.spot.Source)) }

func (t *trouble) onLine(word string) bool {
	return slices.ContainsFunc(t.tokens(), func(token luatext.Token) bool { return token.Is(word) })
}

// before is the word that stands before name and the sign between.
func (t *trouble) before(name, sign string) string {
	tokens := t.tokens()
	for i := 2; i < len(tokens); i++ {
		if tokens[i].Text == name && tokens[i-1].Is(sign) && tokens[i-2].Kind == luatext.Name {
			return tokens[i-2].Text
		}
	}
	return ""
}

// insideString tells that the word would be part of a string, did a quotation
// mark not end it: "say "hi" again".
func (t *trouble) insideString(name string) string {
	tokens := t.tokens()
	for i := 1; i < len(tokens); i++ {
		if tokens[i].Text == name && tokens[i-1].Kind == luatext.String && tokens[i-1].End == tokens[i].Start {
			quote := tokens[i-1].Text[:1]
			return fmt.Sprintf(`the %s before %s ends the string; within a string write \%s`, quote, name, quote)
		}
	}
	return ""
}

// definedBelow is the line after the error where a local function is written.
func (t *trouble) definedBelow(name string) int {
	source := t.rt.sources.get(t.spot.File)
	if source == nil {
		return 0
	}
	tokens := luatext.Tokens(source.text)
	for i := 2; i < len(tokens); i++ {
		if tokens[i].Text == name && tokens[i].Line > t.spot.Line && tokens[i-1].Is("function") && tokens[i-2].Is("local") {
			return tokens[i].Line
		}
	}
	return 0
}

// declared is the line where a local of that name is declared anywhere.
func (t *trouble) declared(name string) int {
	source := t.rt.sources.get(t.spot.File)
	if source == nil {
		return 0
	}
	tokens := luatext.Tokens(source.text)
	for i := 1; i < len(tokens); i++ {
		if tokens[i].Text == name && tokens[i-1].Is("local") {
			return tokens[i].Line
		}
	}
	return 0
}

// nearGlobal is the global whose name is nearest.
func (t *trouble) nearGlobal(name string, function bool) string {
	var names []string
	t.rt.state.G.Global.ForEach(func(k, v lua.LValue) {
		if key, ok := k.(lua.LString); ok && (!function || v.Type() == lua.LTFunction) {
			names = append(names, string(key))
		}
	})
	if !function {
		names = append(names, moduleNames()...)
	}
	slices.Sort(names)
	return Nearest(name, names)
}

// inModule finds the library that has a function of that name.
func (t *trouble) inModule(name string) string {
	for _, module := range []string{"string", "table", "math", "os", "io"} {
		if table, ok := t.global(module).(*lua.LTable); ok && table.RawGetString(name).Type() == lua.LTFunction {
			return module + "." + name
		}
	}
	for _, m := range modules(nil) {
		for _, f := range m.Functions {
			if f.Name == name {
				return m.Name + "." + name
			}
		}
	}
	return ""
}

func stringKeys(table *lua.LTable) []string {
	var keys []string
	table.ForEach(func(k, _ lua.LValue) {
		if s, ok := k.(lua.LString); ok {
			keys = append(keys, string(s))
		}
	})
	slices.Sort(keys)
	return keys
}
