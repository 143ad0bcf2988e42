package luabind

import (
	"fmt"
	"math"
	"reflect"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// urlModule is `url`: addresses of the web, taken apart and put together.
func urlModule(*Runtime) Module {
	return Module{
		Name: "url", Doc: "Addresses of the web (RFC 3986): taken apart, put together, escaped.",
		Functions: []Function{
			{"encode", "(text: any): string", "Escapes a text for any part of a URL: everything but letters, digits and `-_.~` becomes %XX.", `print(url.encode("a b&c/ü")) --> a%20b%26c%2F%C3%BC`, urlEncode},
			{"decode", "(text: string): string", "Reads %XX; a plus stays a plus (in a query, where it is a blank, `parse_query` reads it).", `print(url.decode("a%20b+c")) --> a b+c`, urlDecode},
			{"parse", "(text: string): url.Parts", "Takes a URL apart. Path and fragment are as they stand there; user, password and query are decoded. A name that is in the query more than once is a list.",
				`print(url.parse("https://example.org/u?id=7&tag=a&tag=b").query.tag[2]) --> b`, urlParse},
			{"build", "(parts: url.Parts): string", "Puts a URL together and escapes what must be; a host such as bücher.example is written as DNS has it.",
				`print(url.build{ scheme = "https", host = "example.org", path = "/my page", query = { id = 7 } }) --> https://example.org/my%20page?id=7`, urlBuild},
			{"query", "(fields: table<string, any>): string", "Writes a query: names in order, lists as a name that is repeated.", `print(url.query{ b = "x y", a = { 1, 2 } }) --> a=1&a=2&b=x%20y`, urlQuery},
			{"parse_query", "(text: string): table<string, string|string[]>", "Reads a query or the body of a form, with or without the question mark.", `print(url.parse_query("?name=Ann+Lee").name) --> Ann Lee`, urlParseQuery},
			{"join", "(base: string, reference: string): string", "Resolves a link as a browser does on the page base.", `print(url.join("https://example.org/news/1", "../img/a.png")) --> https://example.org/img/a.png`, urlJoin},
		},
		Types: []string{optionsClass("url.Parts", reflect.TypeFor[urlParts]())},
	}
}

// urlParts are the parts of a URL.
type urlParts struct {
	Scheme   string     `lua:"scheme" doc:"\"https\""`
	User     *string    `lua:"user" doc:"decoded"`
	Password *string    `lua:"password" secret:"true" doc:"decoded"`
	Host     string     `lua:"host" doc:"without port and brackets"`
	Port     int        `lua:"port" min:"0" max:"65535" doc:"only where it is given"`
	Path     string     `lua:"path" doc:"as it stands in the URL"`
	Query    lua.LValue `lua:"query" type:"table<string, string|number|boolean|string[]>|string" doc:"decoded names and values; in build also a text as query gives it"`
	Fragment string     `lua:"fragment" doc:"what follows #, as it stands in the URL"`
}

func urlEncode(L *lua.LState) int {
	text, ok := wordText(L.Get(1))
	if !ok {
		raiseArgument(L, "url.encode: text must be a string, a number or a boolean, got "+describe(L.Get(1)))
	}
	L.Push(lua.LString(data.EncodeURL(text)))
	return 1
}

func urlDecode(L *lua.LState) int {
	text, err := data.DecodeURL(argString(L, "url.decode", 1, "text"))
	if err != nil {
		raise(L, callFault("url.decode", err))
	}
	L.Push(lua.LString(text))
	return 1
}

func urlParse(L *lua.LState) int {
	u, err := data.ParseURL(argString(L, "url.parse", 1, "text"))
	if err != nil {
		raise(L, callFault("url.parse", err))
	}
	t := L.NewTable()
	for name, text := range map[string]string{"scheme": u.Scheme, "host": u.Host, "path": u.Path, "fragment": u.Fragment} {
		if text != "" {
			t.RawSetString(name, lua.LString(text))
		}
	}
	if u.User != nil {
		t.RawSetString("user", lua.LString(*u.User))
	}
	if u.Password != nil {
		t.RawSetString("password", lua.LString(*u.Password))
	}
	if u.Port != 0 {
		t.RawSetString("port", lua.LNumber(u.Port))
	}
	t.RawSetString("query", urlPairs(L, u.Query))
	L.Push(t)
	return 1
}

// urlPairs makes a table of a query; names that are repeated give lists.
func urlPairs(L *lua.LState, pairs []data.Pair) *lua.LTable {
	t := L.NewTable()
	for _, p := range pairs {
		value := lua.LString(p.Value)
		switch before := t.RawGetString(p.Name).(type) {
		case *lua.LTable:
			before.Append(value)
		case lua.LString:
			list := L.NewTable()
			list.Append(before)
			list.Append(value)
			t.RawSetString(p.Name, list)
		default:
			t.RawSetString(p.Name, value)
		}
	}
	return t
}

func urlBuild(L *lua.LState) int {
	const call = "url.build"
	var p urlParts
	argTable(L, call, 1, "parts")
	checkOptions(L, call, 1, &p)
	u := data.URL{Scheme: p.Scheme, User: p.User, Password: p.Password, Host: p.Host, Port: p.Port, Path: p.Path, Fragment: p.Fragment}
	var err error
	switch q := p.Query.(type) {
	case nil:
	case lua.LString:
		u.Query, err = data.ParseQuery(string(q))
	case *lua.LTable:
		u.Query, err = queryPairs(q)
	default:
		err = fmt.Errorf("option \"query\" must be a table or a string, got %s", describe(q))
	}
	text := ""
	if err == nil {
		text, err = u.String()
	}
	if err != nil {
		raise(L, callFault(call, err))
	}
	L.Push(lua.LString(text))
	return 1
}

func urlQuery(L *lua.LState) int {
	const call = "url.query"
	pairs, err := queryPairs(argTable(L, call, 1, "fields"))
	if err != nil {
		raise(L, callFault(call, err))
	}
	L.Push(lua.LString(data.EncodeQuery(pairs)))
	return 1
}

// queryPairs lists the fields of a query in the order of their names.
func queryPairs(t *lua.LTable) ([]data.Pair, error) {
	values := map[string][]string{}
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		name, ok := key.(lua.LString)
		if !ok {
			return nil, fmt.Errorf("the names of a query are strings, got %s", describe(key))
		}
		texts, err := queryTexts(string(name), value)
		if err != nil {
			return nil, err
		}
		values[string(name)] = texts
	}
	var pairs []data.Pair
	for _, name := range sortedKeys(values) {
		for _, text := range values[name] {
			pairs = append(pairs, data.Pair{Name: name, Value: text})
		}
	}
	return pairs, nil
}

