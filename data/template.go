package data

import (
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io"
	"regexp"
	"strings"
	texttemplate "text/template"
)

// Template is a text with gaps, in the language of Go's text/template. It may
// be rendered by several goroutines at once.
type Template struct {
	name string
	text string
	html bool
	exec func(w io.Writer, data any) error
}

// ParseTemplate reads a template. With html the values are escaped as their
// place in the page demands. The functions are those of the language (and, or,
// not, eq, lt, len, index, slice, printf, urlquery …) and
//
//	upper lower trim title   of a text
//	default V X              X, or V where X is missing or empty
//	has X "name" …           whether X has that field and the fields below it
//	date "%d.%m.%Y" X        a time, a number of seconds since 1970 or an ISO 8601 text
//	number "#,##0.00" X      a number with grouping and decimals
//	join ", " LIST           the elements with a text between
//	sha256 X, hmac ALG K X   in hexadecimal digits; ALG is md5, sha1, sha256 or sha512
//	urlencode X              for a part of a URL: everything but letters, digits and -_.~ as %XX
//	json X                   as JSON that can stand in a script
//
// A template reads no files. The error is a *TemplateError.
func ParseTemplate(name, text string, html bool) (*Template, error) {
	t := &Template{name: name, text: text, html: html}
	var err error
	if html {
		t.text = keepConditionals(text)
		err = t.parseHTML()
	} else {
		err = t.parseText()
	}
	if err != nil {
		return nil, t.wrap(err)
	}
	return t, nil
}

func (t *Template) parseText() error {
	parsed, err := texttemplate.New(t.name).Funcs(t.functions()).Parse(t.text)
	if err != nil {
		return err
	}
	for _, one := range parsed.Templates() {
		checkFields(one.Tree, t.text)
	}
	t.exec = parsed.Execute
	return nil
}

func (t *Template) parseHTML() error {
	parsed, err := htmltemplate.New(t.name).Funcs(t.functions()).Parse(t.text)
	if err != nil {
		return err
	}
	for _, one := range parsed.Templates() {
		checkFields(one.Tree, t.text)
	}
	t.exec = parsed.Execute
	return escapeNow(parsed)
}

// escapeNow finds faults of context, which html/template looks for no earlier
// than at the first execution. What fails for want of data is no fault here.
func escapeNow(t *htmltemplate.Template) error {
	var fault *htmltemplate.Error
	if err := t.Execute(io.Discard, nil); errors.As(err, &fault) {
		return fault
	}
	return nil
}

// Render fills the gaps. A field that is missing or nil is a *TemplateError,
// unless default or has asks for it.
func (t *Template) Render(data any) (string, error) {
	var out limitedText
	if err := t.exec(&out, data); err != nil {
		return "", t.wrap(err)
	}
	text := out.String()
	if strings.Contains(text, noValue) && !strings.Contains(t.text, noValue) {
		return "", &TemplateError{Name: t.name, What: "a value is nil", hint: `{{. | default ""}} allows for it`}
	}
	return text, nil
}

// noValue is what the template packages write for nil where no field was asked for, as in a list.
const noValue = "<no value>"

// maxText bounds what a template gives: a loop over a number of the data could go on for ever.
const maxText = 64 << 20

type limitedText struct{ strings.Builder }

func (l *limitedText) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxText {
		return 0, fmt.Errorf("the text grows beyond %d MB", maxText>>20)
	}
	return l.Builder.Write(p)
}

func (l *limitedText) WriteString(s string) (int, error) {
	if l.Len()+len(s) > maxText {
		return 0, fmt.Errorf("the text grows beyond %d MB", maxText>>20)
	}
	return l.Builder.WriteString(s)
}

// Name returns the name that errors show.
func (t *Template) Name() string { return t.name }

// TemplateError tells where a template is malformed or lacks its data.
type TemplateError struct {
	Name  string // of the template
	Line  int    // from 1; 0 if not known
	Field string // path of the missing field, "" if it is another fault
	What  string
	hint  string
}

// Error returns name, line and fault.
func (e *TemplateError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("template %s: %s", e.Name, e.What)
	}
	return fmt.Sprintf("template %s: line %d: %s", e.Name, e.Line, e.What)
}

// Kind returns "template".
func (e *TemplateError) Kind() string { return "template" }

// Hint names the field that may have been meant, or how to allow for a missing
// one.
func (e *TemplateError) Hint() string { return e.hint }

// wrap gives any error of the template packages our type.
func (t *Template) wrap(err error) error {
	var own *TemplateError
	if errors.As(err, &own) {
		return own
	}
	var escaping *htmltemplate.Error
	if errors.As(err, &escaping) {
		line := escaping.Line
		if line == 0 && escaping.Node != nil {
			line = lineAt(t.text, escaping.Node)
		}
		what, hint := plainContext(escaping.Description)
		return &TemplateError{Name: t.name, Line: line, What: what, hint: hint}
	}
	line, what := position(err.Error(), t.name)
	return &TemplateError{Name: t.name, Line: line, What: plainFault(what), hint: syntaxHint(what)}
}

// plainFault leaves out what an error shows of the template as we have
// rewritten it: the line says where to look.
func plainFault(what string) string {
	what = regexp.MustCompile(`^executing "[^"]*" at <.*?>: `).ReplaceAllString(what, "")
	function, rest, ok := strings.Cut(strings.TrimPrefix(what, "error calling "), ": ")
	if ok && what != function+": "+rest && strings.HasPrefix(rest, function) {
		return rest
	}
	return strings.TrimPrefix(what, "error calling ")
}

// undefinedFunction is what the template packages say of {{name}}, as other languages write a field.
var undefinedFunction = regexp.MustCompile(`^function "(\w+)" not defined`)

// plainContext leaves out of a fault of context what only the package's authors understand.
func plainContext(what string) (plain, hint string) {
	if plain, _, ok := strings.Cut(what, ": {state"); ok {
		return plain, "each branch must end at the same place of the page: between elements, or within the same attribute"
	}
	return what, ""
}

// syntaxHint is the hint for a fault of the language, or empty.
func syntaxHint(what string) string {
	if what == "unexpected EOF" {
		return "an {{if}}, {{range}}, {{with}} or {{define}} has no {{end}}"
	}
	if m := undefinedFunction.FindStringSubmatch(what); m != nil {
		return fmt.Sprintf("a field is written with a dot before it: {{.%s}}", m[1])
	}
	return ""
}

// position splits "template: NAME:LINE:COL: WHAT", the only form in which the
// template packages tell a line.
func position(text, name string) (line int, what string) {
	text = strings.TrimPrefix(text, "html/")
	rest, ok := strings.CutPrefix(text, "template: "+name+":")
	if !ok {
		return 0, strings.TrimPrefix(text, "template: ")
	}
	where, what, ok := strings.Cut(rest, ": ")
	if _, err := fmt.Sscanf(where, "%d", &line); err != nil || !ok {
		return 0, rest
	}
	return line, what
}
