package luabind

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"time"

	"moonpost/mime"
	"moonpost/mime/mailbox"

	lua "github.com/yuin/gopher-lua"
)

// mailboxModule is `mailbox`: messages out of mbox files and Maildir folders, and into them.
func mailboxModule(rt *Runtime) Module {
	return Module{
		Name: "mailbox", Doc: "Mail at rest: mbox files and Maildir folders, read message by message and added to safely.",
		Functions: []Function{
			{"read", "(path: string, options?: mailbox.ReadOptions): fun(): mime.Part?, mailbox.Meta?",
				"Reads a mailbox, which is a Maildir if it is a folder, else an mbox (\"-\" is one on standard input), and gives an iterator over its messages, parsed as by mime.parse, and what the mailbox says about each. " +
					"Only one message is in memory at a time. Nothing is changed or locked: a message that another program is appending meanwhile may be read half.",
				"for msg, meta in mailbox.read(\"inbox.mbox\") do\n  if msg.Subject:find(\"Lunch\") then print(msg.Subject) end\nend\n--> AW: Lunch?\n--> Out of office: Lunch?", rt.mailboxRead},
			{"append", "(path: string, message: mime.Part|string, options?: mailbox.AppendOptions): string",
				"Adds a message, whole or not at all, and returns when it is on the disk; gives the path of the file that holds it now. A folder is a Maildir, and so is a path with \"/\" at its end, which is made if it doesn't exist; " +
					"any other path is an mbox; a file that holds anything else is left alone. An mbox is locked by a lock file beside it (path.lock) and, except on Windows, by a record lock (fcntl): what Postfix, Dovecot, procmail and mutt agree on. A lock of others is waited for, never broken.",
				`local file = mailbox.append("Maildir/", msg, { flags = "S" })`, rt.mailboxAppend},
		},
		Types: []string{
			optionsClass("mailbox.ReadOptions", reflect.TypeFor[mailboxReadOptions]()),
			optionsClass("mailbox.AppendOptions", reflect.TypeFor[mailboxAppendOptions]()),
			mailboxMetaType,
		},
	}
}

const mailboxMetaType = `---@class mailbox.Meta
---@field flags string letters of Maildir: D draft, F flagged, P passed on, R replied, S seen, T trashed
---@field date? number when it was delivered, as os.time()
---@field sender? string of an mbox: the envelope sender
---@field path? string of a Maildir: the file
---@field new? boolean of a Maildir: not seen by any mail reader yet
`

// mailboxReadOptions are the options of mailbox.read.
type mailboxReadOptions struct {
	Format  string `lua:"format" enum:"mboxrd,mboxo,mboxcl,mboxcl2" doc:"how an mbox hides \"From \" in texts; mboxcl and mboxcl2 believe Content-Length" default:"mboxrd"`
	MaxSize int64  `lua:"max_size" unit:"size" min:"1" doc:"a larger message raises" default:"256MiB"`
}

// mailboxAppendOptions are the options of mailbox.append.
type mailboxAppendOptions struct {
	Flags       string        `lua:"flags" doc:"letters of Maildir; in an mbox they become Status fields, and P is lost"`
	Date        lua.LValue    `lua:"date" doc:"when the message was delivered" default:"now"`
	Sender      string        `lua:"sender" doc:"envelope sender for the \"From \" line of an mbox" default:"the message's Return-Path, else its From"`
	LockTimeout time.Duration `lua:"lock_timeout" doc:"how long to wait for others' locks on an mbox" default:"30s"`
}

// mailboxReader is one mailbox that mailbox.read reads.
type mailboxReader struct {
	rt    *Runtime
	path  string
	box   mailbox.Reader
	file  io.Closer // of an mbox; nil for standard input and after the end
	ended bool
}

func (rt *Runtime) mailboxRead(L *lua.LState) int {
	const call = "mailbox.read"
	r := &mailboxReader{rt: rt, path: mailboxPath(L, call)}
	var o mailboxReadOptions
	checkOptions(L, call, 2, &o)
	if err := r.open(o); err != nil {
		raise(L, rt.fileError(r.path, err))
	}
	L.Push(L.NewFunction(guard(call, r.next)))
	return 1
}

// mailboxPath reads the name of a mailbox.
func mailboxPath(L *lua.LState, call string) string {
	path := argString(L, call, 1, "path")
	if path == "" {
		raiseArgument(L, call+": path is empty")
	}
	return path
}

func (r *mailboxReader) open(o mailboxReadOptions) error {
	engine := mailbox.MboxOptions{Format: mboxFormats[o.Format], Limit: o.MaxSize}
	if r.path == "-" {
		r.box = mailbox.NewMbox(r.rt.stdio.in, engine)
		return nil
	}
	if r.rt.isFolder(r.path) {
		r.box = mailbox.NewMaildir(maildir{host: r.rt.host, root: r.path}, o.MaxSize)
		return nil
	}
	file, err := r.rt.host.open(r.path)
	if err != nil {
		return err
	}
	r.rt.opened(r)
	r.box, r.file = mailbox.NewMbox(file, engine), file
	return nil
}

var mboxFormats = map[string]mailbox.Format{"mboxo": mailbox.MboxO, "mboxcl": mailbox.MboxCL, "mboxcl2": mailbox.MboxCL2}

