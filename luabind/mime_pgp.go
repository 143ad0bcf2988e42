package luabind

import (
	"moonpost/mime/sign"

	lua "github.com/yuin/gopher-lua"
)

const pgpClassName = "mime.PGP"

// pgpOptions are the options of mime.pgp.
type pgpOptions struct {
	KeyFile    string     `lua:"key_file" doc:"file with your private key, armored or not"`
	Key        string     `lua:"key" secret:"true" doc:"the private key itself, in place of key_file"`
	Passphrase string     `lua:"passphrase" secret:"true" doc:"opens the private key"`
	Recipients []string   `lua:"recipients" one:"true" doc:"files of public keys, or armored keys themselves, to encrypt to"`
	SignWith   lua.LValue `lua:"sign_with" type:"mime.PGP" doc:"your key, to sign within the encryption"`
}

func (rt *Runtime) mimePGP(L *lua.LState) int {
	const call = "mime.pgp"
	var o pgpOptions
	err := readOptions(call, argTable(L, call, 1, "options"), &o)
	s := &luaSealer{rt: rt, call: call}
	if err == nil && (o.KeyFile != "" || o.Key != "") {
		s.sign, err = rt.pgpSigner(call, &o)
	}
	if err == nil && len(o.Recipients) > 0 {
		s.encrypt, err = rt.pgpRecipients(call, &o)
	}
	if err == nil && s.sign == nil && s.encrypt == nil {
		err = &argumentError{text: call + `: option "key_file" or "recipients" is missing`}
	}
	if err != nil {
		raise(L, err)
	}
	L.Push(rt.newObject(L, pgpClassName, s))
	return 1
}

func (rt *Runtime) pgpSigner(call string, o *pgpOptions) (sealer, error) {
	key := []byte(o.Key)
	if o.KeyFile != "" {
		if o.Key != "" {
			return nil, &argumentError{text: call + `: give either option "key_file" or "key"`}
		}
		var err error
		if key, err = rt.keyOctets(o.KeyFile); err != nil {
			return nil, err
		}
	}
	p, err := sign.NewPGP(key, o.Passphrase)
	if err != nil {
		return nil, underFile(err, map[string]string{"key": o.KeyFile})
	}
	return p, nil
}

func (rt *Runtime) pgpRecipients(call string, o *pgpOptions) (sealer, error) {
	r, err := recipients(rt, o.Recipients, sign.NewPGPRecipients)
	if err != nil || o.SignWith == nil || o.SignWith == lua.LNil {
		return r, err
	}
	s, _ := objectOf[*luaSealer](o.SignWith)
	if s != nil {
		r.SignWith, _ = s.sign.(*sign.PGP)
	}
	if r.SignWith == nil {
		return nil, &argumentError{text: call + ": sign_with must be what mime.pgp makes of a private key, got " + describe(o.SignWith)}
	}
	return r, nil
}
