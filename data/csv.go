package data

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// CSVOptions say how a CSV text is to be read.
type CSVOptions struct {
	Comma    rune     // separator; 0: found out from the first line, among , ; tab and |
	Charset  string   // name of the encoding, as on the web; "": UTF-8, or UTF-16 with a byte order mark
	NoHeader bool     // the first line is data
	Columns  []string // names of the columns, in place of those in the header
	MaxRow   int      // octets of the longest record; 0: no bound
}

// CSVRow is one record. Values has as many elements as there are columns.
type CSVRow struct {
	Line   int // line on which the record begins, from 1
	Record int // number of the record, from 1, the header not counted
	Values []string
}

// CSV reads records one at a time. It is for one goroutine.
type CSV struct {
	reader  *csv.Reader
	raw     *recorder
	legacy  string // name of the charset if it is not Unicode
	columns []string
	width   int // fields in a record, 0 while unknown
	record  int
	before  int // lines before those that reader sees
	ended   bool
}

// NewCSV prepares reading and takes the header, if there is one. A byte order
// mark is dropped. The errors are *CSVError for the text and its options, or
// those of r.
func NewCSV(r io.Reader, o CSVOptions) (*CSV, error) {
	text, legacy, err := decode(r, o.Charset)
	if err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(text, sniffLimit)
	told := toldSeparator(in)
	if o.Comma == 0 {
		o.Comma = told
	}
	if o.Comma == 0 {
		o.Comma = sniff(in)
	}
	if !validComma(o.Comma) {
		return nil, &CSVError{What: fmt.Sprintf("%q cannot separate fields", o.Comma)}
	}
	raw := &recorder{in: lineFeeds(in), most: o.MaxRow}
	c := &CSV{reader: csv.NewReader(raw), raw: raw, legacy: legacy}
	if told != 0 {
		c.before = 1
	}
	c.reader.Comma, c.reader.FieldsPerRecord = o.Comma, -1
	return c, c.begin(o)
}

func validComma(r rune) bool {
	return r != '"' && r != '\r' && r != '\n' && r != utf8.RuneError && utf8.ValidRune(r) && r != 0
}

// begin settles the columns.
func (c *CSV) begin(o CSVOptions) error {
	if err := checkNames(o.Columns, 0); err != nil {
		return err
	}
	c.columns, c.width = append([]string(nil), o.Columns...), len(o.Columns)
	if o.NoHeader {
		return nil
	}
	row, err := c.read()
	if errors.Is(err, io.EOF) {
		return &CSVError{Line: 1, What: "is empty, a header line was expected"}
	}
	if err != nil || len(o.Columns) > 0 {
		return err
	}
	for i, name := range row.Values {
		row.Values[i] = strings.TrimSpace(name)
	}
	if err := checkNames(row.Values, row.Line); err != nil {
		return err
	}
	c.columns, c.width = row.Values, len(row.Values)
	return nil
}

// Columns returns the names of the columns in their order, or nil where neither
// a header nor the options name them.
func (c *CSV) Columns() []string { return append([]string(nil), c.columns...) }

// Next returns the next record, and io.EOF after the last. A *CSVError concerns
// one record: the row that comes with it has its Line and Record, and the next
// call goes on behind it. Other errors are those of the underlying reader.
func (c *CSV) Next() (CSVRow, error) {
	row, err := c.read()
	var bad *CSVError
	if err == nil || errors.As(err, &bad) {
		c.record++
		row.Record = c.record
	}
	return row, err
}

// read takes one record and checks it.
func (c *CSV) read() (CSVRow, error) {
	if c.ended {
		return CSVRow{}, io.EOF
	}
	values, err := c.reader.Read() // RFC 4180 §2
	if errors.Is(err, errLongRow) {
		c.ended = true
		return c.tooLong(c.raw.next()+c.before, c.raw.kept)
	}
	text := c.raw.take(c.reader.InputOffset())
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		line := syntax.StartLine + c.before
		return CSVRow{Line: line}, &CSVError{Line: line, Text: firstLine(text), What: syntaxText(syntax)}
	}
	if err != nil {
		c.ended = true
		return CSVRow{}, err
	}
	line, _ := c.reader.FieldPos(0)
	line += c.before
	if c.raw.most > 0 && len(bytes.TrimSpace(text)) > c.raw.most {
		return c.tooLong(line, text)
	}
	row := CSVRow{Line: line, Values: values}
	if what := c.fault(values); what != "" {
		return row, &CSVError{Line: line, Text: firstLine(text), What: what}
	}
	return row, nil
}

// tooLong is the error of a record beyond the bound.
func (c *CSV) tooLong(line int, text []byte) (CSVRow, error) {
	what := fmt.Sprintf("begins a row of more than max_row, %d octets; perhaps a quote is not closed", c.raw.most)
	return CSVRow{Line: line}, &CSVError{Line: line, Text: firstLine(text), What: what}
}

// fault tells what is wrong with the fields of a record. Without a header the
// first record settles how many there are.
func (c *CSV) fault(values []string) string {
	for i, v := range values {
		if what := c.badText(v); what != "" {
			return c.columnName(i) + what
		}
	}
	if c.width == 0 {
		c.width = len(values)
	}
	if len(values) == c.width {
		return ""
	}
	what := fmt.Sprintf("has %s, expected %d", count(len(values), "field"), c.width)
	if len(c.columns) > 0 {
		what += " (" + abbreviate(c.columns) + ")"
	}
	return what
}

func (c *CSV) badText(v string) string {
	switch {
	case c.legacy != "" && strings.ContainsRune(v, utf8.RuneError):
		return " is not valid " + c.legacy
	case !utf8.ValidString(v):
		return " is not valid UTF-8; if the file has another charset, name it"
	default:
		return ""
	}
}

func (c *CSV) columnName(i int) string {
	if i < len(c.columns) {
		return fmt.Sprintf("column %q", c.columns[i])
	}
	return fmt.Sprintf("column %d", i+1)
}

// checkNames refuses names by which a column could not be told.
func checkNames(names []string, line int) error {
	seen := make(map[string]int, len(names))
	for i, name := range names {
		if name == "" {
			return &CSVError{Line: line, Text: strings.Join(names, ","), What: fmt.Sprintf("column %d of the header has no name", i+1)}
		}
		if strings.ContainsRune(name, 0) {
			return &CSVError{Line: line, Text: strings.Join(names, ","), What: "holds octets 0, as texts in UTF-16 do; name the charset, utf-16le or utf-16be"}
		}
		if first, twice := seen[name]; twice {
			return &CSVError{Line: line, Text: strings.Join(names, ","), What: fmt.Sprintf("columns %d and %d are both named %q", first+1, i+1, name)}
		}
		seen[name] = i
	}
	return nil
}