// queryTexts reads one value of a query, or a list of them.
func queryTexts(name string, v lua.LValue) ([]string, error) {
	list, ok := v.(*lua.LTable)
	if !ok {
		text, err := queryText(name, v)
		return []string{text}, err
	}
	texts := []string{}
	for i := 1; i <= list.Len(); i++ {
		text, err := queryText(fmt.Sprintf("%s[%d]", name, i), list.RawGetInt(i))
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	if key, _ := optAfter(list, list.Len()); key != lua.LNil {
		return nil, fmt.Errorf("the query's %s must be a value or a list, got a table with the key %s", optQuote(name), shown(key))
	}
	return texts, nil
}

func queryText(name string, v lua.LValue) (string, error) {
	n, isNumber := v.(lua.LNumber)
	text, ok := wordText(v)
	if !ok || isNumber && (math.IsNaN(float64(n)) || math.IsInf(float64(n), 0)) {
		return "", fmt.Errorf("the query's %s must be a string, a number or a boolean, got %s", optQuote(name), describe(v))
	}
	return text, nil
}

func urlParseQuery(L *lua.LState) int {
	pairs, err := data.ParseQuery(argString(L, "url.parse_query", 1, "text"))
	if err != nil {
		raise(L, callFault("url.parse_query", err))
	}
	L.Push(urlPairs(L, pairs))
	return 1
}

func urlJoin(L *lua.LState) int {
	const call = "url.join"
	text, err := data.JoinURL(argString(L, call, 1, "base"), argString(L, call, 2, "reference"))
	if err != nil {
		raise(L, callFault(call, err))
	}
	L.Push(lua.LString(text))
	return 1
}
