package luabind

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net/url"
	"strings"
	"time"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// httpOptions are what http.get and its relatives take besides the address.
type httpOptions struct {
	Headers           *lua.LTable   `lua:"headers" type:"table<string, string|number|string[]>" secret:"true" doc:"header fields; a list sends one field for each element"`
	Query             lua.LValue    `lua:"query" type:"table<string, string|number|boolean|string[]>|string" secret:"true" also:"params" doc:"added to the query of the address; a table is escaped, a text stays as it is"`
	Body              *string       `lua:"body" secret:"true" also:"content" doc:"what is sent"`
	JSON              lua.LValue    `lua:"json" secret:"true" doc:"a value that is sent as JSON, with its Content-Type"`
	Form              *lua.LTable   `lua:"form" type:"table<string, string|number|boolean|string[]>" secret:"true" also:"data" doc:"fields that are sent as a web form is, with its Content-Type"`
	Files             *lua.LTable   `lua:"files" type:"table<string, string|http.File|(string|http.File)[]>" also:"file,multipart" doc:"files that are sent as a web form with files is (multipart/form-data), by the form's fields: a path, a table of path or data with filename and type, or a list of these; the fields of form go along"`
	Timeout           time.Duration `lua:"timeout" min:"1ms" also:"connect_timeout,read_timeout" doc:"longest wait for the whole answer, redirects included" default:"30s"`
	Retry             int           `lua:"retry" also:"retries,attempts" min:"0" max:"10" doc:"how often the request is made again, after 1s, 2s, 4s … or as Retry-After asks, up to a minute, when nobody answers or the status is 408, 425, 429, 500, 502, 503 or 504; POST and PATCH only when they were not begun with: no connection, 429, 503" default:"0"`
	MaxSize           *int64        `lua:"max_size" unit:"size" min:"1" doc:"octets of the answer's body, decompressed; more is an error" default:"10MB, 1GB with save"`
	Redirects         int           `lua:"redirects" also:"allow_redirects,max_redirects,follow_redirects" min:"0" max:"50" doc:"how many redirects are followed; 0 gives the redirect itself" default:"10"`
	Save              *string       `lua:"save" doc:"file that takes the body of an answer with a status of 200 to 299, as a whole or not at all; body is empty then"`
	User              string        `lua:"user" also:"auth,username" doc:"user name to log in with (Basic)"`
	Password          string        `lua:"password" secret:"true" doc:"password to log in with"`
	Token             string        `lua:"token" secret:"true" doc:"token to log in with (Bearer)"`
	AllowInsecureAuth bool          `lua:"allow_insecure_auth" doc:"send a password or token over clear text to a host that isn't loopback"`
	tlsOptions        `lua:",embed"`
	Proxy             string `lua:"proxy" secret:"true" doc:"go through socks5://user:password@host:port or an http://… proxy; the environment's proxies are not asked" default:"none"`
}

// httpRequestOptions are the options of http.request.
type httpRequestOptions struct {
	Method  string      `lua:"method" doc:"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS or one of the server's own" default:"GET, with a body POST"`
	URL     string      `lua:"url" required:"true" secret:"true" doc:"the address"`
	Options httpOptions `lua:",embed"`
}

// Defaults of the limits.
const (
	httpTimeout   = 30 * time.Second
	httpRedirects = 10
	httpInMemory  = 10e6
	httpInFile    = 1e9
)

func newHTTPOptions() httpOptions { return httpOptions{Timeout: httpTimeout, Redirects: httpRedirects} }

func (o *httpOptions) hasBody() bool {
	return o.Body != nil || o.JSON != nil || o.Form != nil || o.Files != nil
}

// httpMake reads the options into a request.
func (rt *Runtime) httpMake(L *lua.LState, call, method, address string, o *httpOptions) (*data.HTTPRequest, error) {
	target, err := o.target(address)
	if err != nil {
		return nil, err
	}
	r := &data.HTTPRequest{
		URL: target, Timeout: o.Timeout, Redirects: o.Redirects, MaxSize: httpInMemory,
		Allow: func(host string, port int) error { return rt.host.Sandbox.named(call, host, port) },
	}
	if r.Method, err = data.HTTPMethod(method); err != nil {
		return nil, err
	}
	if r.Header, err = o.fields(); err != nil {
		return nil, err
	}
	if err := o.login(r); err != nil {
		return nil, err
	}
	if o.Save != nil {
		path := *o.Save
		if path == "" || strings.ContainsRune(path, 0) {
			return nil, errors.New("option \"save\" must be the name of a file")
		}
		r.MaxSize = httpInFile
		r.Save = func(content io.Reader) error {
			if err := rt.replaceFile(path, 0, content); err != nil {
				return writeError(call, path, err)
			}
			return nil
		}
	}
	if o.MaxSize != nil {
		r.MaxSize = *o.MaxSize
	}
	return r, rt.httpBody(L, call, o, r)
}

// target is the address with the option's query.
func (o *httpOptions) target(address string) (*url.URL, error) {
	switch q := o.Query.(type) {
	case nil:
		return data.HTTPTarget(address, nil)
	case lua.LString:
		pairs, err := data.ParseQuery(string(q))
		if err != nil {
			return nil, err
		}
		return data.HTTPTarget(address, pairs)
	case *lua.LTable:
		pairs, err := queryPairs(q)
		if err != nil {
			return nil, err
		}
		return data.HTTPTarget(address, pairs)
	}
	return nil, fmt.Errorf("option \"query\" must be a table or a string, got %s", describe(o.Query))
}

// fields lists the header fields in the order of their names.
func (o *httpOptions) fields() ([]data.Pair, error) {
	if o.Headers == nil {
		return nil, nil
	}
	values := map[string]lua.LValue{}
	for key, value := o.Headers.Next(lua.LNil); key != lua.LNil; key, value = o.Headers.Next(key) {
		name, ok := key.(lua.LString)
		if !ok {
			return nil, fmt.Errorf("option \"headers\" has names of header fields, got %s", describe(key))
		}
		values[string(name)] = value
	}
	var fields []data.Pair
	for _, name := range sortedKeys(values) {
		list, isList := values[name].(*lua.LTable)
		if !isList {
			list = &lua.LTable{Metatable: lua.LNil}
			list.Append(values[name])
		}
		for i := 1; i <= list.Len(); i++ {
			field, err := headerField(name, list.RawGetInt(i))
			if err != nil {
				return nil, err
			}
			fields = append(fields, field)
		}
	}
	return fields, nil
}

func headerField(name string, v lua.LValue) (data.Pair, error) {
	n, isNumber := v.(lua.LNumber)
	text, ok := wordText(v)
	if !ok || v.Type() == lua.LTBool || isNumber && (math.IsNaN(float64(n)) || math.IsInf(float64(n), 0)) {
		return data.Pair{}, fmt.Errorf("option \"headers\": %s must be a string, a number or a list of these, got %s", optQuote(name), describe(v))
	}
	return data.Pair{Name: name, Value: text}, data.CheckHTTPHeader(name, text)
}
