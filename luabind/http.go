package luabind

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// httpModule is `http`: requests to web servers.
func httpModule(rt *Runtime) Module {
	return Module{
		Name: "http", Doc: "Requests to web servers. An answer is a value whatever its status; no answer, or one beyond the limits, raises an error of kind \"http\" whose `stage` is dns, connect, proxy, tls, timeout, size, redirect, response or, by raise_for_status, status. " +
			"Certificates are verified. Redirects are followed, but passwords, tokens and other header fields go to the origin that the script names alone, and never from https to http. Errors show neither query nor user nor what looks like a token in the address.",
		Functions: []Function{
			{"get", "(url: string, options?: http.Options): http.Response", "Asks for what is at an address.",
				"local r = http.get(\"https://api.example.com/orders\", { query = { since = \"2026-10-01\" }, token = \"t0ken\" })\nprint(r.status, r.headers[\"content-type\"], r:json()[1].total) --> 200 application/json 12.5", rt.httpGet},
			{"post", "(url: string, body?: string|http.Options, options?: http.Options): http.Response", "Sends a body to an address. Options may stand in the body's place: `json` and `form` make a body of a table, `files` one of files.",
				"local r = http.post(\"https://hooks.example.com/notify\", { json = { text = \"6 sent\" } })\nprint(r.status) --> 200", rt.httpPost},
			{"put", "(url: string, body?: string|http.Options, options?: http.Options): http.Response", "Puts a body to an address; arguments are those of http.post.",
				"print(http.put(\"https://api.example.com/orders/7\", { json = { total = 12.5 } }).status) --> 200", rt.httpPut},
			{"patch", "(url: string, body?: string|http.Options, options?: http.Options): http.Response", "Changes what is at an address; arguments are those of http.post.",
				"print(http.patch(\"https://api.example.com/orders/7\", { json = { paid = true } }).ok) --> true", rt.httpPatch},
			{"delete", "(url: string, options?: http.Options): http.Response", "Removes what is at an address.",
				"print(http.delete(\"https://api.example.com/orders/7\", { user = \"ann\", password = \"secret\" }).status) --> 200", rt.httpDelete},
			{"head", "(url: string, options?: http.Options): http.Response", "Asks for the header fields alone.",
				"print(http.head(\"https://api.example.com/orders\").headers[\"content-type\"]) --> application/json", rt.httpHead},
			{"request", "(request: http.Request): http.Response", "Makes a request of any method.",
				"local r = http.request{ method = \"DELETE\", url = \"https://api.example.com/orders/7\", user = \"ann\", password = \"secret\" }\nprint(r.status, r.ok) --> 200 true", rt.httpRequest},
		},
		Types: []string{
			optionsClass("http.Options", reflect.TypeFor[httpOptions]()),
			optionsClass("http.File", reflect.TypeFor[httpFileOptions]()),
			optionsClass("http.Request", reflect.TypeFor[httpRequestOptions]()),
		},
		Classes: []Class{httpResponseClass(rt)},
	}
}

func (rt *Runtime) httpGet(L *lua.LState) int    { return rt.httpBare(L, "http.get", "GET") }
func (rt *Runtime) httpHead(L *lua.LState) int   { return rt.httpBare(L, "http.head", "HEAD") }
func (rt *Runtime) httpDelete(L *lua.LState) int { return rt.httpBare(L, "http.delete", "DELETE") }
func (rt *Runtime) httpPost(L *lua.LState) int   { return rt.httpWithBody(L, "http.post", "POST") }
func (rt *Runtime) httpPut(L *lua.LState) int    { return rt.httpWithBody(L, "http.put", "PUT") }
func (rt *Runtime) httpPatch(L *lua.LState) int  { return rt.httpWithBody(L, "http.patch", "PATCH") }

// httpAddress reads the first argument.
func httpAddress(L *lua.LState, call string) string {
	if _, isTable := L.Get(1).(*lua.LTable); isTable {
		raise(L, &argumentError{text: call + ": url must be a string, got a table", hint: "http.request takes a table, with url and method in it"})
	}
	return argString(L, call, 1, "url")
}

// httpBare makes a request whose second argument is its options.
func (rt *Runtime) httpBare(L *lua.LState, call, method string) int {
	address, o := httpAddress(L, call), newHTTPOptions()
	checkOptions(L, call, 2, &o)
	return rt.pushHTTP(L, call, method, address, &o)
}

// httpWithBody makes a request whose second argument is its body, or its options.
func (rt *Runtime) httpWithBody(L *lua.LState, call, method string) int {
	address, o := httpAddress(L, call), newHTTPOptions()
	switch body := L.Get(2).(type) {
	case *lua.LNilType:
		checkOptions(L, call, 3, &o)
	case *lua.LTable:
		if L.Get(3) != lua.LNil {
			raise(L, &argumentError{text: call + ": body must be a string, got a table", hint: "json = … or form = … in the options make a body of a table"})
		}
		checkOptions(L, call, 2, &o)
	case lua.LString, lua.LNumber:
		checkOptions(L, call, 3, &o)
		if o.Body != nil {
			raiseArgument(L, call+": the body is given twice, as an argument and as an option")
		}
		text := argString(L, call, 2, "body")
		o.Body = &text
	default:
		raiseArgument(L, fmt.Sprintf("%s: body must be a string, got %s", call, describe(body)))
	}
	return rt.pushHTTP(L, call, method, address, &o)
}

func (rt *Runtime) httpRequest(L *lua.LState) int {
	const call = "http.request"
	r := httpRequestOptions{Options: newHTTPOptions()}
	if _, isText := L.Get(1).(lua.LString); isText {
		raise(L, &argumentError{text: call + ": request must be a table, got a string", hint: `write http.request{ method = "GET", url = … }`})
	}
	argTable(L, call, 1, "request")
	checkOptions(L, call, 1, &r)
	method := r.Method
	switch {
	case method == "" && r.Options.hasBody():
		method = "POST"
	case method == "":
		method = "GET"
	}
	return rt.pushHTTP(L, call, method, r.URL, &r.Options)
}

// pushHTTP makes the request and gives the answer.
func (rt *Runtime) pushHTTP(L *lua.LState, call, method, address string, o *httpOptions) int {
	request, err := rt.httpMake(L, call, method, address, o)
	if err != nil {
		raise(L, callFault(call, err))
	}
	rt.effect(L, EffectNetwork, call, data.ShowURL(request.URL))
	if o.Save != nil {
		rt.effect(L, EffectWrite, call, *o.Save)
	}
	client, done, err := rt.httpClient(call, o)
	if err != nil {
		raise(L, err)
	}
	defer done()
	r, err := client.DoAgain(L.Context(), request, data.HTTPRetry{
		Times: o.Retry, Wall: rt.host.Wall, Sleep: rt.host.sleep,
		Note: func(why string, after time.Duration) {
			rt.host.Logger.Info(fmt.Sprintf("%s: %s: %s; again in %v", call, data.ShowURL(request.URL), why, after))
		},
	})
	if err == nil {
		L.Push(rt.newObject(L, httpResponseName, &httpResponse{HTTPResponse: r, method: request.Method}))
		return 1
	}
	var fault *data.HTTPError
	if errors.As(err, &fault) {
		err = callFault(call, err)
	}
	raise(L, err)
	return 0
}
