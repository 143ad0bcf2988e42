package luabind

import (
	"fmt"
	"path/filepath"

	"moonpost/report"

	lua "github.com/yuin/gopher-lua"
)

// reportParts are the functions that make parts of pages.
func reportParts(rt *Runtime) []Function {
	return []Function{
		{"heading", "(text: string, level?: integer): report.Part", "A heading; level 1 is the highest, 4 the lowest.", "report.page{ report.heading(\"Sales\"), report.heading(\"By region\", 2) }", rt.reportHeading},
		{"paragraph", "(text: string): report.Part", "Text as it stands, as a plain string among the parts is: line breaks stay, blank lines divide paragraphs.", "report.page{ report.paragraph(\"Good morning,\\nall is well.\") }", rt.reportParagraph},
		{"markdown", "(source: string): report.Part",
			"Text in CommonMark with tables, bare links, task lists and strikethrough. HTML in it is shown as it stands, links lead to whole http:, https:, mailto: and tel: addresses alone, and of pictures there is the text: report.image shows them.",
			"print(report.page{ report.markdown(\"Numbers are **net**.\") }:text()) --> Numbers are net.", rt.reportMarkdown},
		{"table", "(options: report.TableOptions): report.Part",
			"A table of rows, as csv.encode and xlsx take them: a list of tables, or an iterator such as csv.rows or db:rows gives. Columns of numbers stand right. Sums are exact and count all rows, also those that `limit` leaves out. " +
				"Without rows it says so. In the text of the page, a table that is too wide shows each row as lines of \"title: value\".",
			"local sales = { { day = \"2026-10-05\", sum = 1204.5 }, { day = \"2026-10-06\", sum = 31 } }\nlocal page = report.page{ report.table{\n  rows = sales, columns = { \"day\", \"sum\" }, titles = { sum = \"Revenue\" }, formats = { day = \"d mmm yyyy\", sum = \"#,##0.00\" },\n  totals = { \"sum\" }, links = { day = \"https://example.org/day/{{.day}}\" },\n} }\n" +
				"print(page:text())\n--> day           Revenue\n--> ----------   --------\n--> 5 Oct 2026   1,204.50\n--> 6 Oct 2026      31.00\n--> ----------   --------\n--> Total        1,235.50",
			rt.reportTablePart},
		{"tiles", "(tiles: report.Tile[]): report.Part",
			"Numbers that matter, side by side. A change is a number, shown as percent, or a text; one upwards is good news unless `better` says otherwise.",
			"local page = report.page{ report.tiles{ { title = \"Revenue\", value = 1204.5, format = \"€ #,##0\", change = 0.031, note = \"since May\" } } }\nprint(page:text()) --> Revenue: € 1,205 (+3.1%), since May", rt.reportTiles},
		{"image", "(image: string|mime.Part, options: report.ImageOptions): report.Part", "A picture from a file or a part: PNG, JPEG or GIF, which all mail programs show.", "report.page{ report.image(\"logo.png\", { alt = \"Our logo\", width = 120 }) }", rt.reportImage},
		{"rule", "(): report.Part", "A line across the page.", "report.page{ \"above\", report.rule(), \"below\" }", rt.reportRule},
	}
}

// pushBlock pushes a part of a page, or raises the error.
func (rt *Runtime) pushBlock(L *lua.LState, call string, block report.Block, err error) int {
	if err != nil {
		raise(L, inCall(call, err))
	}
	L.Push(rt.newObject(L, reportPartName, block))
	return 1
}

func (rt *Runtime) reportHeading(L *lua.LState) int {
	const call = "report.heading"
	text, level := argString(L, call, 1, "text"), 1
	switch v := L.Get(2).(type) {
	case *lua.LNilType:
	case lua.LNumber:
		if level = int(v); lua.LNumber(level) != v || level < 1 || level > report.MaxHeading {
			raiseArgument(L, fmt.Sprintf("%s: level must be a whole number from 1 to %d, got %s", call, report.MaxHeading, optPlain(v)))
		}
	default:
		raiseArgument(L, call+": level must be a number, got "+describe(v))
	}
	heading, err := report.NewHeading(text, level)
	return rt.pushBlock(L, call, heading, err)
}

func (rt *Runtime) reportParagraph(L *lua.LState) int {
	const call = "report.paragraph"
	paragraph, err := report.NewParagraph(argString(L, call, 1, "text"))
	return rt.pushBlock(L, call, paragraph, err)
}

func (rt *Runtime) reportMarkdown(L *lua.LState) int {
	const call = "report.markdown"
	text, err := report.NewMarkdown(argString(L, call, 1, "source"))
	return rt.pushBlock(L, call, text, err)
}

