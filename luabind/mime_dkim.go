package luabind

import (
	"errors"
	"fmt"
	"time"

	"moonpost/mime"
	"moonpost/mime/sign"

	lua "github.com/yuin/gopher-lua"
)

const dkimClassName = "mime.DKIM"

// dkimOptions are the options of mime.dkim.
type dkimOptions struct {
	Domain           string        `lua:"domain" required:"true" doc:"signing domain (d=); the author's, or receivers don't count the signature for it"`
	Selector         string        `lua:"selector" required:"true" doc:"name of the key below _domainkey.DOMAIN"`
	KeyFile          string        `lua:"key_file" doc:"file of the private key: RSA or Ed25519 in PEM, or an Ed25519 key of 32 bytes in base64"`
	Key              string        `lua:"key" secret:"true" doc:"the private key itself, in place of key_file"`
	Canonicalization string        `lua:"canonicalization" doc:"of header and body: relaxed or simple" default:"relaxed/relaxed"`
	Headers          []string      `lua:"headers" one:"true" doc:"fields to sign, From always" default:"those of RFC 6376, List-Unsubscribe, Feedback-ID …"`
	Oversign         lua.LValue    `lua:"oversign" type:"boolean|string[]" doc:"fields of which nobody may add another; false for none" default:"From, To, Subject, Date …"`
	Expires          time.Duration `lua:"expires" min:"1s" doc:"how long the signature holds" default:"for ever"`
	Identity         string        `lua:"identity" doc:"for whom the domain signs (i=): \"name@DOMAIN\" or \"@sub.DOMAIN\""`
}

// luaDKIM is a signer as a script holds it.
type luaDKIM struct {
	rt     *Runtime
	engine *sign.DKIM
}

// signer is what p:sign takes.
type signer interface {
	signPart(p *luaPart) error
}

// mimeDKIM are the functions about signatures by domains.
func mimeDKIM(rt *Runtime) []Function {
	return []Function{{
		"dkim", "(options: mime.DKIMOptions): mime.DKIM",
		"Makes a signer, for the field dkim of mime.message and mime.template and for msg:sign. Messages are signed as they are sent, List-Unsubscribe and the like too.",
		`local signer = mime.dkim{ domain = "example.org", selector = "2026", key_file = "dkim.pem" }`, rt.mimeDKIM,
	}}
}

func dkimClass(rt *Runtime) Class {
	return Class{
		Name: dkimClassName, Doc: "A DKIM signer (RFC 6376, 8463).",
		Methods: []Function{{
			"dns", "(self: mime.DKIM): string, string, string",
			"Gives the TXT record that receivers look for: its name, its value, and both as a line of a zone file.",
			"local name, value = signer:dns()\nprint(name) --> 2026._domainkey.example.org\nprint(value) --> v=DKIM1; k=ed25519; p=LIKEasAAOPR2B1JdFWW14chvlppewacJgj381jMTPDg=", rt.dkimDNS,
		}},
		Fields: []Field{
			{"domain", "string", "the signing domain, as DNS has it"},
			{"selector", "string", "the name of the key"},
			{"algorithm", "string", "rsa-sha256 or ed25519-sha256"},
		},
		get: dkimField,
	}
}

func (rt *Runtime) mimeDKIM(L *lua.LState) int {
	const call = "mime.dkim"
	var o dkimOptions
	if err := readOptions(call, argTable(L, call, 1, "options"), &o); err != nil {
		raise(L, err)
	}
	options, err := rt.dkimEngine(call, &o)
	if err != nil {
		raise(L, err)
	}
	engine, err := sign.NewDKIM(options)
	if err != nil {
		raise(L, o.named(err))
	}
	if text := engine.Warning(); text != "" {
		rt.host.Logger.Warn(call+": "+text, "domain", engine.Domain(), "selector", engine.Selector())
	}
	L.Push(rt.newObject(L, dkimClassName, &luaDKIM{rt, engine}))
	return 1
}

