package sqlstore

import (
	"regexp"
	"strconv"
	"strings"
)

// dialect turns the statements of this package into those of one database. They
// are written with parameters as $1 and a few marks:
//
//	{rows r: id int, state text}  the JSON array of rows in $1, with these columns and n, their number
//	{texts $3}                    the JSON array of texts in $3, as a subquery
//	{skip}, {update}, {share}     row locks, where the database has them
//	{batch}                       item.batch, where a walk by id beats the index
//	{serial}, {real}, {blob}      types
//	{iso due}                     a column of milliseconds as a readable time
type dialect struct{ postgres bool }

var (
	markPattern  = regexp.MustCompile(`\{([a-z]+) ?([^{}]*)\}`)
	paramPattern = regexp.MustCompile(`\$([0-9])`)
)

func (d dialect) sql(text string) string {
	text = markPattern.ReplaceAllStringFunc(text, func(mark string) string {
		m := markPattern.FindStringSubmatch(mark)
		return d.mark(m[1], m[2])
	})
	if !d.postgres {
		text = paramPattern.ReplaceAllString(text, "?$1")
	}
	return text
}

func (d dialect) mark(name, rest string) string {
	switch name {
	case "rows":
		return d.rows(rest)
	case "texts":
		return d.choose("(select value from json_each("+rest+"))", "(select jsonb_array_elements_text(("+rest+")::jsonb))")
	case "skip":
		return d.choose("", "for update skip locked")
	case "update":
		return d.choose("", "for update")
	case "share":
		return d.choose("", "for key share")
	case "batch":
		return d.choose("+item.batch", "item.batch")
	case "serial":
		return d.choose("integer primary key autoincrement", "bigint generated always as identity primary key")
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
func (d dialect) rows(spec string) string {
	alias, columns, _ := strings.Cut(spec, ":")
	var b strings.Builder
	b.WriteString(d.choose("(select key as n", "(select j.n"))
	for i, column := range strings.Split(columns, ",") {
		name, kind, _ := strings.Cut(strings.TrimSpace(column), " ")
		value := "value ->> " + strconv.Itoa(i)
		if d.postgres && kind == "int" {
			value = "(" + value + ")::bigint"
		}
		b.WriteString(", " + value + " as " + name)
	}
	b.WriteString(d.choose(" from json_each($1)) ", " from jsonb_array_elements($1::jsonb) with ordinality as j(value, n)) ") + alias)
	return b.String()
}
