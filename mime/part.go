package mime

import (
	"slices"
	"strings"
	"sync/atomic"
)

// Part is a leaf with content, a multipart with children, or a message within a message.
//
// A part may stand in many messages, which then share its encoded octets. Changing a part is not safe while another
// goroutine reads it; Message.Snapshot makes what other goroutines may use.
type Part struct {
	header   *Header
	content  *content // of a leaf
	message  *Message // of a message/rfc822
	multi    bool
	children []*Part
	preamble string
	epilogue string
	boundary atomic.Pointer[string] // fixed when first needed, or given
	named    bool                   // the boundary was given
	placed   bool                   // the disposition was asked for
	strict   bool                   // no legacy name= for a file's name beyond ASCII
	origin   *origin                // what it was read from, or nil
	replaced bool                   // has other content than was read
	enclosed bool                   // its body was signed or encrypted by Enclose
	lock     string                 // why nothing of it can be changed, when it is below such a body
}

func newPart(mediaType string, list ...param) (*Part, error) {
	p := &Part{header: &Header{fields: make([]field, 0, 4)}}
	value, err := parseParams("Content-Type", mediaType)
	if err != nil {
		return nil, err
	}
	value.list = append(value.list, list...)
	if err := p.header.setParams("Content-Type", value); err != nil {
		return nil, err
	}
	p.header.part = p
	return p, nil
}

// Header gives the part's own header, the message's when the part is its root.
func (p *Part) Header() *Header { return p.header }

// MediaType is the type in lower case, without parameters: "text/plain".
func (p *Part) MediaType() string { return p.header.params("content-type").value }

// IsMultipart tells whether the part has children instead of content.
func (p *Part) IsMultipart() bool { return p.multi }

// Children are the parts of a multipart, in order. The slice is the part's own: use Attach to add to it.
func (p *Part) Children() []*Part { return p.children }

// Message is the message that a message/rfc822 part holds, or nil.
func (p *Part) Message() *Message { return p.message }

// Filename is the decoded name of the file, or "".
func (p *Part) Filename() string {
	if name, ok := p.header.params("content-disposition").get("filename"); ok {
		return name
	}
	name, _ := p.header.params("content-type").get("name")
	return name
}

// Disposition is "inline", "attachment", another word, or "" when the part has none.
func (p *Part) Disposition() string { return p.header.params("content-disposition").value }

// CID is the content identifier without angle brackets, or "".
func (p *Part) CID() string {
	id, _ := p.header.Get("Content-ID")
	return strings.Trim(id, "<>")
}

// SetCID sets the content identifier, with or without angle brackets; "" removes it.
func (p *Part) SetCID(id string) error {
	if id == "" {
		err := p.header.Changeable("Content-ID")
		p.header.Del("Content-ID")
		return err
	}
	return p.header.Set("Content-ID", id)
}

// SetFilename sets the name of the file, of which only the last element of a path is kept; "" removes it.
// A part without a disposition becomes an attachment, or an inline part when it has a content identifier.
func (p *Part) SetFilename(name string) error {
	d := p.header.params("content-disposition")
	if name == "" {
		if d.value == "" {
			return nil
		}
		return p.setDisposition(d.without("filename"))
	}
	if d.value == "" {
		d = &params{value: p.defaultDisposition()}
	}
	return p.setDisposition(d.with("filename", name))
}

func (p *Part) defaultDisposition() string {
	if p.CID() != "" {
		return "inline"
	}
	return "attachment"
}

// setDisposition checks the filename and keeps the legacy name= of the Content-Type in step with it.
func (p *Part) setDisposition(d *params) error {
	d, err := p.tidyDisposition(d)
	if err != nil {
		return err
	}
	return p.header.setParams("Content-Disposition", d)
}

func (p *Part) tidyDisposition(d *params) (*params, error) {
	t := p.header.params("content-type").without("name")
	if name, ok := d.get("filename"); ok {
		if name = baseName(name); name == "" || name == "." || name == ".." {
			return nil, fault("filename", "the path has no last element", name)
		}
		if err := checkParam("Content-Disposition", param{"filename", name}); err != nil {
			return nil, err
		}
		d = d.with("filename", name)
		if !isASCII(name) && !p.strict {
			t = t.with("name", name)
		}
	}
	if old := p.header.params("content-type"); slices.Equal(t.list, old.list) {
		return d, nil
	}
	return d, p.header.setParams("Content-Type", t)
}