func (rt *Runtime) dkimEngine(call string, o *dkimOptions) (sign.DKIMOptions, error) {
	out := sign.DKIMOptions{
		Domain: o.Domain, Selector: o.Selector, Canonicalization: o.Canonicalization, Headers: o.Headers,
		Identity: o.Identity, Expires: o.Expires, Bodies: &rt.bodies,
	}
	var err error
	if out.Key, err = rt.dkimKey(call, o); err != nil {
		return out, err
	}
	switch v := o.Oversign.(type) {
	case nil, *lua.LNilType:
	case lua.LBool:
		if !v {
			out.Oversign = []string{}
		}
	default:
		out.Oversign, err = stringList(call, "oversign", v)
	}
	return out, err
}

func (rt *Runtime) dkimKey(call string, o *dkimOptions) ([]byte, error) {
	if (o.KeyFile == "") == (o.Key == "") {
		return nil, &argumentError{text: call + `: give either option "key_file" or "key"`}
	}
	if o.Key != "" {
		return []byte(o.Key), nil
	}
	return rt.keyOctets(o.KeyFile)
}

// named gives a fault of the key the name of its file.
func (o *dkimOptions) named(err error) error {
	var fault *mime.Error
	if errors.As(err, &fault) && fault.Field == "key" && o.KeyFile != "" {
		return underName(o.KeyFile, err)
	}
	return err
}

func (rt *Runtime) dkimDNS(L *lua.LState) int {
	d := checkObject[*luaDKIM](L, 1, dkimClassName).engine
	L.Push(lua.LString(d.RecordName()))
	L.Push(lua.LString(d.Record()))
	L.Push(lua.LString(d.ZoneLine()))
	return 3
}

func dkimField(_ *lua.LState, self any, key lua.LValue) lua.LValue {
	d := self.(*luaDKIM).engine
	switch key.String() {
	case "domain":
		return lua.LString(d.Domain())
	case "selector":
		return lua.LString(d.Selector())
	case "algorithm":
		return lua.LString(d.Algorithm())
	}
	return nil
}

// partSign is p:sign(signer).
func (rt *Runtime) partSign(L *lua.LState) int {
	p := rt.thisPart(L)
	s, ok := objectOf[signer](L.Get(2))
	if !ok {
		raiseArgument(L, "part:sign: signer must be one, such as mime.dkim makes, got "+describe(L.Get(2)))
	}
	if err := s.signPart(p); err != nil {
		raise(L, err)
	}
	L.Push(L.Get(1))
	return 1
}

// objectOf gives what an object holds, if it is a T.
func objectOf[T any](v lua.LValue) (T, bool) {
	var none T
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return none, false
	}
	out, ok := ud.Value.(T)
	return out, ok
}

// signPart has the message signed whenever it is sent.
func (d *luaDKIM) signPart(p *luaPart) error { //nolint:unparam // other signers have errors
	p.asMessage().Sign(d.engine)
	d.rt.warnOfSigner(p.asMessage().UnvouchedAuthor())
	return nil
}

// signers reads the field dkim: a signer, or a list of them.
func signers(call string, v lua.LValue) ([]mime.Signer, error) {
	list := []lua.LValue{v}
	switch t := v.(type) {
	case nil, *lua.LNilType:
		return nil, nil
	case *lua.LTable:
		if list = nil; t.Len() == 0 {
			return nil, &argumentError{text: call + ": dkim must be a signer or a list of signers, got a table", hint: "mime.dkim{…} makes a signer of these options"}
		}
		for i := 1; i <= t.Len(); i++ {
			list = append(list, t.RawGetInt(i))
		}
	}
	var out []mime.Signer
	for _, item := range list {
		d, ok := objectOf[*luaDKIM](item)
		if !ok {
			return nil, &argumentError{text: fmt.Sprintf("%s: dkim must be a signer or a list of signers, got %s", call, describe(item)), hint: "mime.dkim{…} makes a signer"}
		}
		out = append(out, d.engine)
	}
	return out, nil
}

// warnOfSigner tells once of an author's domain for which the signatures don't count.
func (rt *Runtime) warnOfSigner(author string) {
	if author != "" && rt.first("signer of "+author) {
		rt.host.Logger.Warn("no DKIM signature is of the author's domain, so none counts for DMARC", "domain", author)
	}
}
