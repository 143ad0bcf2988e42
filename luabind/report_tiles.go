package luabind

import (
	"fmt"
	"math"
	"strings"

	"moonpost/report"

	lua "github.com/yuin/gopher-lua"
)

// reportTile is one of the tiles of report.tiles.
type reportTile struct {
	Title        string     `lua:"title" required:"true" doc:"what the number is"`
	Value        lua.LValue `lua:"value" type:"string|number|boolean|time.Time" doc:"the number, or a text; without one a dash is shown"`
	Format       string     `lua:"format" doc:"how it is shown: \"#,##0.00\", \"0%\", \"yyyy-mm-dd\""`
	Change       lua.LValue `lua:"change" type:"string|number" doc:"what it changed by: a share, 0.03 for 3 %, also as a database gives it (\"0.03\"), or a text; one by a division by zero isn't shown"`
	ChangeFormat string     `lua:"change_format" doc:"how a change is shown; its sign goes before it" default:"0.0%"`
	Better       string     `lua:"better" enum:"up,down,none" doc:"which way a change is good news" default:"up"`
	Note         string     `lua:"note" doc:"small text below"`
}

func (rt *Runtime) reportTiles(L *lua.LState) int {
	const call = "report.tiles"
	var tiles []report.Tile
	eachTable(L, call, "tile", "put a single tile's table into another pair of braces", func(where string, t *lua.LTable) error {
		o := reportTile{Better: "up"}
		if err := bindOptions(where, t, &o); err != nil {
			return err
		}
		tile, err := o.engine(where)
		tiles = append(tiles, tile)
		return err
	})
	block, err := report.NewTiles(tiles)
	return rt.pushBlock(L, call, block, err)
}

func (o *reportTile) engine(where string) (report.Tile, error) {
	tile := report.Tile{Title: o.Title, Note: o.Note}
	value, err := tileValue(where, "value", o.Value, o.Format)
	if err != nil {
		return tile, err
	}
	if tile.Value = value; value == "" || !isFinite(o.Value) {
		tile.Value = "–"
	}
	if !isFinite(o.Change) {
		return tile, nil
	}
	format := ""
	if o.isShare() {
		format = o.changeFormat()
	}
	if tile.Change, err = tileValue(where, "change", o.Change, format); err != nil {
		return tile, err
	}
	if format != "" && !strings.HasPrefix(tile.Change, "-") && strings.ContainsAny(tile.Change, "123456789") {
		tile.Change = "+" + tile.Change
	}
	tile.Mood = report.MoodOf(tile.Change, o.Better)
	return tile, nil
}

// isShare tells a change that is a number from a text: of digits, those that have a point or a format of their own.
func (o *reportTile) isShare() bool {
	text, isText := o.Change.(lua.LString)
	if !isText {
		_, isNumber := o.Change.(lua.LNumber)
		return isNumber
	}
	return report.IsDecimal(string(text)) && (o.ChangeFormat != "" || strings.Contains(string(text), "."))
}

func (o *reportTile) changeFormat() string {
	if o.ChangeFormat == "" {
		return "0.0%"
	}
	return o.ChangeFormat
}

// isFinite holds for all but the numbers that a division by zero gives.
func isFinite(v lua.LValue) bool {
	n, ok := v.(lua.LNumber)
	return !ok || !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0)
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
