package luabind

import (
	"strings"

	"moonpost/data"
	"moonpost/report"

	lua "github.com/yuin/gopher-lua"
)

// csvEncodeOptions are the options of csv.encode.
type csvEncodeOptions struct {
	tableOptions `lua:",embed"`

	Header    *bool  `lua:"header" doc:"whether to write a header" default:"true"`
	Separator string `lua:"separator" also:"delimiter,sep" doc:"one character; Excel wants ; where decimals have a comma" default:","`
	BOM       bool   `lua:"bom" doc:"begin with a byte order mark: Excel takes a text without one for one of the old charset"`
	Formulas  bool   `lua:"escape_formulas" doc:"write an apostrophe before texts that a spreadsheet would compute (those that begin with = + - @ and are no numbers): for values that strangers have written"`
}

func (rt *Runtime) csvEncode(L *lua.LState) int {
	const call = "csv.encode"
	var o csvEncodeOptions
	checkOptions(L, call, 2, &o)
	text, err := rt.csvText(L, call, &o)
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LString(text))
	return 1
}

func (rt *Runtime) csvText(L *lua.LState, call string, o *csvEncodeOptions) (string, error) {
	rows, err := rt.tableRows(L, call, L.Get(1), &o.tableOptions)
	if err != nil {
		return "", err
	}
	table, err := rows.reportTable()
	if err != nil {
		return "", err
	}
	var header []string
	if len(rows.names) > 0 && (o.Header == nil || *o.Header) {
		for i := range table.Columns {
			header = append(header, table.Columns[i].Heading())
		}
	}
	values := make([][]string, len(table.Rows))
	for i, row := range table.Rows {
		for j, v := range row {
			values[i] = append(values[i], table.Columns[j].Format.Text(v))
		}
	}
	var b strings.Builder
	comma, err := csvComma(call, o.Separator)
	if err != nil {
		return "", err
	}
	err = data.EncodeCSV(&b, header, values, data.CSVStyle{Comma: comma, Mark: o.BOM, Formulas: o.Formulas})
	return b.String(), err
}

// csvField writes a value so that other programs read it: numbers without an
// exponent as far as that is exact.
func csvField(v lua.LValue) (text string, ok bool) {
	value, ok := reportValue(v)
	return report.Text(value), ok
}

// wordText writes a value as csvField does, where nothing is no value.
func wordText(v lua.LValue) (text string, ok bool) {
	if v == lua.LNil || isNull(v) {
		return "", false
	}
	return csvField(v)
}
