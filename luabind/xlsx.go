package luabind

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"moonpost/mime"
	"moonpost/report/xlsx"

	lua "github.com/yuin/gopher-lua"
)

const bookClassName = "xlsx.Book"

// xlsxModule is `xlsx`: workbooks.
func xlsxModule(rt *Runtime) Module {
	return Module{
		Name: "xlsx", Doc: "Workbooks as Excel, LibreOffice and Google Sheets open them.",
		Functions: []Function{
			{"book", "(book: xlsx.BookOptions): xlsx.Book",
				"Makes a workbook of one or more sheets. Rows are tables by column or lists, in a list or from an iterator, which is read row by row: two hundred thousand rows take a few megabytes. " +
					"Numbers, booleans and times keep their types, nil is an empty cell. Texts that are numbers, as databases give decimals, become numbers unless digits would be lost: leading zeros, or more than 15 digits; texts that are dates in ISO 8601 become dates. " +
					"The columns in `text` stay texts. No text ever becomes a formula.",
				"local book = xlsx.book{ { name = \"Sales\", rows = { { day = \"2026-10-05\", revenue = 12.5 } }, columns = { \"day\", \"revenue\" }, formats = { revenue = \"#,##0.00\" }, totals = { \"revenue\" } } }\nprint(#book:bytes() > 1000) --> true", rt.xlsxBook},
		},
		Classes: []Class{rt.bookClass()},
		Types: []string{
			optionsClass("xlsx.BookOptions", reflect.TypeFor[bookOptions]()),
			optionsClass("xlsx.Sheet", reflect.TypeFor[sheetOptions]()),
			optionsClass("xlsx.Chart", reflect.TypeFor[sheetChartOptions]()),
		},
	}
}

// bookOptions are what xlsx.book takes.
type bookOptions struct {
	Sheets []lua.LValue `lua:"[]" type:"xlsx.Sheet" required:"true" doc:"the sheets, each a table of its own"`
	Title  string       `lua:"title" doc:"title in the workbook's properties"`
	Author string       `lua:"author" doc:"author in the workbook's properties"`
}

// luaBook is a workbook as a script holds it: its octets.
type luaBook struct{ octets []byte }

func (rt *Runtime) bookClass() Class {
	const prelude = "local book = xlsx.book{ { rows = rows } }\n"
	return Class{
		Name: bookClassName, Doc: "A workbook that is made.",
		Methods: []Function{
			{"part", "(self: xlsx.Book, filename: string): mime.Part", "Makes an attachment of it.",
				prelude + `print(book:part("sales.xlsx").filename) --> sales.xlsx`, rt.bookPart},
			{"bytes", "(self: xlsx.Book): string", "Gives the octets of the file.", prelude + `print(book:bytes():sub(1, 2)) --> PK`, bookBytes},
			{"save", "(self: xlsx.Book, path: string)", "Writes the file, whole or not at all.", prelude + `book:save("sales.xlsx")`, rt.bookSave},
		},
	}
}

func (rt *Runtime) xlsxBook(L *lua.LState) int {
	const call = "xlsx.book"
	var o bookOptions
	t := argTable(L, call, 1, "book")
	if t.RawGetString("rows") != lua.LNil {
		raise(L, &argumentError{text: call + ": a sheet stands in braces of its own", hint: "write xlsx.book{ { name = …, rows = … } }"})
	}
	checkOptions(L, call, 1, &o)
	names := sheetNames(o.Sheets)
	book := &xlsx.Book{Title: o.Title, Author: o.Author, Created: rt.host.Wall()}
	for i, v := range o.Sheets {
		sheet, err := rt.sheet(L, call, i, v, names[i])
		if err != nil {
			raise(L, err)
		}
		book.Sheets = append(book.Sheets, sheet)
	}
	var octets bytes.Buffer
	if _, err := book.WriteTo(&octets); err != nil {
		raise(L, bookFault(call, err))
	}
	L.Push(rt.newObject(L, bookClassName, &luaBook{octets.Bytes()}))
	return 1
}

// sheetNames are what sheets without a name are called: Sheet1, Sheet2 …, as far as no other has that name.
func sheetNames(sheets []lua.LValue) []string {
	names, taken := make([]string, len(sheets)), map[string]bool{}
	for _, v := range sheets {
		if t, ok := v.(*lua.LTable); ok {
			taken[strings.ToLower(t.RawGetString("name").String())] = true
		}
	}
	for i := range sheets {
		n := i + 1
		for taken[fmt.Sprintf("sheet%d", n)] {
			n++
		}
		names[i] = fmt.Sprintf("Sheet%d", n)
		if t, ok := sheets[i].(*lua.LTable); ok && t.RawGetString("name") == lua.LNil {
			taken[strings.ToLower(names[i])] = true
		}
	}
	return names
}

// bookFault names the call in the workbook's own errors; those of a script's iterator are raised as they are.
func bookFault(call string, err error) error {
	var own *xlsx.BookError
	if errors.As(err, &own) {
		return &argumentError{text: call + ": " + own.Error(), hint: own.Hint()}
	}
	return err
}

func (rt *Runtime) bookPart(L *lua.LState) int {
	book := checkObject[*luaBook](L, 1, bookClassName)
	name := argString(L, "book:part", 2, "filename")
	rt.warnOfName(L, "book:part", name)
	part, err := mime.NewPart(xlsx.BookType, mime.Bytes(book.octets), mime.WithFilename(name), mime.WithDisposition("attachment"))
	if err != nil {
		raise(L, err)
	}
	L.Push(rt.newPart(L, part))
	return 1
}

// warnOfName tells of a name by which no program knows a workbook: it would open it as something else, or not at all.
func (rt *Runtime) warnOfName(L *lua.LState, call, name string) {
	if !strings.EqualFold(filepath.Ext(name), ".xlsx") {
		rt.warn(L, call, []string{fmt.Sprintf("%q doesn't end in .xlsx, by which programs know a workbook", name)})
	}
}

func bookBytes(L *lua.LState) int {
	L.Push(lua.LString(checkObject[*luaBook](L, 1, bookClassName).octets))
	return 1
}

func (rt *Runtime) bookSave(L *lua.LState) int {
	const call = "book:save"
	book, path := checkObject[*luaBook](L, 1, bookClassName), rt.pathToWrite(L, call, 2, "path")
	rt.warnOfName(L, call, path)
	if err := rt.replaceFile(path, 0, bytes.NewReader(book.octets)); err != nil {
		raise(L, writeError(call, path, err))
	}
	return 0
}

// sheetCall is what errors about a sheet begin with.
func sheetCall(call string, i int, v lua.LValue) string {
	if t, ok := v.(*lua.LTable); ok {
		if name, ok := t.RawGetString("name").(lua.LString); ok {
			return fmt.Sprintf("%s: sheet %s", call, optQuote(string(name)))
		}
	}
	return fmt.Sprintf("%s: sheet %d", call, i+1)
}
