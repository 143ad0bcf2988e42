package mime

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// origin is what a part was read from. It never changes, so clones share it.
type origin struct {
	entity []byte // header, blank line and body
	lead   []byte // before the header: a byte order mark, the line of an mbox
	gap    []byte // the blank line; empty when there is none
	body   []byte // encoded
	eol    string // the line break in use

	// Of a part that was read in a multipart.
	parent *origin
	before []byte // the delimiter before it, when it was not the first

	// Of a multipart.
	opening []byte // preamble and first delimiter
	closing []byte // last delimiter and epilogue

	boundary string // as the header tells it
	usual    string // the media type of a part that does not tell its own
	coding   coding
	packed   []byte // decoded, the octets of a message/rfc822 part that was encoded against the rules
	lock     string // why neither content nor header can be changed, or ""
	defects  []Defect
}

const (
	lockSigned    = "the part is signed"
	lockEncrypted = "the part is encrypted"
	lockVerbatim  = "the octets of the part are fixed"
)

// Locked tells why neither the content nor the header of the part can be changed: it is signed, or given as octets.
// It is "" for all others.
func (p *Part) Locked() string {
	if p.origin == nil {
		return p.lock
	}
	return p.origin.lock
}

// innerLock is the lock of the parts below p.
func (p *Part) innerLock() string {
	if p.origin == nil && !p.enclosed || p.Locked() != "" {
		return p.Locked()
	}
	switch p.MediaType() {
	case "multipart/signed":
		return lockSigned // RFC 1847 §2.1
	case "multipart/encrypted":
		return lockEncrypted // RFC 1847 §2.2
	default:
		return ""
	}
}

// sealed tells why the content cannot be changed.
func (p *Part) sealed() string {
	if lock := p.innerLock(); lock != "" {
		return lock
	}
	if (p.origin != nil || p.enclosed) && slices.Contains([]string{"application/pkcs7-mime", "application/x-pkcs7-mime"}, p.MediaType()) {
		return lockEncrypted // RFC 8551 §3.2
	}
	return ""
}

// unlocked fails when the header cannot be changed. The fields that tell how to read sealed content stay as well.
func (h *Header) unlocked(name, key string) error {
	if h.part == nil || h.part.origin == nil && !h.part.enclosed && h.part.lock == "" {
		return nil
	}
	why := h.part.Locked()
	if why == "" && (key == "content-type" || key == "content-transfer-encoding") {
		why = h.part.sealed()
	}
	if why == "" {
		return nil
	}
	return &Error{Field: name, What: why + ", so the field cannot be changed"}
}

// Changeable tells why a field cannot be set or deleted; nil when it can.
func (h *Header) Changeable(name string) error { return h.unlocked(name, lower(name)) }

// note records a defect; where is the field, or "".
func (o *origin) note(code, where, text string) {
	o.defects = append(o.defects, Defect{Code: code, Where: where, Text: text})
}

// weight is the encoding that a leaf as it was read amounts to.
func (o *origin) weight() encoding {
	if has8Bit(o.body) {
		return enc8Bit
	}
	return enc7Bit
}

// wireBoundary is the boundary as it may travel: the one that was read, or one made of the octets' digest when that
// holds what no boundary may hold.
func (o *origin) wireBoundary() string {
	if checkBoundary(o.boundary) == nil || len(o.boundary) < lineSoft && isPrintable(o.boundary) {
		return o.boundary
	}
	sum := sha256.Sum256(o.entity)
	return "=_" + hex.EncodeToString(sum[:16])
}

func isPrintable(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
