package luabind

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"time"

	"moonpost/mime"
	"moonpost/sink"

	lua "github.com/yuin/gopher-lua"
)

const sinkClassName = "sink.Server"

// luaSink is a trial's server as a script holds it.
type luaSink struct {
	rt    *Runtime
	trial *sink.Trial
}

// sinkModule is `sink`: servers for trials, which catch all mail and fail by rule.
func sinkModule(rt *Runtime) Module {
	return Module{
		Name: "sink", Doc: "Servers on loopback that catch all mail and fail by rule, for tests.",
		Functions: []Function{{
			"start", "(options?: sink.Options): sink.Server",
			"Starts a server that takes every message and keeps it in memory, until the test case or the script ends. " +
				"Each rule of `fail` makes it fail at a stage; the first that applies counts. Recipients that ask for a failure, as 550@ or drop-after-dot@, get it too.",
			"local s = sink.start{ fail = { { rcpt = \"*@slow.test\", code = 451, first = 2 }, { nth = 7, stage = \"after_dot\", action = \"drop\" } } }\n" +
				"local conn = smtp.connect(s.url)\nconn:mail(\"me@x.test\")\nprint((conn:rcpt(\"ann@slow.test\"))) --> 451", rt.sinkStart,
		}},
		Classes: []Class{sinkClass(rt)},
		Types: []string{
			optionsClass("sink.Options", reflect.TypeFor[sinkOptions]()), optionsClass("sink.Rule", reflect.TypeFor[sinkRule]()),
			optionsClass("sink.Query", reflect.TypeFor[sinkQuery]()),
		},
	}
}

func sinkClass(rt *Runtime) Class {
	return Class{
		Name: sinkClassName,
		Doc:  "A server for trials. What it caught are parsed messages whose `envelope` is that of the session: from, to, and also relay and host (which way the script meant it to go), user (who logged in), tls.",
		Methods: []Function{
			{"count", "(self: sink.Server): integer", "Tells how many messages were taken.", `print(s:count()) --> 1`, rt.sinkCount},
			{"messages", "(self: sink.Server): fun(): mime.Part?", "Iterates over what was taken, oldest first.", "for m in s:messages() do print(m.Subject, m.envelope.to[1]) end --> Hello Ann ann@x.test", rt.sinkMessages},
			{"find", "(self: sink.Server, query?: sink.Query): mime.Part?", "Gives the first message that fits, or with nth a later one; nil when there is none.", "local m = s:find{ to = \"ann@x.test\" }\nprint(m.Subject) --> Hello Ann", rt.sinkFind},
			{"all", "(self: sink.Server, query?: sink.Query): mime.Part[]", "Lists the messages that fit.", `print(#s:all{ subject = "Hello*" }) --> 1`, rt.sinkAll},
			{"wait", "(self: sink.Server, count: integer, timeout?: number|string)", "Waits until that many messages were taken; raises `timeout` when they don't come (default 10s).", `s:wait(1, "5s")`, rt.sinkWait},
			{"transcript", "(self: sink.Server): string", "Gives what was said, session by session, without contents and secrets.", `print(s:transcript():match("RCPT[^\r\n]*")) --> RCPT TO:<ann@x.test>`, rt.sinkTranscript},
			{"clear", "(self: sink.Server)", "Forgets messages and transcript. Rules go on counting.", "s:clear()\nprint(s:count()) --> 0", rt.sinkClear},
			{"close", "(self: sink.Server)", "Closes the server. What it took stays readable.", `s:close()`, rt.sinkClose},
		},
		Fields: []Field{
			{"address", "string", "host:port of SMTP"},
			{"host", "string", "its host"},
			{"port", "integer", "its port"},
			{"url", "string", "for smtp.connect and smtp.relay"},
			{"lmtp_url", "string", "the same with LMTP"},
		},
		get: func(_ *lua.LState, self any, key lua.LValue) lua.LValue { return self.(*luaSink).field(key.String()) },
	}
}

// sinkOptions are the options of sink.start.
type sinkOptions struct {
	Fail       *lua.LTable `lua:"fail" type:"sink.Rule[]" doc:"when to fail"`
	Extensions []string    `lua:"extensions" doc:"what EHLO offers besides SIZE, AUTH and STARTTLS" default:"all that it knows"`
	Auth       lua.LValue  `lua:"auth" type:"boolean|table<string, string>" doc:"users and their passwords; false offers no AUTH" default:"anybody may log in"`
	Size       int64       `lua:"size" unit:"size" min:"1" doc:"largest message" default:"64MiB"`
	TLS        bool        `lua:"tls" doc:"offer STARTTLS, with a certificate made for this run" default:"false"`
}

// sinkRule is one rule of fail.
type sinkRule struct {
	Stage    string        `lua:"stage" enum:"connect,greeting,ehlo,starttls,auth,mail,rcpt,data,body,after_dot,quit" doc:"where; else it follows from rcpt, from, nth or relay, in this order"`
	Rcpt     string        `lua:"rcpt" doc:"recipients, with * and ?; then nth, first and every count for each of them"`
	From     string        `lua:"from" doc:"senders, with * and ?"`
	Relay    string        `lua:"relay" doc:"names of relays of a script that t:run runs"`
	Host     string        `lua:"host" doc:"host:port that such a script meant to reach"`
	Nth      int           `lua:"nth" min:"1" doc:"only the n-th time"`
	First    int           `lua:"first" min:"1" doc:"only so many times"`
	Every    int           `lua:"every" min:"1" doc:"only each n-th time"`
	Action   string        `lua:"action" enum:"reply,drop,stall" doc:"answer with code, close the connection, or never answer"`
	Code     int           `lua:"code" min:"400" max:"599" doc:"the reply; 421 also closes"`
	Enhanced string        `lua:"enhanced" doc:"its enhanced status code" default:"one that fits"`
	Text     string        `lua:"text" doc:"its text"`
	Delay    time.Duration `lua:"delay" doc:"wait first; without an action only that"`
}

