package luabind

import (
	"fmt"
	"path/filepath"

	"moonpost/data"
	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// httpFileOptions say what one file of the option "files" is.
type httpFileOptions struct {
	Path     string  `lua:"path" doc:"the file"`
	Data     *string `lua:"data" secret:"true" doc:"what is in it, instead of a path"`
	Filename string  `lua:"filename" doc:"its name for the server" default:"that of the path, else the field's"`
	Type     string  `lua:"type" doc:"its media type, such as text/csv" default:"found out by name and content"`
}

// httpUploadSize bounds what the files of one request have together, in octets: they are in memory while they are sent.
const httpUploadSize = 256e6

// httpFiles reads the option "files", in the order of the fields' names.
func (rt *Runtime) httpFiles(call string, t *lua.LTable) ([]data.HTTPFile, error) {
	values := map[string]lua.LValue{}
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		name, ok := key.(lua.LString)
		if !ok {
			return nil, &argumentError{text: "option \"files\" has names of form fields, got " + describe(key), hint: `write files = { report = "sales.xlsx" }`}
		}
		values[string(name)] = value
	}
	var files []data.HTTPFile
	left := int64(httpUploadSize)
	for _, field := range sortedKeys(values) {
		list, isList := values[field].(*lua.LTable)
		if !isList || list.RawGetInt(1) == lua.LNil {
			list = &lua.LTable{Metatable: lua.LNil}
			list.Append(values[field])
		}
		for i := 1; i <= list.Len(); i++ {
			f, err := rt.httpFile(call, field, list.RawGetInt(i))
			if err != nil {
				return nil, err
			}
			if left -= int64(len(f.Content)); left < 0 {
				return nil, &argumentError{text: fmt.Sprintf("the files of one request have more than %d octets together", int64(httpUploadSize))}
			}
			files = append(files, f)
		}
	}
	return files, nil
}

// httpFile reads one file: a path, or a table that says more.
func (rt *Runtime) httpFile(call, field string, v lua.LValue) (f data.HTTPFile, err error) {
	var o httpFileOptions
	switch v := v.(type) {
	case lua.LString:
		o.Path = string(v)
	case *lua.LTable:
		if err := readOptions(call, v, &o); err != nil {
			return f, err
		}
	default:
		return f, fmt.Errorf("option \"files\": %s must be a path, { path = … } or { data = … }, got %s", optQuote(field), describe(v))
	}
	f = data.HTTPFile{Field: field, Name: o.Filename, Type: o.Type}
	switch {
	case (o.Path == "") == (o.Data == nil):
		return f, fmt.Errorf("option \"files\": %s needs either path or data", optQuote(field))
	case o.Data != nil:
		f.Content = *o.Data
	default:
		if f.Content, err = rt.httpUploaded(o.Path); err != nil {
			return f, err
		}
	}
	if f.Name == "" {
		f.Name = filepath.Base(o.Path)
		if o.Path == "" {
			f.Name = field
		}
	}
	if f.Type == "" {
		f.Type = mime.GuessType(f.Name, []byte(f.Content[:min(len(f.Content), 512)]))
	}
	return f, nil
}

// httpUploaded is a file's content.
func (rt *Runtime) httpUploaded(path string) (string, error) {
	info, err := rt.host.disk().Stat(path)
	if err == nil && info.Size() > httpUploadSize {
		return "", &argumentError{text: fmt.Sprintf("%s has more than %d octets", path, int64(httpUploadSize))}
	}
	var content []byte
	if err == nil {
		content, err = rt.host.readFile(path)
	}
	if err != nil {
		return "", rt.fileError(path, err)
	}
	return string(content), nil
}