// baseName keeps the last element of a path: of any with a slash, and of one that begins as paths of Windows do.
func baseName(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	drive := len(name) > 2 && isAlnum(name[0]) && name[1] == ':' && name[2] == '\\'
	if drive || strings.HasPrefix(name, `\\`) {
		name = name[strings.LastIndexByte(name, '\\')+1:]
	}
	return name
}

// SetParam sets a parameter of the Content-Type. The charset of a text and whether a part is a multipart are settled
// when the part is made.
func (p *Part) SetParam(name, value string) error {
	name = strings.ToLower(name)
	if err := checkParam("Content-Type", param{name, value}); err != nil {
		return err
	}
	f, err := emptyField("Content-Type")
	if err != nil {
		return err
	}
	f.params = p.header.params("content-type").with(name, value)
	return p.header.put(f)
}

// admit checks that a field which is about to be set fits the part.
func (p *Part) admit(f field) (field, error) {
	var err error
	switch f.key {
	case "content-type":
		f.params, err = p.admitType(f.params)
	case "content-disposition":
		p.placed = true
		f.params, err = p.tidyDisposition(f.params)
	case "content-transfer-encoding":
		return f, p.admitEncoding(f.text)
	default:
		return f, nil
	}
	if err != nil {
		return f, err
	}
	f.text = f.params.text()
	return f.rendered()
}

func (p *Part) admitType(t *params) (*params, error) {
	old := p.header.params("content-type")
	if family(t.value) != family(old.value) {
		return nil, &Error{Field: "Content-Type", What: "a " + old.value + " part cannot become one of this type", Value: t.value}
	}
	if was, now := charsetOf(old), charsetOf(t); p.content != nil && p.content.lines && family(t.value) == familyText && now != was {
		if _, given := t.get("charset"); given {
			return nil, &Error{Field: "Content-Type", What: "the charset of a text is settled when the text is set", Value: now}
		}
		t = t.with("charset", was)
	}
	if boundary, given := t.get("boundary"); given && p.multi {
		if err := checkBoundary(boundary); err != nil {
			return nil, err
		}
		p.boundary.Store(&boundary)
		p.named = true
		t = t.without("boundary")
	}
	if name := p.Filename(); name != "" && !isASCII(name) && !p.strict {
		t = t.with("name", name)
	}
	return t, nil
}

// typeFamily groups the media types between which a part may change.
type typeFamily uint8

const (
	familyOther typeFamily = iota
	familyText
	familyMultipart
	familyMessage
)

func family(mediaType string) typeFamily {
	switch major, _, _ := strings.Cut(mediaType, "/"); major {
	case "text":
		return familyText
	case "multipart":
		return familyMultipart
	case "message":
		return familyMessage
	default:
		return familyOther
	}
}

func charsetOf(t *params) string {
	name, _ := t.get("charset")
	return strings.ToLower(name)
}

// asRoot gives a copy whose header becomes that of another message: what a message that was read says of itself, its
// recipients above all, stays behind.
func (p *Part) asRoot() *Part {
	q := p.Clone()
	if q.origin == nil || q.Locked() != "" {
		return q
	}
	q.header.fields = slices.DeleteFunc(q.header.fields, func(f field) bool { return !f.describes() && f.key != "mime-version" })
	if len(q.origin.lead) > 0 {
		o := *q.origin
		o.lead, q.origin = nil, &o
	}
	return q
}

// Clone gives a copy that can be changed without touching p. Contents, which never change, are shared.
func (p *Part) Clone() *Part {
	q := &Part{
		header: p.header.Clone(), content: p.content, multi: p.multi,
		preamble: p.preamble, epilogue: p.epilogue, named: p.named, placed: p.placed, strict: p.strict,
		origin: p.origin, replaced: p.replaced, enclosed: p.enclosed, lock: p.lock,
	}
	q.header.part = q
	q.boundary.Store(p.boundary.Load())
	if p.message != nil {
		q.message = p.message.copy()
	}
	if len(p.children) > 0 {
		q.children = make([]*Part, len(p.children))
		for i, child := range p.children {
			q.children[i] = child.Clone()
		}
	}
	return q
}
