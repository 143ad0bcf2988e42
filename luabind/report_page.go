package luabind

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"moonpost/mime"
	"moonpost/report"

	lua "github.com/yuin/gopher-lua"
)

// pageOptions are the options of report.page.
type pageOptions struct {
	Title     string       `lua:"title" doc:"for programs that name what they show; it stands nowhere in the page" default:"the first heading"`
	Lang      string       `lua:"lang" doc:"language of the texts, for those who have it read aloud" default:"en"`
	Dir       string       `lua:"dir" enum:"ltr,rtl" doc:"the direction of the lines" default:"that of the language: rtl for Arabic, Hebrew, Persian, Urdu …"`
	Preheader string       `lua:"preheader" doc:"what lists of mail show behind the subject"`
	CSS       string       `lua:"css" doc:"file with a style sheet of your own, which counts where it differs from the page's"`
	Width     int          `lua:"width" min:"320" max:"1200" doc:"width in pixels; narrow screens get less" default:"600"`
	Words     pageWords    `lua:"words" type:"report.Words" doc:"what the page says of its own accord, in your language"`
	Parts     []lua.LValue `lua:"[]" type:"report.Part|string|any" doc:"the parts in order; a list counts as what is in it, false as nothing"`
}

type pageWords struct {
	Total  string `lua:"total" doc:"before sums" default:"Total"`
	NoData string `lua:"no_data" doc:"in a table without rows" default:"no data"`
	More   string `lua:"more" doc:"below a table that shows some of its rows; %s is how many there are besides" default:"… and %s more rows"`
}

func (rt *Runtime) reportPage(L *lua.LState) int {
	const call = "report.page"
	var o pageOptions
	if err := bindOptions(call, argTable(L, call, 1, "options"), &o); err != nil {
		var fault *OptionError
		if errors.As(err, &fault) && strings.HasSuffix(fault.What, " is nil") {
			fault.hint = partHint(lua.LNil)
		}
		raise(L, err)
	}
	page, err := rt.page(call, &o)
	if err != nil {
		raise(L, err)
	}
	rendered, err := page.Render()
	if err != nil {
		raise(L, fmt.Errorf("%s: %w", call, err))
	}
	rt.warn(L, call, rendered.Warnings())
	L.Push(rt.newObject(L, reportPageName, rendered))
	return 1
}

func (rt *Runtime) page(call string, o *pageOptions) (*report.Page, error) {
	page := &report.Page{
		Title: o.Title, Lang: o.Lang, Dir: o.Dir, Preheader: o.Preheader, Width: o.Width,
		Words: report.Words{Total: o.Words.Total, NoData: o.Words.NoData, More: o.Words.More},
	}
	if o.Words.More != "" && !strings.Contains(o.Words.More, "%s") {
		return nil, &OptionError{Call: call, Key: "words.more", What: `option "words.more" needs %s, where the number of rows goes`}
	}
	if o.CSS != "" {
		css, err := rt.host.readFile(o.CSS)
		if err != nil {
			return nil, rt.fileError(o.CSS, err)
		}
		page.CSS = string(css)
	}
	for i, v := range o.Parts {
		blocks, err := rt.blocks(fmt.Sprintf("part %d", i+1), v, 0)
		if err != nil {
			return nil, inCall(call, err)
		}
		page.Blocks = append(page.Blocks, blocks...)
	}
	return page, nil
}

// maxPartDepth bounds how deep lists of parts nest.
const maxPartDepth = 20

// blocks are what a part of a page stands for; where names it in errors.
func (rt *Runtime) blocks(where string, v lua.LValue, depth int) ([]report.Block, error) {
	switch v := v.(type) {
	case lua.LBool:
		if !bool(v) { // what an "and" gives whose condition doesn't hold
			return nil, nil
		}
	case lua.LString:
		p, err := report.NewParagraph(string(v))
		return []report.Block{p}, inCall(where, err)
	case *lua.LTable:
		return rt.blockList(where, v, depth+1)
	case *lua.LUserData:
		switch part := v.Value.(type) {
		case report.Block:
			return []report.Block{part}, nil
		case report.Picture:
			picture, err := report.NewPicture(part)
			return []report.Block{picture}, inCall(where, err)
		case *luaPart:
			return nil, &argumentError{text: where + " is a part of a mail", hint: `report.image(part, { alt = "…" }) shows a picture; other parts are attached`}
		case *report.Rendered:
			return nil, &argumentError{text: where + " is a page itself", hint: "give the parts of both in one list"}
		}
	}
	return nil, &argumentError{text: fmt.Sprintf("%s must be a part of a page, a string or a list of them, got %s", where, describe(v)), hint: partHint(v)}
}

