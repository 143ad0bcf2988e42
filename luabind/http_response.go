package luabind

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// httpResponseName is the class of answers.
const httpResponseName = "http.Response"

// httpResponse is the answer to a request.
type httpResponse struct {
	*data.HTTPResponse
	method  string
	headers *lua.LTable // made with the first use
}

// httpResponseClass is what scripts see of an answer.
func httpResponseClass(rt *Runtime) Class {
	return Class{
		Name: httpResponseName, Doc: "The answer of a web server.",
		Methods: []Function{
			{"json", "(self: http.Response, options?: json.DecodeOptions): any", "Reads the body as json.decode does; an answer that is no JSON raises.", `print(http.get("https://api.example.com/orders"):json()[1].total) --> 12.5`, rt.responseJSON},
			{"text", "(self: http.Response): string", "The body in UTF-8, from the charset that the answer names; without a name UTF-8 or else windows-1252.", `print(http.get("https://www.example.com/"):text()) --> Grüße`, responseText},
			{"get_all", "(self: http.Response, name: string): string[]", "All values of a header field, in their order.", `print(#http.get("https://www.example.com/"):get_all("Set-Cookie")) --> 2`, responseGetAll},
			{"raise_for_status", "(self: http.Response): http.Response", "Raises an error of kind \"http\", with the status in `code`, for a status of 400 and above; else gives the answer back.", `print(http.get("https://www.example.com/"):raise_for_status().status) --> 200`, responseRaise},
		},
		Fields: []Field{
			{"status", "integer", "the status, such as 200 or 404"},
			{"reason", "string", "the word for it, such as \"Not Found\""},
			{"ok", "boolean", "whether the status is below 400"},
			{"headers", "table<string, string>", "the header fields; names are found in any case, several values of one are joined by \", \""},
			{"body", "string", "the octets of the body, decompressed; empty where they went into a file"},
			{"size", "integer", "octets of the body"},
			{"saved", "boolean", "whether the body went into the file of `save`"},
			{"url", "string", "the address that answered, after redirects"},
			{"certificate_ends", "time.Time?", "until when the certificate of that server is good; nil without TLS"},
		},
		get: rt.responseField,
	}
}

func (rt *Runtime) responseField(L *lua.LState, self any, key lua.LValue) lua.LValue {
	r, ok := self.(*httpResponse)
	if !ok {
		return nil
	}
	switch key.String() {
	case "status":
		return lua.LNumber(r.Status)
	case "reason":
		return lua.LString(r.Reason)
	case "ok":
		return lua.LBool(r.Status < 400)
	case "headers":
		return r.headerTable(L)
	case "body":
		return lua.LString(r.Body)
	case "size":
		return lua.LNumber(r.Size)
	case "saved":
		return lua.LBool(r.Saved)
	case "url":
		return lua.LString(r.URL)
	case "certificate_ends":
		if r.CertificateEnds.IsZero() {
			return lua.LNil
		}
		return rt.newObject(L, timeClassName, r.CertificateEnds)
	}
	return nil
}

// headerTable is a table of the fields that finds names in any case.
func (r *httpResponse) headerTable(L *lua.LState) *lua.LTable {
	if r.headers != nil {
		return r.headers
	}
	t, meta := L.CreateTable(0, len(r.Header)), L.NewTable()
	for name, values := range r.Header {
		t.RawSetString(name, lua.LString(strings.Join(values, ", ")))
	}
	meta.RawSetString("__index", L.NewFunction(func(L *lua.LState) int {
		if name, ok := L.Get(2).(lua.LString); ok && L.Get(1) == t {
			L.Push(t.RawGetString(http.CanonicalHeaderKey(string(name))))
			return 1
		}
		return 0
	}))
	t.Metatable, r.headers = meta, t
	return t
}

func thisResponse(L *lua.LState) *httpResponse {
	return checkObject[*httpResponse](L, 1, httpResponseName)
}

func (rt *Runtime) responseJSON(L *lua.LState) int {
	const call = "response:json"
	r := thisResponse(L)
	var o jsonDecodeOptions
	checkOptions(L, call, 2, &o)
	if r.Saved {
		raiseArgument(L, call+": the body went into a file")
	}
	v, err := data.ParseJSON(r.Body, o.engine(L), rt.jsonMaker())
	var syntax *data.JSONError
	switch {
	case err == nil:
		L.Push(v)
		return 1
	case errors.As(err, &syntax):
		err = fmt.Errorf("the answer (%s) is no JSON: %w", r.kind(), err)
	}
	raise(L, callFault(call, err))
	return 0
}

// kind is the status with the body's type, for errors.
func (r *httpResponse) kind() string {
	text := fmt.Sprint(r.Status)
	if media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); media != "" {
		text += ", " + strings.TrimSpace(media)
	}
	return text
}

func responseText(L *lua.LState) int {
	r := thisResponse(L)
	text, err := data.HTTPText(r.Body, r.Header.Get("Content-Type"))
	if err != nil {
		raise(L, callFault("response:text", err))
	}
	L.Push(lua.LString(text))
	return 1
}

func responseGetAll(L *lua.LState) int {
	r := thisResponse(L)
	L.Push(luaList(L, r.Header.Values(argString(L, "response:get_all", 2, "name"))))
	return 1
}

func responseRaise(L *lua.LState) int {
	r := thisResponse(L)
	if err := r.Fault(r.method); err != nil {
		raise(L, err)
	}
	L.Push(L.Get(1))
	return 1
}
