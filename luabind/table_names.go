package luabind

import (
	"fmt"
	"slices"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// namedColumn is a column that an option names and the table doesn't show. One table of titles serves a chart, a page
// and a workbook, so that it may be any column of the rows; what no row has is misspelt.
type namedColumn struct {
	key, name string
	elsewhere []string // the rows' columns as far as they are known; one of nearly that name was meant
}

// checkNames refuses an option for a column that isn't there.
func (t *tableRows) checkNames(key string, option *lua.LTable) error {
	if option == nil {
		return nil
	}
	for k, _ := option.Next(lua.LNil); k != lua.LNil; k, _ = option.Next(k) {
		name, ok := k.(lua.LString)
		if !ok {
			return &OptionError{Call: t.call, Key: key, What: fmt.Sprintf("option %q must name the columns, and has no name for %s", key, describe(option.RawGet(k))), hint: fmt.Sprintf("write %s = { name = … }; columns = { … } gives names to rows that have none", key)}
		}
		if err := t.checkName(key, string(name)); err != nil {
			return err
		}
	}
	return nil
}

// checkName refuses a column that isn't there, as soon as that can be told: of an iterator's rows, behind the last.
func (t *tableRows) checkName(key, name string) error {
	switch {
	case slices.Contains(t.names, name):
		return nil
	case len(t.names) == 0 && t.hasRows():
		return &OptionError{Call: t.call, Key: key, What: fmt.Sprintf("option %q names %q, and the rows have no names", key, name), hint: "columns = { … } gives them some"}
	case len(t.names) == 0:
		return nil
	}
	there, whole, err := t.fieldNames()
	switch {
	case err != nil:
		return err
	case slices.Contains(there, name):
		return nil
	case whole || data.Nearest(name, there) != "":
		return t.noSuchColumn(key, name, there)
	}
	t.unseen = append(t.unseen, namedColumn{key, name, there})
	return nil
}

func (t *tableRows) hasRows() bool {
	return t.list != nil && t.list.Len() > 0 || t.ahead != nil && t.ahead != lua.LNil
}

// fieldNames are the names of the rows' columns, as far as they are known before the rows are read; whole: there are
// no others.
func (t *tableRows) fieldNames() (names []string, whole bool, err error) {
	own, err := t.ownColumns()
	switch {
	case err != nil:
		return nil, false, err
	case own != nil:
		return own, true, nil
	case t.list == nil:
		return t.names, false, nil
	}
	names = slices.Clone(t.names)
	for i := 1; i <= t.list.Len(); i++ {
		if row, ok := t.list.RawGetInt(i).(*lua.LTable); ok {
			names = appendNames(names, row)
		}
	}
	return names, t.list.Len() > 0, nil
}

// sawRow strikes the names that a row has from those that none had yet.
func (t *tableRows) sawRow(row *lua.LTable) {
	if len(t.unseen) > 0 {
		t.unseen = slices.DeleteFunc(t.unseen, func(c namedColumn) bool { return row.RawGetString(c.name) != lua.LNil })
	}
}

// checkUnseen refuses, behind the last row, what no row had.
func (t *tableRows) checkUnseen() error {
	if len(t.unseen) == 0 || t.n == 0 {
		return nil
	}
	c := t.unseen[0]
	return t.noSuchColumn(c.key, c.name, append(c.elsewhere, t.others()...))
}

func (t *tableRows) noSuchColumn(key, name string, there []string) error {
	e := &OptionError{Call: t.call, Key: key, What: fmt.Sprintf("option %q names %q, which is no column", key, name)}
	if near := data.Nearest(name, there); near != "" {
		e.What += fmt.Sprintf("; did you mean %q?", near)
	}
	return e
}
