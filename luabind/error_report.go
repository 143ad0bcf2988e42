package luabind

import (
	"errors"
	"strconv"
	"strings"

	"moonpost/luabind/luatext"
	"moonpost/smtp"
)

// Report is an error that ended a script, for people and for programs: its
// JSON is what --json prints.
type Report struct {
	Level      string             `json:"level"`
	Kind       string             `json:"kind"`
	Message    string             `json:"message"` // without the position
	File       string             `json:"file,omitempty"`
	Line       int                `json:"line,omitempty"`
	Column     int                `json:"column,omitempty"`     // in characters, from 1
	EndColumn  int                `json:"end_column,omitempty"` // behind the piece that is meant
	Source     string             `json:"source,omitempty"`     // the line
	Hint       string             `json:"hint,omitempty"`
	Code       int                `json:"code,omitempty"`
	Enhanced   string             `json:"enhanced,omitempty"`
	Stage      string             `json:"stage,omitempty"`
	Delivered  any                `json:"delivered,omitempty"` // false, true or "unknown"
	Temporary  *bool              `json:"temporary,omitempty"`
	Recipients map[string]Refusal `json:"recipients,omitempty"`
	Traceback  []ReportFrame      `json:"traceback,omitempty"`

	title  string // the message with its position, as it was raised
	frames []Frame
	shown  string // the line without secrets, and the place on it
	span   luatext.Span
}

// Refusal is what a server said of one recipient.
type Refusal struct {
	Code     int    `json:"code"`
	Enhanced string `json:"enhanced,omitempty"`
	Message  string `json:"message"`
}

// ReportFrame is one line of a traceback.
type ReportFrame struct {
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Function string `json:"function"`
}

// Describe makes a report of an error of Compile or Run.
func Describe(err error) *Report {
	r := &Report{Level: "error", Kind: "error", Message: luatext.Visible(err.Error())}
	r.title = r.Message
	var syntax *SyntaxError
	var script *ScriptError
	var usage *UsageError
	switch {
	case errors.As(err, &script):
		r.script(script)
	case errors.As(err, &syntax):
		r.place(syntax.Spot())
		r.Kind, r.Message, r.Hint = "syntax", luatext.Visible(syntax.Message), syntax.Hint()
	case errors.As(err, &usage):
		r.Kind, r.Hint = "usage", usage.Help
	}
	return r
}

// place notes the line. One that holds a secret is shown without it; programs
// get none, since their columns would be others.
func (r *Report) place(s Spot) {
	r.File, r.Line, r.Column, r.EndColumn = s.File, s.Line, s.Column, s.EndColumn
	line := strings.ToValidUTF8(s.Source, "\ufffd")
	r.shown, r.span = luatext.Mask(line, luatext.Span{Line: s.Line, Column: s.Column, EndColumn: s.EndColumn})
	if r.shown == line && len(line) <= maxMessage {
		r.Source = line
	}
}

func (r *Report) script(e *ScriptError) {
	r.place(e.Spot)
	r.Kind, r.Hint = e.Kind(), luatext.Visible(e.Hint())
	where, text := e.innermost, e.Plain
	if text == "" {
		where, text = e.Where, e.Error()
	}
	r.Message = luatext.Visible(text)
	r.title = r.Message
	if where != "" {
		r.title = luatext.Visible(where) + " " + r.Message
	}
	r.frames = e.Frames
	for _, f := range e.Frames {
		name := f.Function
		if f.Line == 0 {
			name = f.String()
		}
		r.Traceback = append(r.Traceback, ReportFrame{File: f.File, Line: f.Line, Function: name})
	}
	r.server(e.Err)
	r.web(e.Err)
}

// server adds what the mail server said.
func (r *Report) server(err error) {
	var resp *smtp.ResponseError
	if errors.As(err, &resp) {
		r.Code, r.Enhanced = resp.Reply.Code, resp.Reply.Enhanced.String()
	}
	var smtpErr smtp.Error
	if errors.As(err, &smtpErr) {
		temporary := smtpErr.Temporary()
		r.Stage, r.Temporary, r.Delivered = smtpErr.Stage().String(), &temporary, deliveredJSON(smtpErr.Delivered())
	}
	var rcpts *smtp.RecipientsRefusedError
	var data *smtp.DataError
	switch {
	case errors.As(err, &rcpts):
		r.refused(rcpts.Refused)
	case errors.As(err, &data):
		r.refused(data.Refused)
	}
}

func (r *Report) refused(results []smtp.RecipientResult) {
	for _, result := range results {
		if r.Recipients == nil {
			r.Recipients = map[string]Refusal{}
		}
		reply := result.Reply
		r.Recipients[result.Address] = Refusal{Code: reply.Code, Enhanced: reply.Enhanced.String(), Message: luatext.Visible(reply.Text())}
	}
}

func deliveredJSON(d smtp.Delivered) any {
	switch d {
	case smtp.Yes:
		return true
	case smtp.Unknown:
		return "unknown"
	default:
		return false
	}
}

// At tells where the script was, "script.lua:12:", when what is reported came about.
func (r *Report) At(where string) *Report {
	file, number := cutAtLast(strings.TrimSuffix(where, ":"), ":")
	line, err := strconv.Atoi(number)
	if err != nil {
		return r
	}
	r.File, r.Line = luatext.Visible(file), line
	r.title = luatext.Visible(where) + " " + r.Message
	return r
}

// Complaint makes a report of what is no error of a script.
func Complaint(kind, message, hint string) *Report {
	r := &Report{Level: "error", Kind: kind, Message: luatext.Visible(message), Hint: luatext.Visible(hint)}
	r.title = r.Message
	return r
}
