package luabind

import (
	"fmt"

	"moonpost/luabind/lua51"
	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// partOptions are common to all parts.
type partOptions struct {
	CID         string      `lua:"cid" doc:"Content-ID, for cid: links in HTML"`
	Filename    string      `lua:"filename" doc:"file name shown to the reader"`
	Disposition string      `lua:"disposition" enum:"inline,attachment" doc:"shown in place or as an attachment"`
	Description string      `lua:"description" doc:"Content-Description"`
	Encoding    string      `lua:"encoding" enum:"7bit,8bit,quoted-printable,base64" doc:"force a transfer encoding"`
	Language    string      `lua:"language" doc:"Content-Language, such as de or de, en"`
	Compat      string      `lua:"filename_compat" enum:"both,strict" doc:"whether a name beyond ASCII is also written as old readers want it" default:"both"`
	Headers     *lua.LTable `lua:"headers" doc:"further header fields"`
	Params      *lua.LTable `lua:"params" doc:"further parameters of Content-Type"`
}

type textOptions struct {
	Items       []lua.LValue `lua:"[]" doc:"the text"`
	Subtype     string       `lua:"subtype" doc:"plain, html …" default:"plain"`
	Charset     string       `lua:"charset" doc:"charset to write" default:"utf-8"`
	Flowed      bool         `lua:"flowed" doc:"format=flowed (RFC 3676)"`
	DelSp       bool         `lua:"delsp" doc:"flowed, and lines may be broken where there is no blank, as in Chinese"`
	partOptions `lua:",embed"`
}

type mediaOptions struct {
	Items       []lua.LValue `lua:"[]" doc:"the bytes"`
	Path        string       `lua:"path" doc:"file to read; streamed when sent"`
	Data        lua.LValue   `lua:"data" doc:"the bytes, or a function that returns chunks until nil"`
	Type        string       `lua:"type" doc:"media type, such as application/zip"`
	Subtype     string       `lua:"subtype" doc:"the type's second half, for image and audio"`
	partOptions `lua:",embed"`
}

type multipartOptions struct {
	Items       []lua.LValue `lua:"[]" doc:"the subtype, if it is not mixed, and the parts"`
	Subtype     string       `lua:"subtype" doc:"mixed, alternative, related …" default:"mixed"`
	Boundary    string       `lua:"boundary" doc:"fix the boundary"`
	Preamble    string       `lua:"preamble" doc:"text before the first part"`
	Epilogue    string       `lua:"epilogue" doc:"text after the last part"`
	partOptions `lua:",embed"`
}

// engine gives the options that all parts share to the builder.
func (o *partOptions) engine(call string) ([]mime.Option, error) {
	var out []mime.Option
	add := func(value string, option func(string) mime.Option) {
		if value != "" {
			out = append(out, option(value))
		}
	}
	add(o.Compat, mime.WithFilenameCompat)
	add(o.CID, mime.WithCID)
	add(o.Filename, mime.WithFilename)
	add(o.Disposition, mime.WithDisposition)
	add(o.Description, mime.WithDescription)
	add(o.Language, mime.WithLanguage)
	add(o.Encoding, mime.WithEncoding)
	err := eachPair(call, "params", o.Params, func(k, v string) { out = append(out, mime.WithParam(k, v)) })
	if err != nil {
		return nil, err
	}
	return out, eachPair(call, "headers", o.Headers, func(k, v string) { out = append(out, mime.WithHeader(k, v)) })
}

// eachPair walks a table of strings by strings in order of the keys.
func eachPair(call, what string, t *lua.LTable, f func(k, v string)) error {
	if t == nil {
		return nil
	}
	pairs := map[string]string{}
	var err error
	t.ForEach(func(k, v lua.LValue) {
		name, isString := k.(lua.LString)
		value, ok := v.(lua.LString)
		if n, isNumber := v.(lua.LNumber); isNumber {
			value, ok = lua.LString(lua51.Plain(n)), true
		}
		if !isString || !ok {
			err = &argumentError{text: fmt.Sprintf("%s: %s must map strings to strings, got %s for %q", call, what, describe(v), k.String())}
			return
		}
		pairs[string(name)] = string(value)
	})
	if err != nil {
		return err
	}
	for _, k := range sortedKeys(pairs) {
		f(k, pairs[k])
	}
	return nil
}

// headerPairs is eachPair for header fields, whose values may also be
// addresses in a table, as where a field is assigned.
func headerPairs(call, what string, t *lua.LTable, f func(k, v string)) error {
	texts := &lua.LTable{Metatable: lua.LNil}
	var err error
	t.ForEach(func(k, v lua.LValue) {
		if _, ok := v.(*lua.LTable); ok && err == nil {
			_, err = addressList(call, k.String(), v)
			text, _ := groupText(v)
			v = lua.LString(text)
		}
		texts.RawSet(k, v)
	})
	if err != nil {
		return err
	}
	return eachPair(call, what, texts, f)
}
