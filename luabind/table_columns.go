package luabind

import (
	"fmt"
	"slices"

	"moonpost/data"
	"moonpost/report"

	lua "github.com/yuin/gopher-lua"
)

// nameColumns finds out which columns there are: those asked for, those that the rows carry in their field columns, or
// the names in order of appearance (of an iterator, in its first row).
func (t *tableRows) nameColumns(o *tableOptions) error {
	own, err := t.ownColumns()
	if err != nil {
		return err
	}
	t.known = own != nil
	switch {
	case len(o.Columns) > 0:
		t.names = o.Columns
		for _, name := range o.Columns {
			if t.known && !slices.Contains(own, name) {
				return t.noColumn(name, own)
			}
		}
		return nil
	case t.known:
		t.names = own
		return nil
	}
	if t.list == nil {
		if t.ahead, err = t.read(); err != nil || t.ahead == lua.LNil {
			return err
		}
		row, err := t.table(t.ahead, 1)
		if err == nil {
			t.names = appendNames(nil, row)
		}
		return err
	}
	for i := 1; i <= t.list.Len(); i++ {
		row, err := t.table(t.list.RawGetInt(i), i)
		if err != nil {
			return err
		}
		t.names = appendNames(t.names, row)
	}
	return nil
}

// ownColumns are the names that a list or an iterator carries, nil without any.
func (t *tableRows) ownColumns() ([]string, error) {
	field := lua.LNil
	if t.list != nil {
		field = t.list.RawGetString("columns")
	} else if _, isObject := t.next.(*lua.LUserData); isObject {
		field = t.L.GetField(t.next, "columns")
	}
	if _, isList := field.(*lua.LTable); !isList {
		return nil, nil
	}
	names, err := stringList(t.call, "rows.columns", field)
	if err == nil && names == nil {
		names = []string{}
	}
	return names, err
}

func appendNames(names []string, row *lua.LTable) []string {
	for key, _ := row.Next(lua.LNil); key != lua.LNil; key, _ = row.Next(key) {
		if name, ok := key.(lua.LString); ok && !slices.Contains(names, string(name)) {
			names = append(names, string(name))
		}
	}
	return names
}

func (t *tableRows) describeColumns(o *tableOptions) error {
	t.seen = make([]bool, len(t.names))
	for _, name := range t.names {
		c := report.Column{Name: name}
		var err error
		if c.Title, err = t.option("titles", o.Titles, name); err != nil {
			return err
		}
		code, err := t.option("formats", o.Formats, name)
		if err == nil {
			c.Format, err = report.ParseFormat(code)
		}
		if err != nil {
			return t.formatError(name, err)
		}
		t.columns = append(t.columns, c)
	}
	if err := t.checkNames("titles", o.Titles); err != nil {
		return err
	}
	return t.checkNames("formats", o.Formats)
}

// option is what an option says of a column, empty for nothing.
func (t *tableRows) option(key string, option *lua.LTable, column string) (string, error) {
	if option == nil {
		return "", nil
	}
	switch v := option.RawGetString(column).(type) {
	case lua.LString:
		return string(v), nil
	case *lua.LNilType:
		return "", nil
	default:
		return "", &OptionError{Call: t.call, Key: key, What: fmt.Sprintf("option \"%s%s\" must be a string, got %s", key, treeStep(column), describe(v))}
	}
}

func (t *tableRows) formatError(column string, err error) error {
	e, ok := err.(*report.FormatError) //nolint:errorlint // it comes from ParseFormat as it is
	if !ok {
		return err
	}
	return &OptionError{Call: t.call, Key: "formats", What: fmt.Sprintf("option \"formats%s\": %s", treeStep(column), e), hint: e.Hint()}
}

// describeCells reads which columns have totals, and how they stand.
func (t *tableRows) describeCells(totals []string, align *lua.LTable) error {
	for i, name := range totals {
		if err := t.checkName(fmt.Sprintf("totals[%d]", i+1), name); err != nil {
			return err
		}
		if n := slices.Index(t.names, name); n >= 0 {
			t.columns[n].Total = true
		}
	}
	if err := t.checkNames("align", align); err != nil {
		return err
	}
	aligns := map[string]report.Align{"": report.AlignAuto, "left": report.AlignLeft, "right": report.AlignRight, "center": report.AlignCenter}
	for i, name := range t.names {
		side, err := t.option("align", align, name)
		if err != nil {
			return err
		}
		value, ok := aligns[side]
		if !ok {
			return &OptionError{Call: t.call, Key: "align", What: fmt.Sprintf("option \"align%s\" must be one of left, right, center; got %s", treeStep(name), optQuote(side))}
		}
		t.columns[i].Align = value
	}
	return nil
}

func (t *tableRows) noColumn(name string, there []string) error {
	text := fmt.Sprintf("%s: the rows have no column %q", t.call, name)
	if near := data.Nearest(name, there); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return &argumentError{text: text}
}
