package luabind

import (
	"errors"
	"fmt"
	"strings"

	"moonpost/mime"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// contentType is what data and sendmail take as a message, as signatures have it.
const contentType = "string|string[]|mime.Part|fun(): string?"

// checkContent reads argument n as the content of a message: a part, a string,
// a list of pieces, or a function that gives pieces until nil.
func (rt *Runtime) checkContent(L *lua.LState, n int, call string) (smtp.Encoded, error) {
	if p := partOf(L.Get(n)); p != nil {
		return p.outgoing().Encode(false, false)
	}
	var text strings.Builder
	var err error
	switch v := L.Get(n).(type) {
	case lua.LString:
		text.WriteString(string(v))
	case *lua.LTable:
		for i := 1; i <= v.Len() && err == nil; i++ {
			err = addPiece(&text, v.RawGetInt(i), call)
		}
	case *lua.LFunction:
		err = drain(L, v, &text, call)
	default:
		err = &argumentError{text: fmt.Sprintf("%s: message must be a string, a list or function of strings, or a mime part, got %s", call, describe(v))}
	}
	return smtp.Octets([]byte(text.String())), err
}

// drain calls a source until it gives nil.
func drain(L *lua.LState, source *lua.LFunction, text *strings.Builder, call string) error {
	for {
		L.Push(source)
		L.Call(0, 1)
		piece := L.Get(-1)
		L.Pop(1)
		if piece == lua.LNil {
			return nil
		}
		if err := addPiece(text, piece, call); err != nil {
			return err
		}
	}
}

func addPiece(text *strings.Builder, piece lua.LValue, call string) error {
	s, ok := piece.(lua.LString)
	if !ok {
		return &argumentError{text: fmt.Sprintf("%s: a piece of the message must be a string, got %s", call, describe(piece))}
	}
	text.WriteString(string(s))
	return nil
}

// addressed gives a message whose envelope the options may give, wholly or in
// part. One that knows its envelope for the wire goes as it is.
func addressed(m outgoing, o *smtp.SendOptions) smtp.Message {
	if known, ok := m.(interface {
		WireEnvelope() (from string, to []string, ok bool)
	}); ok && o.From == nil && o.To == nil {
		if _, _, ok := known.WireEnvelope(); ok {
			return m
		}
	}
	return &addressedMessage{m, o}
}

type addressedMessage struct {
	outgoing
	options *smtp.SendOptions
}

// Envelope is the message's with the options' sender and recipients. A lack of
// either is the script's fault, not the message's.
func (a *addressedMessage) Envelope() (from string, to []string, needUTF8 bool, err error) {
	from, to, needUTF8, err = a.EnvelopeWith(a.options.From, a.options.To)
	var fault *mime.Error
	if errors.As(err, &fault) {
		err = &argumentError{text: fault.Error(), hint: fault.Hint()}
	}
	return from, to, needUTF8, err
}
