package luabind

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"unicode/utf8"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// csvModule is `csv`: rows in from a file, text out.
func csvModule(rt *Runtime) Module {
	return Module{
		Name: "csv", Doc: "Tables of comma-separated values (RFC 4180): read row by row, written at once.",
		Functions: []Function{
			{"rows", "(path: string, options?: csv.Options): fun(): table<string, string>?, integer?",
				"Reads a file, or standard input for \"-\", and gives an iterator over its rows and the lines on which they begin. Lines may end in any way, and a first line \"sep=;\", as Excel knows it, names the separator. " +
					"A row is a fresh table of strings by column, or a list where the columns have no names. A bad line raises with its number, unless `on_error` takes it.",
				"for row, line in csv.rows(\"people.csv\") do\n  print(line, row.name, row.email) --> 2 Ann ann@example.org\nend", rt.csvRows},
			{"encode", "(rows: table[], options?: csv.EncodeOptions): string",
				"Gives CSV text with a header. Rows are tables by column or lists; nil is an empty field. Without `columns` they come in the order in which the rows name them. For Excel in countries with decimal commas: `separator = \";\", bom = true`.",
				"local text = csv.encode({ { name = \"Ann\", sum = 5 } }, { columns = { \"name\", \"sum\" } })\nprint((text:gsub(\"\\r\\n\", \"|\"))) --> name,sum|Ann,5|", rt.csvEncode},
		},
		Types: []string{
			optionsClass("csv.Options", reflect.TypeFor[csvOptions]()),
			optionsClass("csv.EncodeOptions", reflect.TypeFor[csvEncodeOptions]()),
		},
	}
}

// csvOptions are the options of csv.rows.
type csvOptions struct {
	Separator string         `lua:"separator" also:"delimiter,sep" doc:"one character; else found in the first line" default:", ; tab or |"`
	Charset   string         `lua:"charset" also:"encoding" doc:"charset of the file, unless a byte order mark tells it" default:"utf-8"`
	Header    *bool          `lua:"header" doc:"whether the first line names the columns" default:"true"`
	Columns   []string       `lua:"columns" doc:"names of the columns, instead of the header's"`
	MaxRow    int64          `lua:"max_row" unit:"size" min:"1" max:"1GiB" doc:"octets of the longest row; one that is longer ends the reading" default:"16MB"`
	OnError   *lua.LFunction `lua:"on_error" type:"fun(line: integer, what: string, text: string)" doc:"gets each bad line, which is left out then"`
}

func (o *csvOptions) engine() (data.CSVOptions, error) {
	comma, err := csvComma("csv.rows", o.Separator)
	out := data.CSVOptions{Comma: comma, Charset: o.Charset, Columns: o.Columns, MaxRow: int(o.MaxRow), NoHeader: o.Header != nil && !*o.Header}
	return out, err
}

// csvComma reads the option "separator"; 0 where it isn't given.
func csvComma(call, separator string) (rune, error) {
	r, size := utf8.DecodeRuneInString(separator)
	switch {
	case separator == "":
		return 0, nil
	case size != len(separator):
		return 0, &OptionError{Call: call, Key: "separator", What: fmt.Sprintf("option \"separator\" must be one character, got %s", optQuote(separator))}
	}
	return r, nil
}

// csvReader is one file that csv.rows reads.
type csvReader struct {
	name    string
	rows    *data.CSV
	file    io.Closer // nil for standard input and after the end
	columns []string
	onError *lua.LFunction
	ended   bool
}

func (rt *Runtime) csvRows(L *lua.LState) int {
	const call = "csv.rows"
	r := &csvReader{name: argString(L, call, 1, "path")}
	o := csvOptions{MaxRow: 16e6}
	checkOptions(L, call, 2, &o)
	engine, err := o.engine()
	if err != nil {
		raise(L, err)
	}
	r.onError = o.OnError
	if err := rt.csvOpen(r, engine); err != nil {
		raise(L, err)
	}
	L.Push(L.NewFunction(guard(call, r.next)))
	return 1
}

// csvOpen opens the reader's file and reads its header.
func (rt *Runtime) csvOpen(r *csvReader, o data.CSVOptions) error {
	var source io.Reader = rt.stdio.in
	if r.name != "-" {
		file, err := rt.host.open(r.name)
		if err != nil {
			return rt.fileError(r.name, err)
		}
		rt.opened(r)
		source, r.file = file, file
	}
	var err error
	if r.rows, err = data.NewCSV(source, o); err != nil {
		r.close()
		return r.wrap(err)
	}
	r.columns = r.rows.Columns()
	return nil
}

// next is the iterator: a row and its line, or nil at the end.
func (r *csvReader) next(L *lua.LState) int {
	for !r.ended {
		row, err := r.rows.Next()
		var bad *data.CSVError
		switch {
		case err == nil:
			L.Push(r.table(L, row.Values))
			L.Push(lua.LNumber(row.Line))
			return 2
		case errors.Is(err, io.EOF):
			r.close()
		case errors.As(err, &bad) && r.onError != nil:
			L.Push(r.onError)
			L.Push(lua.LNumber(bad.Line))
			L.Push(lua.LString(bad.What))
			L.Push(lua.LString(bad.Text))
			L.Call(3, 0)
		default:
			raise(L, r.wrap(err))
		}
	}
	L.Push(lua.LNil)
	return 1
}

func (r *csvReader) table(L *lua.LState, values []string) *lua.LTable {
	if len(r.columns) == 0 {
		return luaList(L, values)
	}
	t := L.CreateTable(0, len(values))
	for i, v := range values {
		t.RawSetString(r.columns[i], lua.LString(v))
	}
	return t
}

// finish closes the file of an iterator that was left before its end.
func (r *csvReader) finish(context.Context) (failed int) {
	r.close()
	return 0
}

func (r *csvReader) abort() { r.close() }

func (r *csvReader) close() {
	r.ended = true
	if r.file != nil {
		r.file.Close() //nolint:errcheck // opened for reading only
		r.file = nil
	}
}

// wrap names the file in errors about its lines.
func (r *csvReader) wrap(err error) error {
	var bad *data.CSVError
	if errors.As(err, &bad) {
		return &csvFileError{path: r.name, err: bad}
	}
	return err
}

// csvFileError is a bad line of a file.
type csvFileError struct {
	path string
	err  *data.CSVError
}

func (e *csvFileError) Error() string {
	if e.err.Line == 0 {
		return fmt.Sprintf("csv.rows: %s: %s", e.path, e.err.What)
	}
	return fmt.Sprintf("csv.rows: %s, line %d: %s", e.path, e.err.Line, e.err.What)
}
func (e *csvFileError) Unwrap() error { return e.err }
