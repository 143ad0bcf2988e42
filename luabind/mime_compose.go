package luabind

import (
	"path/filepath"

	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// calendarOptions are an invitation.
type calendarOptions struct {
	Method   string  `lua:"method" doc:"REQUEST, CANCEL …; what the content says unless given"`
	Content  *string `lua:"content" doc:"the iCalendar object; an invitation needs UID, DTSTAMP, DTSTART, ORGANIZER and ATTENDEE"`
	Filename string  `lua:"filename" doc:"name of the copy that people can save" default:"invite.ics"`
}

// engine gives nil when no calendar was asked for.
func (o *calendarOptions) engine(call string) (*mime.CalendarSpec, error) {
	switch {
	case o.Content != nil:
		return &mime.CalendarSpec{Method: o.Method, Content: *o.Content, Filename: o.Filename}, nil
	case o.Method != "" || o.Filename != "":
		return nil, &argumentError{text: call + `: option "calendar.content" is missing`}
	}
	return nil, nil
}

// embedOptions tell which pictures of a page become inline parts.
type embedOptions struct {
	Data  bool   `lua:"data" doc:"pictures in data: URLs"`
	Files string `lua:"files" doc:"folder of the files that the page names without a scheme"`
}

// engine gives nil when nothing is to be embedded. A file is looked for in the folder that the script named.
func (o *embedOptions) engine(rt *Runtime) *mime.Embedding {
	if !o.Data && o.Files == "" {
		return nil
	}
	e := &mime.Embedding{Data: o.Data}
	if o.Files != "" {
		e.Open = func(name string) (mime.Source, error) {
			return rt.source(filepath.Join(o.Files, filepath.FromSlash(name)))
		}
	}
	return e
}

// given tells whether any field of a mailing list was asked for.
func (o *listOptions) given() bool {
	for _, urls := range [][]string{o.Unsubscribe, o.Subscribe, o.Post, o.Owner, o.Help, o.Archive} {
		if len(urls) > 0 {
			return true
		}
	}
	return o.ID != "" || o.OneClick
}

func (o *listOptions) engine() *mime.ListSpec {
	if !o.given() {
		return nil
	}
	return &mime.ListSpec{
		ID: o.ID, Unsubscribe: o.Unsubscribe, OneClick: o.OneClick, Subscribe: o.Subscribe, Post: o.Post, Owner: o.Owner, Help: o.Help, Archive: o.Archive,
	}
}

func markdownToHTML(L *lua.LState) int {
	page, err := mime.Markdown(argString(L, "mime.markdown", 1, "source"))
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LString(page))
	return 1
}

// mimeComposers are the functions of the module for what mime.message makes of its fields.
func mimeComposers() []Function {
	return []Function{{
		"markdown", "(source: string): string",
		"Makes HTML of CommonMark with tables, bare links, task lists and strikethrough. HTML in the source stays as it is.", `print(mime.markdown("**Hi** Ann")) --> <p><strong>Hi</strong> Ann</p>`, markdownToHTML,
	}}
}