// sinkQuery is what find and all look for.
type sinkQuery struct {
	To      string `lua:"to" doc:"a recipient of the envelope, with * and ?"`
	From    string `lua:"from" doc:"its sender, with * and ?"`
	Subject string `lua:"subject" doc:"the subject, with * and ?"`
	Relay   string `lua:"relay" doc:"the relay by which it left, with * and ?"`
	Nth     int    `lua:"nth" min:"1" doc:"which of those that fit" default:"1"`
}

func (rt *Runtime) sinkStart(L *lua.LState) int {
	const call = "sink.start"
	var o sinkOptions
	checkOptions(L, call, 1, &o)
	engine, err := o.engine(call)
	if err != nil {
		raise(L, err)
	}
	engine.Now = rt.host.Wall
	trial, err := sink.StartTrial(engine)
	if err != nil {
		raise(L, err)
	}
	s := &luaSink{rt: rt, trial: trial}
	rt.opened(s)
	L.Push(rt.newObject(L, sinkClassName, s))
	return 1
}

// engine turns the options into the server's.
func (o *sinkOptions) engine(call string) (out sink.TrialOptions, err error) {
	out.Extensions, out.MaxSize, out.TLS = o.Extensions, o.Size, o.TLS
	for i, name := range o.Extensions {
		if !isPrintableLine(name) {
			return out, &OptionError{Call: call, Key: "extensions", What: fmt.Sprintf("option \"extensions[%d]\" must be one line of printable characters", i+1)}
		}
	}
	switch v := o.Auth.(type) {
	case nil, *lua.LNilType:
	case lua.LBool:
		out.NoAuth = !bool(v)
	case *lua.LTable:
		out.Users, err = textMap(call, "auth", v)
	default:
		err = &OptionError{Call: call, Key: "auth", What: `option "auth" must be false or a table of users and passwords, got ` + describe(v)}
	}
	if err == nil {
		out.Rules, err = sinkRules(call, o.Fail)
	}
	return out, err
}

func sinkRules(call string, list *lua.LTable) (rules []sink.Rule, err error) {
	if list == nil {
		return nil, nil
	}
	n := list.Len()
	if key, _ := optAfter(list, n); key != lua.LNil {
		return nil, &OptionError{Call: call, Key: "fail", What: `option "fail" must be a list of rules, got a table with named keys`, hint: "write fail = { { … } }"}
	}
	for i := 1; i <= n; i++ {
		name := fmt.Sprintf("fail[%d]", i)
		t, ok := list.RawGetInt(i).(*lua.LTable)
		if !ok {
			return nil, &OptionError{Call: call, Key: name, What: fmt.Sprintf("option %q must be a table, got %s", name, describe(list.RawGetInt(i)))}
		}
		var o sinkRule
		if err := bindOptions(call+": "+name, t, &o); err != nil {
			return nil, err
		}
		rule := sink.Rule{
			Stage: sink.Stage(o.Stage), Rcpt: o.Rcpt, From: o.From, Relay: o.Relay, Host: o.Host, Nth: o.Nth, First: o.First, Every: o.Every,
			Action: sink.Action(o.Action), Code: o.Code, Enhanced: o.Enhanced, Text: o.Text, Delay: o.Delay,
		}
		var wrong *sink.RuleError
		if err := rule.Settle(); errors.As(err, &wrong) {
			return nil, &OptionError{Call: call + ": " + name, Key: wrong.Key, What: "option " + wrong.Error()}
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func thisSink(L *lua.LState) *luaSink { return checkObject[*luaSink](L, 1, sinkClassName) }

func (s *luaSink) field(name string) lua.LValue {
	at, err := netip.ParseAddrPort(s.trial.Addr())
	if err != nil { // it listens on an address of loopback
		return nil
	}
	switch name {
	case "address":
		return lua.LString(s.trial.Addr())
	case "host":
		return lua.LString(at.Addr().String())
	case "port":
		return lua.LNumber(at.Port())
	case "url":
		return lua.LString("smtp://" + s.trial.Addr())
	case "lmtp_url":
		return lua.LString("lmtp://" + s.trial.LMTPAddr())
	}
	return nil
}

// finish closes the server with the script or the test case.
func (s *luaSink) finish(context.Context) (failed int) {
	s.trial.Close()
	return 0
}

func (s *luaSink) abort() { s.trial.Close() }

// message makes the object of one caught message.
func (s *luaSink) message(L *lua.LState, m *sink.Caught) lua.LValue {
	parsed := mime.Parse(m.Data, mime.ParseOptions{}, s.rt.host.mimeEnv())
	return s.rt.newObject(L, partClassName, &luaPart{rt: s.rt, part: parsed.Part, message: parsed, caught: m})
}
