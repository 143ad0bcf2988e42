package luabind

import (
	"errors"
	"net/http"
	"slices"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// login adds the Authorization field of user and password or token; those in
// the address count where the options have none.
func (o *httpOptions) login(r *data.HTTPRequest) error {
	user, password := o.User, o.Password
	if r.URL.User != nil && user == "" && o.Token == "" {
		user = r.URL.User.Username()
		password, _ = r.URL.User.Password()
	}
	r.URL.User = nil
	bare := r.URL.Scheme == "http" && !o.AllowInsecureAuth && (o.Proxy != "" || !isLoopback(r.URL.Hostname()))
	if bare && hasField(r.Header, "Authorization") {
		return errBareLogin()
	}
	if user == "" && password == "" && o.Token == "" {
		return nil
	}
	if o.Token != "" && user != "" {
		return errors.New("user and token are two ways to log in: give one of them")
	}
	if user == "" && o.Token == "" {
		return errors.New("option \"password\" needs a user")
	}
	if bare {
		return errBareLogin()
	}
	value, err := "Bearer "+o.Token, error(nil)
	if o.Token == "" {
		value, err = data.HTTPBasic(user, password)
	}
	if err == nil {
		err = data.CheckHTTPHeader("Authorization", value)
	}
	if err != nil {
		return err
	}
	if hasField(r.Header, "Authorization") {
		return errors.New("the header field Authorization and the options are two ways to log in: give one of them")
	}
	r.Header = append(r.Header, data.Pair{Name: "Authorization", Value: value})
	return nil
}

func errBareLogin() error {
	return &argumentError{text: "a password or token would go over clear text", hint: "https:// encrypts it; allow_insecure_auth = true sends it all the same"}
}

// typeField adds a Content-Type where the script gave none.
func typeField(r *data.HTTPRequest, contentType string) {
	if !hasField(r.Header, "Content-Type") {
		r.Header = append(r.Header, data.Pair{Name: "Content-Type", Value: contentType})
	}
}

func hasField(fields []data.Pair, name string) bool {
	return slices.ContainsFunc(fields, func(f data.Pair) bool { return http.CanonicalHeaderKey(f.Name) == name })
}

// httpBody makes the body of what the options give.
func (rt *Runtime) httpBody(L *lua.LState, call string, o *httpOptions, r *data.HTTPRequest) error {
	kinds := 0
	for _, given := range []bool{o.Body != nil, o.JSON != nil, o.Form != nil || o.Files != nil} {
		if given {
			kinds++
		}
	}
	if kinds > 1 {
		return errors.New("body, json and form are three ways to give a body: give one of them")
	}
	switch {
	case o.Files != nil:
		return rt.httpUpload(call, o, r)
	case o.JSON != nil:
		w := rt.valueWalk(L, "JSON", new(data.JSONWriter))
		if err := w.value(o.JSON); err != nil {
			return treeRoot("json", err)
		}
		text := w.out.String()
		r.Body = &text
		typeField(r, "application/json")
		return nil
	case o.Form != nil:
		pairs, err := queryPairs(o.Form)
		if err != nil {
			return err
		}
		text := data.EncodeQuery(pairs)
		r.Body = &text
		typeField(r, "application/x-www-form-urlencoded")
		return nil
	}
	r.Body = o.Body
	return nil
}

// httpUpload makes the body of a form with files.
func (rt *Runtime) httpUpload(call string, o *httpOptions, r *data.HTTPRequest) error {
	if hasField(r.Header, "Content-Type") {
		return errors.New("the Content-Type of a form with files is not a script's to set")
	}
	files, err := rt.httpFiles(call, o.Files)
	if err != nil {
		return err
	}
	var fields []data.Pair
	if o.Form != nil {
		if fields, err = queryPairs(o.Form); err != nil {
			return err
		}
	}
	body, contentType, err := data.HTTPForm(fields, files)
	r.Body = &body
	typeField(r, contentType)
	return err
}