// partHint tells how the part was probably meant, or is empty.
func partHint(v lua.LValue) string {
	switch v.(type) {
	case *lua.LNilType:
		return "false stands for no part: late and report.table{ … } or false"
	case lua.LNumber:
		return "a number that matters is a tile: report.tiles{ { title = …, value = … } }"
	case *lua.LFunction:
		return "report.table{ rows = … } makes a part of rows; a function of your own is called: part()"
	}
	return ""
}

func (rt *Runtime) blockList(where string, list *lua.LTable, depth int) ([]report.Block, error) {
	if depth > maxPartDepth {
		return nil, &argumentError{text: where + ": the lists of parts nest too deep"}
	}
	n := list.Len()
	if key, _ := optAfter(list, n); key != lua.LNil {
		return nil, &argumentError{text: fmt.Sprintf("%s must be a list of parts, which has no key %s", where, optQuote(key.String())), hint: "report.table{ rows = … } makes a part of rows"}
	}
	var blocks []report.Block
	for i := 1; i <= n; i++ {
		some, err := rt.blocks(fmt.Sprintf("%s[%d]", where, i), list.RawGetInt(i), depth)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, some...)
	}
	return blocks, nil
}

// inCall tells where in a call an error comes from; it stays what it is.
func inCall(where string, err error) error {
	var own *argumentError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return &argumentError{text: where + ": " + own.text, hint: own.hint}
	}
	return fmt.Errorf("%s: %w", where, err)
}

func thisPage(L *lua.LState) *report.Rendered {
	return checkObject[*report.Rendered](L, 1, reportPageName)
}

func reportPageHTML(L *lua.LState) int {
	L.Push(lua.LString(thisPage(L).View))
	return 1
}

func reportPageText(L *lua.LState) int {
	L.Push(lua.LString(thisPage(L).Text))
	return 1
}

func (rt *Runtime) reportPageSave(L *lua.LState) int {
	const call = "page:save"
	page := thisPage(L)
	path, content := rt.pathToWrite(L, call, 2, "path"), page.View
	if strings.EqualFold(filepath.Ext(path), ".txt") {
		content = page.Text
	}
	if err := rt.replaceFile(path, 0, strings.NewReader(content)); err != nil {
		raise(L, writeError(call, path, err))
	}
	return 0
}

// reportOf gives the page that a message is to show, nil without one. It is both text and HTML, so that neither can be
// given beside it.
func (o *messageOptions) reportOf(call string) (*report.Rendered, error) {
	if o.Report == nil || o.Report == lua.LNil {
		return nil, nil
	}
	var page *report.Rendered
	if ud, ok := o.Report.(*lua.LUserData); ok {
		page, _ = ud.Value.(*report.Rendered)
	}
	if page == nil {
		return nil, &OptionError{Call: call, Key: "report", What: "option \"report\" must be a page, which report.page makes, got " + describe(o.Report)}
	}
	for _, other := range []struct {
		name  string
		given bool
	}{{"text", o.Text != nil}, {"html", o.HTML != nil}, {"markdown", o.Markdown != nil}} {
		if other.given {
			return nil, &OptionError{
				Call: call, Key: other.name, What: fmt.Sprintf("option %q and a report are two texts of the same message", other.name),
				hint: "what is to stand around the numbers is a part of the page: report.page{ \"Dear Ann,\", … }",
			}
		}
	}
	if o.Charset != "" && !strings.EqualFold(o.Charset, "utf-8") {
		return nil, &OptionError{Call: call, Key: "charset", What: "option \"charset\": a report is UTF-8"}
	}
	return page, nil
}

// showReport puts a report into a message.
func (o *messageOptions) showReport(call string, spec *mime.Spec) error {
	page, err := o.reportOf(call)
	if err != nil || page == nil {
		return err
	}
	spec.HTML, spec.Text = &page.HTML, &page.Text
	spec.Inline = append(spec.Inline[:len(spec.Inline):len(spec.Inline)], page.Images...)
	return nil
}