// isFolder also takes a path that says so itself.
func (rt *Runtime) isFolder(path string) bool {
	info, err := rt.host.disk().Stat(path)
	return err == nil && info.IsDir() || errors.Is(err, os.ErrNotExist) && (strings.HasSuffix(path, "/") || strings.HasSuffix(path, string(os.PathSeparator)))
}

// next is the iterator: a message and what is known of it, or nil at the end.
func (r *mailboxReader) next(L *lua.LState) int {
	if r.ended {
		L.Push(lua.LNil)
		return 1
	}
	m, err := r.box.Next()
	switch {
	case errors.Is(err, io.EOF):
		r.close()
		L.Push(lua.LNil)
		return 1
	case err != nil:
		r.close()
		raise(L, &mailboxError{path: r.path, err: err})
	}
	L.Push(r.rt.mailboxMessage(L, m.Octets))
	L.Push(r.meta(L, m))
	return 2
}

func (r *mailboxReader) meta(L *lua.LState, m *mailbox.Message) *lua.LTable {
	t := L.NewTable()
	t.RawSetString("flags", lua.LString(m.Flags))
	if !m.Date.IsZero() {
		t.RawSetString("date", lua.LNumber(m.Date.Unix()))
	}
	if m.Sender != "" {
		t.RawSetString("sender", lua.LString(m.Sender))
	}
	if m.Name != "" {
		t.RawSetString("path", lua.LString(maildir{root: r.path}.path(m.Name)))
		t.RawSetString("new", lua.LBool(m.New))
	}
	return t
}

// finish closes the file of an iterator that was left before its end.
func (r *mailboxReader) finish(context.Context) (failed int) {
	r.close()
	return 0
}

func (r *mailboxReader) abort() { r.close() }

func (r *mailboxReader) close() {
	r.ended = true
	if r.file != nil {
		r.file.Close() //nolint:errcheck // opened for reading only
		r.file = nil
	}
}

// mailboxError names the mailbox in an error about what is in it.
type mailboxError struct {
	path string
	err  error
}

func (e *mailboxError) Error() string { return e.path + ": " + e.err.Error() }
func (e *mailboxError) Unwrap() error { return e.err }

func (rt *Runtime) mailboxAppend(L *lua.LState) int {
	const call = "mailbox.append"
	path := mailboxPath(L, call)
	o := mailboxAppendOptions{LockTimeout: 30 * time.Second}
	checkOptions(L, call, 3, &o)
	m, err := rt.mailboxEntry(L, call, &o)
	if err != nil {
		raise(L, err)
	}
	rt.effect(L, EffectWrite, call, path)
	if rt.isFolder(path) {
		path, err = rt.deliver(path, m)
	} else {
		err = rt.appendMbox(path, m, o.LockTimeout)
	}
	if err != nil {
		raise(L, &mailboxError{path: path, err: err})
	}
	L.Push(lua.LString(path))
	return 1
}

// mailboxEntry makes what the mailbox gets of the arguments.
func (rt *Runtime) mailboxEntry(L *lua.LState, call string, o *mailboxAppendOptions) (*mailbox.Message, error) {
	m := &mailbox.Message{Sender: o.Sender}
	if octets, ok := L.Get(2).(lua.LString); ok {
		m.Octets = []byte(octets)
	} else {
		p := rt.checkPart(L, 2, call)
		b, err := storedOctets(p)
		if err != nil {
			return nil, err
		}
		if m.Octets = b; m.Sender == "" {
			m.Sender = storedSender(p)
		}
	}
	var err error
	if m.Flags, err = mailbox.NormalFlags(o.Flags); err != nil {
		return nil, err
	}
	if m.Date, err = dateOf(call, o.Date); m.Date.IsZero() {
		m.Date = rt.host.Wall()
	}
	return m, err
}

// storedOctets gives a message as it is kept: what was read as it was, but for the line of an mbox it came from;
// anything else as for any server, and only where that cannot be as for one with SMTPUTF8.
func storedOctets(p *luaPart) ([]byte, error) {
	if err := p.whole(); err != nil {
		return nil, err
	}
	encoded, err := p.asMessage().Stored()
	if err != nil {
		if encoded, err = p.asMessage().Encode(false, true); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err = writeAll(&b, encoded)
	return mailbox.WithoutFromLine(b.Bytes()), err
}

// storedSender guesses the envelope sender of a message that is put away.
func storedSender(p *luaPart) string {
	if p.whole() != nil {
		return ""
	}
	header := p.part.Header()
	if path, ok := header.Get("Return-Path"); ok {
		return strings.Trim(path, "<> \t")
	}
	if list := header.Addresses("From"); len(list) > 0 {
		return list[0].Address
	}
	return ""
}

// mailboxMessage gives a message of a mailbox to the script.
func (rt *Runtime) mailboxMessage(L *lua.LState, octets []byte) lua.LValue {
	return rt.newMessage(L, mime.Parse(octets, mime.ParseOptions{}, rt.host.mimeEnv()))
}

// deliver puts a message into a Maildir, which is made if there is none.
func (rt *Runtime) deliver(root string, m *mailbox.Message) (string, error) {
	shelf := maildir{host: rt.host, root: root}
	if err := shelf.prepare(); err != nil {
		return root, err
	}
	name, err := mailbox.Deliver(shelf, m, infoMark, rt.host.mimeEnv())
	if err != nil {
		return root, err
	}
	return shelf.path(name), nil
}
