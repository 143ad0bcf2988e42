package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"moonpost/outbox"
)

// batchExportCmd is `moonpost batch export`.
type batchExportCmd struct {
	storeFlag
	chosenItems

	CSV  bool `name:"csv" xor:"form" help:"Print CSV (this is the default)."`
	JSON bool `name:"json" xor:"form" help:"Print a JSON object a line."`
}

// Help is shown below the flags.
func (c *batchExportCmd) Help() string {
	return "Prints each row of the source with its columns, and behind them what became of its mail: " + strings.Join(outcomeColumns(), ", ") + "."
}

func (c *batchExportCmd) run(p *process) int {
	return c.withStore(p, func(ctx context.Context, store outbox.Store) error {
		f, err := c.filter(ctx, store)
		if err != nil {
			return err
		}
		columns, err := exportColumns(ctx, store, f)
		if err != nil {
			return err
		}
		if c.JSON {
			return p.printExport(ctx, store, f, columns)
		}
		return p.printCSV(ctx, store, f, columns)
	})
}

// column is one of a table of items.
type column struct {
	title string
	of    func(o *itemObject, row []rowField) string
}

// outcomeColumns are the names of what became of a mail.
func outcomeColumns() (names []string) {
	for _, c := range itemColumns() {
		names = append(names, c.title)
	}
	return names
}

// itemColumns are those that every item has.
func itemColumns() []column {
	plain := func(title string, of func(o *itemObject) string) column {
		return column{title, func(o *itemObject, _ []rowField) string { return of(o) }}
	}
	return []column{
		plain("key", func(o *itemObject) string { return o.Key }),
		plain("to", func(o *itemObject) string { return strings.Join(o.To, ", ") }),
		plain("state", func(o *itemObject) string { return string(o.State) }),
		plain("attempts", func(o *itemObject) string { return strconv.Itoa(o.Attempts) }),
		plain("due", func(o *itemObject) string { return textOf(o.Due) }),
		plain("relay", func(o *itemObject) string { return o.Relay }),
		plain("code", func(o *itemObject) string { return codeText(o.Code) }),
		plain("enhanced", func(o *itemObject) string { return o.Enhanced }),
		plain("text", func(o *itemObject) string { return o.Text }),
		plain("message_id", func(o *itemObject) string { return o.MessageID }),
	}
}

func textOf(v any) string {
	text, _ := v.(string)
	return text
}

func codeText(code int) string {
	if code == 0 {
		return ""
	}
	return strconv.Itoa(code)
}

// exportColumns are the columns of the rows, and behind them what became of the mail. A name that the rows have
// already is told apart.
func exportColumns(ctx context.Context, store outbox.Store, f outbox.Filter) ([]column, error) {
	var names []string
	seen := map[string]bool{}
	err := eachPage(ctx, store, f, func(items []outbox.Item) error {
		for i := range items {
			for _, field := range rowFields(items[i].Row) {
				if !seen[field.name] {
					seen[field.name] = true
					names = append(names, field.name)
				}
			}
		}
		return nil
	})
	var columns []column
	for _, name := range names {
		columns = append(columns, column{name, func(_ *itemObject, row []rowField) string { return fieldNamed(row, name) }})
	}
	for _, c := range itemColumns() {
		if seen[c.title] {
			c.title = "mail_" + c.title
		}
		columns = append(columns, c)
	}
	return columns, err
}

func fieldNamed(row []rowField, name string) string {
	i := slices.IndexFunc(row, func(f rowField) bool { return f.name == name })
	if i < 0 {
		return ""
	}
	return row[i].value
}

// printCSV prints items with these columns.
func (p *process) printCSV(ctx context.Context, store outbox.Store, f outbox.Filter, columns []column) error {
	w := csv.NewWriter(p.stdout)
	fields := make([]string, len(columns))
	for i, c := range columns {
		fields[i] = c.title
	}
	if err := w.Write(fields); err != nil {
		return err
	}
	err := eachItem(ctx, store, f, func(o *itemObject) error {
		row := rowFields(o.item.Row)
		for i, c := range columns {
			fields[i] = c.of(o, row)
		}
		return w.Write(fields)
	})
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	return err
}

// printExport prints the same as JSON.
func (p *process) printExport(ctx context.Context, store outbox.Store, f outbox.Filter, columns []column) error {
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	own := columns[len(columns)-len(itemColumns()):]
	return eachItem(ctx, store, f, func(o *itemObject) error {
		object, outcome := map[string]json.RawMessage{}, map[string]json.RawMessage{}
		_ = json.Unmarshal(o.item.Row, &object) // what is no object has no columns
		text, err := json.Marshal(o)
		if err == nil {
			err = json.Unmarshal(text, &outcome)
		}
		if err != nil {
			return err
		}
		if object == nil {
			object = outcome
		}
		for i, c := range itemColumns() {
			object[own[i].title] = outcome[c.title]
		}
		return encoder.Encode(object)
	})
}

// rowField is a field of a row, as CSV has it.
type rowField struct{ name, value string }

// rowFields reads a row's JSON in its own order; nothing where there is none.
func rowFields(row []byte) (fields []rowField) {
	decoder := json.NewDecoder(bytes.NewReader(row))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return fields
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return fields
		}
		fields = append(fields, rowField{fmt.Sprint(name), plainValue(value)})
	}
	return fields
}

// plainValue is a value as a cell shows it: texts and bytes as they are, nothing for null, all else as JSON.
func plainValue(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var octets struct {
		Base64 *string `json:"$bytes"`
	}
	if json.Unmarshal(value, &octets) == nil && octets.Base64 != nil {
		if raw, err := base64.StdEncoding.DecodeString(*octets.Base64); err == nil {
			return string(raw)
		}
	}
	return string(value)
}
