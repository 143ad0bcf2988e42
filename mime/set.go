package mime

import (
	"slices"
	"strings"
)

// Set replaces the content of a leaf. A text is UTF-8, or already in the part's charset when it is not valid UTF-8;
// its line breaks go out as CRLF. A text that was read becomes UTF-8 when its charset cannot hold the new one; that
// of a built one is an error then, for it was asked for. All other leaves, and texts that are attached files, take
// the octets as they are. Signed and encrypted content cannot be changed. The error is an *Error.
func (p *Part) Set(content string) error {
	if why := p.sealed(); why != "" {
		return &Error{Field: p.describe(), What: why + ", so the content cannot be changed"}
	}
	if p.multi || p.message != nil {
		return &Error{Field: p.MediaType(), What: "only a leaf has content", Advice: "set the parts within"}
	}
	c, label, err := p.newContent(content)
	if err != nil {
		return err
	}
	if label != "" {
		if err := p.header.setParams("Content-Type", p.header.params("content-type").with("charset", label)); err != nil {
			return err
		}
	}
	p.content, p.replaced = c, true
	return nil
}

// newContent makes the content; label is the charset to be named, when that changes.
func (p *Part) newContent(text string) (c *content, label string, err error) {
	switch family(p.MediaType()) {
	case familyText:
		if p.content.lines || p.origin != nil && p.Disposition() != "attachment" {
			return p.newText(strings.TrimPrefix(text, bom))
		}
	case familyMessage:
		if c = lineContent(canonical([]byte(text))); !c.traits.lines() {
			return nil, "", fault(p.MediaType(), "the message has lines of more than 998 octets, or NULs", "")
		}
		return c, "", nil
	case familyMultipart:
		return nil, "", fault(p.MediaType(), "the multipart could not be taken apart, so it has no content to set", "")
	}
	return octetContent([]byte(text)), "", nil
}

// octetContent is for octets in memory that mean nothing to the builder.
func octetContent(b []byte) *content {
	return &content{source: Bytes(b), data: b, binary: true, traits: scan(b), size: int64(len(b))}
}

func (p *Part) newText(text string) (c *content, label string, err error) {
	given := p.charset()
	name := given
	if p.origin != nil {
		if name = charsetName(given); name == "" {
			name = asciiName
		}
	}
	if c, err = encodeLines(text, name); err == nil || p.origin == nil || name == utf8Name {
		return c, "", err
	}
	c, err = encodeLines(text, utf8Name)
	return c, utf8Name, err
}

// Remove takes a part out of a multipart. The error is an *Error, when it is not there or the multipart is signed.
func (p *Part) Remove(child *Part) error {
	if why := p.innerLock(); why != "" {
		return &Error{Field: p.MediaType(), What: why + ", so no part can be removed"}
	}
	i := slices.Index(p.children, child)
	if i < 0 {
		return &Error{Field: p.MediaType(), What: "the part is not one of the multipart's"}
	}
	p.children = slices.Delete(slices.Clone(p.children), i, i+1)
	return nil
}

// recode settles a transfer encoding that was asked for, for a leaf that was read.
func (p *Part) recode(name string) error {
	q := p.leafForWire()
	if err := q.admitEncoding(name); err != nil {
		return err
	}
	p.content, p.replaced = q.content, true
	return nil
}
