package luabind

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"moonpost/mime"
	"moonpost/mime/sign"

	lua "github.com/yuin/gopher-lua"
)

const smimeClassName = "mime.SMIME"

// smimeOptions are the options of mime.smime.
type smimeOptions struct {
	CertFile   string   `lua:"cert_file" doc:"PEM file with your certificate; the key and the chain may be in it too"`
	KeyFile    string   `lua:"key_file" doc:"PEM file with the private key (RSA or ECDSA)" default:"cert_file"`
	ChainFile  string   `lua:"chain_file" doc:"PEM file with the certificates between yours and the root"`
	Passphrase string   `lua:"passphrase" secret:"true" doc:"opens the private key"`
	Opaque     bool     `lua:"opaque" doc:"pack the body into the signature, instead of signing beside it"`
	Recipients []string `lua:"recipients" one:"true" doc:"PEM files of certificates, or such texts, to encrypt to"`
}

// sealer changes the body of a message at once.
type sealer interface{ Apply(m *mime.Message) error }

// luaSealer is what mime.smime and mime.pgp make. One of the two may be nil.
type luaSealer struct {
	rt            *Runtime
	call          string
	sign, encrypt sealer
}

// mimeSecure are the functions about signing and encrypting bodies.
func mimeSecure(rt *Runtime) []Function {
	return []Function{
		{
			"smime", "(options: mime.SMIMEOptions): mime.SMIME",
			"Makes what msg:sign and msg:encrypt need for S/MIME: your certificate and key, or the certificates of the recipients.",
			`msg:sign(mime.smime{ cert_file = "me.crt", key_file = "me.key" })`, rt.mimeSMIME,
		},
		{
			"pgp", "(options: mime.PGPOptions): mime.PGP",
			"Makes what msg:sign and msg:encrypt need for PGP/MIME: your private key, or the public keys of the recipients.",
			`msg:encrypt(mime.pgp{ recipients = { "ann.asc" } })`, rt.mimePGP,
		},
	}
}

// secureMethods are the methods of parts about bodies that are closed.
func secureMethods(rt *Runtime) []Function {
	return []Function{{
		"encrypt", "(self: mime.Part, recipients: mime.SMIME|mime.PGP): mime.Part",
		"Encrypts the body as it is now, attachments and all, and gives the message; its header stays legible. Sign before, so that the signature is within. Files are read into memory for it.",
		`msg:sign(me):encrypt(mime.smime{ recipients = { "ann.crt", "bob.crt" } })`, rt.partEncrypt,
	}}
}

func secureClasses() []Class {
	return []Class{
		{Name: smimeClassName, Doc: "A certificate to sign with, or certificates to encrypt to (RFC 8551)."},
		{Name: pgpClassName, Doc: "An OpenPGP key to sign with, or keys to encrypt to (RFC 3156)."},
	}
}

func (rt *Runtime) mimeSMIME(L *lua.LState) int {
	const call = "mime.smime"
	var o smimeOptions
	err := readOptions(call, argTable(L, call, 1, "options"), &o)
	s := &luaSealer{rt: rt, call: call}
	if err == nil && o.CertFile != "" {
		s.sign, err = rt.smimeSigner(&o)
	}
	if err == nil && len(o.Recipients) > 0 {
		s.encrypt, err = recipients(rt, o.Recipients, sign.NewSMIMERecipients)
	}
	if err == nil && s.sign == nil && s.encrypt == nil {
		err = &argumentError{text: call + `: option "cert_file" or "recipients" is missing`}
	}
	if err != nil {
		raise(L, err)
	}
	L.Push(rt.newObject(L, smimeClassName, s))
	return 1
}

func (rt *Runtime) smimeSigner(o *smimeOptions) (sealer, error) {
	certificate, err := rt.keyOctets(o.CertFile)
	if err != nil {
		return nil, err
	}
	key, chain := certificate, []byte(nil)
	if o.KeyFile != "" {
		if key, err = rt.keyOctets(o.KeyFile); err != nil {
			return nil, err
		}
	}
	if o.ChainFile != "" {
		if chain, err = rt.keyOctets(o.ChainFile); err != nil {
			return nil, err
		}
	}
	s, err := sign.NewSMIME(certificate, key, chain, o.Passphrase)
	if err != nil {
		return nil, underFile(err, map[string]string{"certificate": o.CertFile, "key": cmp.Or(o.KeyFile, o.CertFile), "chain": o.ChainFile})
	}
	s.Opaque = o.Opaque
	return s, nil
}

// recipients reads the files of certificates or keys. An error names the file it is about.
func recipients[T any](rt *Runtime, list []string, build func(texts ...[]byte) (T, error)) (T, error) {
	var none T
	texts := make([][]byte, len(list))
	for i, item := range list {
		texts[i] = []byte(item)
		if strings.Contains(item, "-----BEGIN ") {
			continue
		}
		var err error
		if texts[i], err = rt.keyOctets(item); err != nil {
			return none, err
		}
		if _, err = build(texts[i]); err != nil {
			return none, underFile(err, map[string]string{"recipients": item})
		}
	}
	return build(texts...)
}

// keyOctets reads a file of keys or certificates.
func (rt *Runtime) keyOctets(path string) ([]byte, error) {
	source, err := rt.source(path)
	if err != nil {
		return nil, err
	}
	f, err := source.Open()
	if err != nil {
		return nil, rt.fileError(path, err)
	}
	defer f.Close() //nolint:errcheck // opened for reading only
	return io.ReadAll(io.LimitReader(f, keyLimit))
}

// underFile gives a fault the name of the file that it is in.
func underFile(err error, files map[string]string) error {
	var fault *mime.Error
	if errors.As(err, &fault) && files[fault.Field] != "" {
		return underName(files[fault.Field], err)
	}
	return err
}

// signPart signs the body as it is now.
func (s *luaSealer) signPart(p *luaPart) error {
	if s.sign == nil {
		return &argumentError{text: "part:sign: this " + s.call + " has no key to sign with, only recipients"}
	}
	return s.apply(p, s.sign)
}

// partEncrypt is p:encrypt(recipients).
func (rt *Runtime) partEncrypt(L *lua.LState) int {
	p := rt.thisPart(L)
	s, ok := objectOf[*luaSealer](L.Get(2))
	if !ok {
		raiseArgument(L, "part:encrypt: recipients must be what mime.smime or mime.pgp makes, got "+describe(L.Get(2)))
	}
	if s.encrypt == nil {
		raiseArgument(L, fmt.Sprintf("part:encrypt: this %s has no recipients, only a key to sign with", s.call))
	}
	if err := s.apply(p, s.encrypt); err != nil {
		raise(L, err)
	}
	L.Push(L.Get(1))
	return 1
}

// apply seals the body, and tells once of each thing that is probably not meant.
func (s *luaSealer) apply(p *luaPart, to sealer) error {
	m := p.asMessage()
	before := m.Warnings()
	if err := to.Apply(m); err != nil {
		return err
	}
	for _, text := range m.Warnings() {
		if line := s.call + ": " + text; !slices.Contains(before, text) && s.rt.first(line) {
			s.rt.host.Logger.Warn(line)
		}
	}
	return nil
}
