package luabind

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// mediaMaker is mime.NewImage or mime.NewAudio.
type mediaMaker func(s mime.Source, subtype string, o ...mime.Option) (*mime.Part, error)

func (rt *Runtime) mimeImage(L *lua.LState) int { return rt.media(L, "mime.image", mime.NewImage) }

func (rt *Runtime) mimeAudio(L *lua.LState) int { return rt.media(L, "mime.audio", mime.NewAudio) }

func (rt *Runtime) media(L *lua.LState, call string, build mediaMaker) int {
	var o mediaOptions
	rt.positional(L, call, &o, func() { o.Subtype = optString(L, call, 2, "subtype") })
	if o.Type != "" {
		raiseArgument(L, call+`: unknown option "type"; did you mean "subtype"?`)
	}
	source, options, err := rt.mediaSource(L, call, &o)
	if err != nil {
		raise(L, err)
	}
	p, err := build(source, o.Subtype, options...)
	return rt.pushPart(L)(p, aboutFile(o.Path, err))
}

// aboutFile puts the file's name into the builder's error; without a file its advice says how to name one, since a name
// may have been taken for content.
func aboutFile(path string, err error) error {
	var fault *mime.Error
	if !errors.As(err, &fault) || fault.Advice == "" {
		return err
	}
	if path != "" {
		return underName(path, err)
	}
	advised := *fault
	advised.Advice += "; a file is named by path = \"…\""
	return &advised
}

// mediaSource finds where a part's bytes come from: exactly one of path,
// data and the first item. A path gives the file name too.
func (rt *Runtime) mediaSource(L *lua.LState, call string, o *mediaOptions) (mime.Source, []mime.Option, error) {
	data := o.Data
	if data == nil || data == lua.LNil {
		data = firstItem(o.Items)
	}
	options, err := o.engine(call)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case o.Path != "" && data != lua.LNil:
		return nil, nil, &argumentError{text: call + ": give either path or data, not both"}
	case o.Path != "":
		source, err := rt.source(o.Path)
		if o.Filename == "" {
			options = append([]mime.Option{mime.WithFilename(filepath.Base(o.Path))}, options...)
		}
		return source, options, err
	}
	octets, err := rt.octets(L, call, data)
	return mime.Bytes(octets), options, err
}

// octets reads content given as a string or as a function of chunks.
func (rt *Runtime) octets(L *lua.LState, call string, data lua.LValue) ([]byte, error) {
	switch v := data.(type) {
	case lua.LString:
		return []byte(v), nil
	case *lua.LFunction:
		var b strings.Builder
		for {
			L.Push(v)
			L.Call(0, 1)
			chunk := L.Get(-1)
			L.Pop(1)
			switch chunk := chunk.(type) {
			case *lua.LNilType:
				return []byte(b.String()), nil
			case lua.LString:
				b.WriteString(string(chunk))
			default:
				return nil, &argumentError{text: fmt.Sprintf("%s: the function must return strings until nil, got %s", call, describe(chunk))}
			}
		}
	case *lua.LNilType:
		return nil, &argumentError{text: call + `: option "path" or "data" is missing`}
	}
	return nil, &argumentError{text: fmt.Sprintf("%s: data must be a string or a function, got %s", call, describe(data))}
}
