package sqlstore

import (
	"regexp"
	"strconv"
	"strings"
)

// dialect turns the statements of this package into those of one database. They
// are written with parameters as $1 and a few marks:
//
//	{rows r: id int, state text}  the rows in $1 as a table of these columns; on SQLite some may be null, on PostgreSQL n is their order
//	{each r: id int, state text}  the same, behind a from; on SQLite the statement runs for one row after the other, which
//	                              costs less where rows of a table are changed
//	{order r}                     order of the rows, where they have none by themselves
//	{texts $3}                    the JSON array of texts in $3, as a subquery
//	{skip}, {update}, {share}     row locks, where the database has them
//	{batch}                       item.batch, where a walk by id beats the index
//	{serial}, {id}, {real}, {blob}  types
//	{compact}                     a table that is its primary key's index
//	{iso due}                     a column of milliseconds as a readable time
type dialect struct{ postgres bool }

var (
	markPattern  = regexp.MustCompile(`\{([a-z]+) ?([^{}]*)\}`)
	paramPattern = regexp.MustCompile(`\$([0-9])`)
)

// On SQLite {rows} are parameters one by one, n rows of them from number first on.
func (d dialect) sql(text string, n, first int) string {
	text = markPattern.ReplaceAllStringFunc(text, func(mark string) string {
		m := markPattern.FindStringSubmatch(mark)
		return d.mark(m[1], m[2], n, first)
	})
	if !d.postgres {
		text = paramPattern.ReplaceAllString(text, "?$1")
	}
	return text
}

func (d dialect) mark(name, rest string, n, first int) string {
	switch name {
	case "rows":
		return d.rows(rest, n, first)
	case "each":
		return "from " + d.rows(rest, n, first)
	case "order":
		return d.choose("", "order by "+rest+".n")
	case "texts":
		return d.choose("(select value from json_each("+rest+"))", "(select jsonb_array_elements_text(("+rest+")::jsonb))")
	case "skip":
		return d.choose("", "for update of item skip locked")
	case "update":
		return d.choose("", "for update")
	case "share":
		return d.choose("", "for key share")
	case "batch":
		return d.choose("+item.batch", "item.batch")
	case "serial":
		return d.choose("integer primary key autoincrement", "bigint generated always as identity primary key")
	case "id":
		return d.choose("integer primary key", "bigint primary key")
	case "compact":
		return d.choose("without rowid", "")
	case "real":
		return d.choose("real", "double precision")
	case "blob":
		return d.choose("blob", "bytea")
	case "iso":
		return d.choose("case when "+rest+" > 0 then strftime('%Y-%m-%dT%H:%M:%fZ', "+rest+" / 1000.0, 'unixepoch') end",
			"case when "+rest+" > 0 then to_timestamp("+rest+" / 1000.0) end")
	}
	return "{unknown mark " + name + "}"
}

func (d dialect) choose(sqlite, postgres string) string {
	if d.postgres {
		return postgres
	}
	return sqlite
}

// rows makes the table of "r: id int, state text".
func (d dialect) rows(spec string, n, first int) string {
	alias, list, _ := strings.Cut(spec, ":")
	columns := strings.Split(list, ",")
	var b strings.Builder
	b.WriteString("(select ")
	for i, column := range columns {
		name, kind, _ := strings.Cut(strings.TrimSpace(column), " ")
		value := d.choose("column"+strconv.Itoa(i+1), "value ->> "+strconv.Itoa(i))
		if d.postgres && kind == "int" {
			value = "(" + value + ")::bigint"
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(value + " as " + name)
	}
	if d.postgres {
		return b.String() + ", n from jsonb_array_elements($1::jsonb) with ordinality as j(value, n)) " + alias
	}
	// The first has its number, the others follow: the driver asks for the name of
	// each parameter, and those without a number have none to build.
	b.WriteString(" from (values ")
	for i := range n * len(columns) {
		b.WriteString(between(i, len(columns)) + "?")
		if i == 0 {
			b.WriteString(strconv.Itoa(first))
		}
	}
	return b.String() + "))) " + alias
}

// oneByOne stands for the number of rows of a statement with {each}.
const oneByOne = -1

var columnPattern = regexp.MustCompile(`\{each r: ([^{}]*)\}|\$([0-9])|\br\.([a-z_]+)\b`)

// perRow turns a statement with {each r: …} into one for a single row on SQLite, of
// which each parameter is the argument that order has in its place: the first
// ones are the statement's own, from 0 on, behind them come the row's columns.
func perRow(query string, first int) (text string, order []int) {
	spec := columnPattern.FindStringSubmatch(query[strings.Index(query, "{each "):])[1]
	columns := map[string]int{}
	for i, column := range strings.Split(spec, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(column), " ")
		columns[name] = first + i
	}
	text = columnPattern.ReplaceAllStringFunc(query, func(part string) string {
		m := columnPattern.FindStringSubmatch(part)
		switch {
		case m[1] != "":
			return ""
		case m[2] != "":
			at, _ := strconv.Atoi(m[2])
			order = append(order, at-1)
		default:
			order = append(order, columns[m[3]])
		}
		return "?"
	})
	return dialect{}.sql(text, 0, 0), order
}

// between separates values, width of them in a row.
func between(i, width int) string {
	switch {
	case i == 0:
		return "("
	case i%width == 0:
		return "), ("
	}
	return ", "
}