func (rt *Runtime) reportRule(L *lua.LState) int {
	return rt.pushBlock(L, "report.rule", report.Rule{}, nil)
}

// reportImageOptions are the options of report.image.
type reportImageOptions struct {
	Alt   *string `lua:"alt" required:"true" doc:"what it shows, for readers who don't see it; \"\" for one that only decorates"`
	Width int     `lua:"width" min:"1" max:"10000" doc:"width in pixels" default:"its own, at most the page's"`
}

func (rt *Runtime) reportImage(L *lua.LState) int {
	const call = "report.image"
	var o reportImageOptions
	if err := bindOptions(call, argTable(L, call, 2, "options"), &o); err != nil {
		raise(L, err)
	}
	where, octets := call, []byte(nil)
	var err error
	if p := partOf(L.Get(1)); p != nil {
		if err = p.whole(); err == nil {
			octets, err = p.part.Content()
		}
	} else {
		path := argString(L, call, 1, "image")
		where = call + ": " + filepath.Base(path)
		if octets, err = rt.host.readFile(path); err != nil {
			err = rt.fileError(path, err)
		}
	}
	if err != nil {
		raise(L, err)
	}
	image, err := report.NewImage(octets, *o.Alt, o.Width)
	return rt.pushBlock(L, where, image, err)
}

// reportTile is one of the tiles of report.tiles.
type reportTile struct {
	Title        string     `lua:"title" required:"true" doc:"what the number is"`
	Value        lua.LValue `lua:"value" type:"string|number|boolean|time.Time" doc:"the number, or a text; without one a dash is shown"`
	Format       string     `lua:"format" doc:"how it is shown: \"#,##0.00\", \"0%\", \"yyyy-mm-dd\""`
	Change       lua.LValue `lua:"change" type:"string|number" doc:"what it changed by: a share, 0.03 for 3 %, or a text"`
	ChangeFormat string     `lua:"change_format" doc:"how a change is shown; its sign goes before it" default:"0.0%"`
	Better       string     `lua:"better" enum:"up,down,none" doc:"which way a change is good news" default:"up"`
	Note         string     `lua:"note" doc:"small text below"`
}

func (rt *Runtime) reportTiles(L *lua.LState) int {
	const call = "report.tiles"
	list := argTable(L, call, 1, "tiles")
	if key, _ := optAfter(list, list.Len()); key != lua.LNil {
		raise(L, &argumentError{text: fmt.Sprintf("%s: tiles must be a list, which has no key %s", call, optQuote(key.String())), hint: "put a single tile's table into another pair of braces"})
	}
	var tiles []report.Tile
	for i := 1; i <= list.Len(); i++ {
		where := fmt.Sprintf("%s: tile %d", call, i)
		t, ok := list.RawGetInt(i).(*lua.LTable)
		if !ok {
			raiseArgument(L, where+" must be a table, got "+describe(list.RawGetInt(i)))
		}
		o := reportTile{ChangeFormat: "0.0%", Better: "up"}
		if err := bindOptions(where, t, &o); err != nil {
			raise(L, err)
		}
		tile, err := o.engine(where)
		if err != nil {
			raise(L, err)
		}
		tiles = append(tiles, tile)
	}
	block, err := report.NewTiles(tiles)
	return rt.pushBlock(L, call, block, err)
}

func (o *reportTile) engine(where string) (report.Tile, error) {
	tile := report.Tile{Title: o.Title, Note: o.Note}
	value, err := tileValue(where, "value", o.Value, o.Format)
	if err != nil {
		return tile, err
	}
	if tile.Value = value; value == "" {
		tile.Value = "–"
	}
	change, isNumber := o.Change.(lua.LNumber)
	changeFormat := ""
	if isNumber {
		changeFormat = o.ChangeFormat
	}
	if tile.Change, err = tileValue(where, "change", o.Change, changeFormat); err != nil {
		return tile, err
	}
	if isNumber && change > 0 {
		tile.Change = "+" + tile.Change
	}
	tile.Mood = report.MoodOf(tile.Change, o.Better)
	return tile, nil
}

// tileValue shows a value of a tile.
func tileValue(where, key string, v lua.LValue, format string) (string, error) {
	if v == nil {
		return "", nil
	}
	value, ok := reportValue(v)
	if !ok {
		return "", &OptionError{Call: where, Key: key, What: fmt.Sprintf("option %q must be a string, number, boolean or time, got %s", key, describe(v))}
	}
	f, err := report.ParseFormat(format)
	if err != nil {
		return "", inCall(where, err)
	}
	return f.Text(value), nil
}
