package sign

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"moonpost/mime"
)

// DKIMOptions say in whose name messages are signed, and how.
type DKIMOptions struct {
	Domain   string // d=; an international one may be given as people write it
	Selector string // s=; where in the domain the public key is
	Key      []byte // see ParseKey

	Canonicalization string        // of header and body, "relaxed/relaxed" unless given
	Headers          []string      // fields to sign; nil are those that are recommended
	Oversign         []string      // fields of which none may be added; nil are those that readers show
	Identity         string        // i=: "user@domain" or "@domain", in Domain or below it; "" leaves it out
	Expires          time.Duration // x=: how long after signing the signature holds; 0 is for ever

	Bodies *BodyHashes // to share with other signers; nil makes one
}

// DKIM signs messages by RFC 6376: with RSA and SHA-256, or, by RFC 8463, with Ed25519. It is a mime.Signer.
type DKIM struct {
	domain, selector string
	algorithm        string
	key              crypto.Signer
	kind, public     string

	relaxedHeader, relaxedBody bool
	fields                     []signedField
	identity                   string
	expires                    time.Duration
	bodies                     *BodyHashes
	begin                      tagWriter // of the signature: what is always the same
	last                       atomic.Pointer[signature]
}

// signature is the last one that was made. A message that goes to many recipients as it is needs no other.
type signature struct {
	digest [sha256.Size]byte
	text   string
}

// NewDKIM checks the options. The error is a *mime.Error and shows nothing of the key.
func NewDKIM(o DKIMOptions) (*DKIM, error) {
	d := &DKIM{expires: o.Expires, bodies: o.Bodies}
	if d.bodies == nil {
		d.bodies = &BodyHashes{}
	}
	for _, set := range []func(*DKIMOptions) error{d.setPlace, d.setKey, d.setForm, d.setFields} {
		if err := set(&o); err != nil {
			return nil, err
		}
	}
	d.begin = d.beginning()
	return d, nil
}

func (d *DKIM) setPlace(o *DKIMOptions) (err error) {
	if d.domain, err = dnsName("domain", o.Domain); err != nil {
		return err
	}
	if d.selector, err = dnsName("selector", o.Selector); err != nil {
		return err
	}
	if len(d.RecordName()) > 253 { // RFC 1035 §2.3.4
		return &mime.Error{Field: "selector", What: "the name of the DNS record is too long", Value: d.RecordName()}
	}
	if o.Identity != "" {
		d.identity, err = d.identityTag(o.Identity)
	}
	return err
}

// dnsName checks a name and gives it in A-labels.
func dnsName(what, name string) (string, error) { // RFC 6376 §3.5
	if name == "" {
		return "", &mime.Error{Field: what, What: "it is missing"}
	}
	ascii, err := mime.ASCIIDomain(name)
	if err != nil || strings.HasPrefix(name, "[") {
		return "", &mime.Error{Field: what, What: "this is not a name for DNS", Value: name}
	}
	return strings.ToLower(ascii), nil
}

func (d *DKIM) setKey(o *DKIMOptions) (err error) {
	if d.key, err = ParseKey(o.Key); err != nil {
		return err
	}
	if d.kind, d.public, err = publicText(d.key); err != nil {
		return &mime.Error{Field: "key", What: "the key has no public half", Err: err}
	}
	d.algorithm = d.kind + "-sha256" // RFC 8301 §3.1
	return nil
}

func (d *DKIM) setForm(o *DKIMOptions) error {
	form := o.Canonicalization
	if form == "" {
		form = "relaxed/relaxed"
	}
	header, body, both := strings.Cut(form, "/")
	if !both {
		body = "simple" // RFC 6376 §3.5
	}
	for _, name := range []string{header, body} {
		if name != "relaxed" && name != "simple" {
			return &mime.Error{Field: "canonicalization", What: "this is not a canonicalization", Value: o.Canonicalization, Advice: `use "relaxed/relaxed"`}
		}
	}
	d.relaxedHeader, d.relaxedBody = header == "relaxed", body == "relaxed"
	if d.expires != 0 && d.expires < time.Second {
		return &mime.Error{Field: "expires", What: "a signature holds for at least a second", Value: d.expires.String()}
	}
	return nil
}

func (d *DKIM) setFields(o *DKIMOptions) (err error) {
	names, over := o.Headers, o.Oversign
	if names == nil {
		names = signedNames()
	}
	if over == nil {
		over = slices.DeleteFunc(oversignedNames(), func(name string) bool { return !holds(names, name) })
	}
	d.fields, err = chooseFields(names, over)
	return err
}

// Domain is the d= tag, in A-labels.
func (d *DKIM) Domain() string { return d.domain }

// Selector is the s= tag.
func (d *DKIM) Selector() string { return d.selector }

// Algorithm is the a= tag: "rsa-sha256" or "ed25519-sha256".
func (d *DKIM) Algorithm() string { return d.algorithm }

// Warning tells what speaks against the key, or is "".
func (d *DKIM) Warning() string { return weakness(d.key) }

// Vouches tells whether the signing domain and the author's belong together as DMARC sees it. Which domains belong to
// one organization is a long list; two of which one is below the other, or which are beside each other below a third
// that is not a top level domain, are taken to.
func (d *DKIM) Vouches(author string) bool { // RFC 7489 §3.1.1
	_, ours, _ := strings.Cut(d.domain, ".")
	_, theirs, _ := strings.Cut(author, ".")
	return within(author, d.domain) || within(d.domain, author) || ours == theirs && strings.Contains(ours, ".")
}

// within tells whether name is the domain or below it.
func within(name, domain string) bool {
	return name == domain || strings.HasSuffix(name, "."+domain)
}

// Exact tells whether every blank of the body counts.
func (d *DKIM) Exact() bool { return !d.relaxedBody }

// Sign gives the DKIM-Signature field.
func (d *DKIM) Sign(s *mime.Signing) ([]byte, error) { // RFC 6376 §3.7
	hash, err := d.bodies.of(s, d.relaxedBody)
	if err != nil {
		return nil, err
	}
	chosen := d.choose(s.Header)
	if !chosen.author { // RFC 6376 §5.4
		return nil, &mime.Error{Field: "From", What: "a message without an author cannot be signed"}
	}
	field := d.unsigned(s.Time, chosen.names, hash)
	own := headerField{name: field[:len(fieldName)], raw: field}
	data := appendField(chosen.octets, own, d.relaxedHeader)
	if d.relaxedHeader {
		data = data[:len(data)-len("\r\n")] // the signature itself is hashed without its end
	}
	text, err := d.sign(sha256.Sum256(data))
	if err != nil {
		return nil, err
	}
	return appendSignature(field, text), nil
}

// sign gives the b= tag's value without folds.
func (d *DKIM) sign(digest [sha256.Size]byte) (string, error) {
	if last := d.last.Load(); last != nil && last.digest == digest {
		return last.text, nil
	}
	var octets []byte
	var err error
	if key, ok := d.key.(ed25519.PrivateKey); ok {
		octets = ed25519.Sign(key, digest[:]) // RFC 8463 §3
	} else if octets, err = d.key.Sign(nil, digest[:], crypto.SHA256); err != nil { // RFC 6376 §3.3.3
		return "", &mime.Error{Field: "key", What: "the key cannot sign", Err: err}
	}
	made := &signature{digest, base64.StdEncoding.EncodeToString(octets)}
	d.last.Store(made)
	return made.text, nil
}
