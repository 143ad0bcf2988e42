package mime

import "strings"

// sniffLength is how much of a source is looked at to find its type.
const sniffLength = 1024

// NewText makes a text part. An empty subtype is "plain", an empty charset is UTF-8. The text is UTF-8, or already in
// the charset when it is not valid UTF-8. Line breaks of every kind go out as CRLF; a byte order mark is dropped.
func NewText(text, subtype, charset string, o ...Option) (*Part, error) {
	if subtype == "" {
		subtype = "plain"
	}
	if err := checkSubtype(subtype); err != nil {
		return nil, err
	}
	if charset = strings.ToLower(charset); charset == "" {
		charset = utf8Name
	}
	b, err := encodeLines(strings.TrimPrefix(text, bom), charset)
	if err != nil {
		return nil, err
	}
	p, err := newPart("text/"+subtype, param{"charset", charset})
	if err != nil {
		return nil, err
	}
	p.content = b
	return p.apply(o)
}

func checkSubtype(s string) error { // RFC 2045 §5.1
	if !isToken(s) {
		return fault("Content-Type", "this is not a subtype", s)
	}
	return nil
}

// encodeLines converts text with CRLF line breaks to the charset.
func encodeLines(text, charset string) (*content, error) {
	if !isToken(charset) {
		return nil, fault("charset", "this charset is not known", charset)
	}
	wide := wideCharset(charset)
	if wide { // its line breaks cannot be found by octets
		text = string(canonical([]byte(text)))
	}
	b, err := encodeText(text, charset)
	if err != nil {
		return nil, err
	}
	if !wide {
		return lineContent(canonical(b)), nil
	}
	c := lineContent(b)
	c.lines, c.binary = false, true
	return c, nil
}

// NewImage makes an image part. An empty subtype is found by looking at the content; content of an unknown kind is
// an error then, and so is an empty image.
func NewImage(s Source, subtype string, o ...Option) (*Part, error) {
	return newMedia("image", s, subtype, o)
}

// NewAudio makes an audio part, as NewImage does.
func NewAudio(s Source, subtype string, o ...Option) (*Part, error) {
	return newMedia("audio", s, subtype, o)
}

func newMedia(major string, s Source, subtype string, o []Option) (*Part, error) {
	head, err := headOf(s, sniffLength)
	if err != nil {
		return nil, &Error{Field: major, What: "the content cannot be read", Err: err}
	}
	if len(head) == 0 {
		return nil, fault(major, "the content is empty", "")
	}
	mediaType := major + "/" + subtype
	if err := checkSubtype(subtype); err != nil && subtype != "" {
		return nil, err
	}
	if subtype == "" {
		if mediaType = sniff(head); !strings.HasPrefix(mediaType, major+"/") {
			return nil, &Error{Field: major, What: "the content is of no known " + major + " type", Advice: "give the subtype"}
		}
	}
	return newBinary(mediaType, s, o)
}

func newBinary(mediaType string, s Source, o []Option) (*Part, error) {
	p, err := newPart(mediaType)
	if err != nil {
		return nil, err
	}
	p.content = binaryContent(s)
	return p.apply(o)
}

// NewPart makes a part of any type but a multipart. An empty type is found by the ending of the file's name, else by
// the content, else it is application/octet-stream. The octets are kept exactly; a message/* part, which may not be
// encoded, must consist of lines.
func NewPart(mediaType string, s Source, o ...Option) (*Part, error) {
	if mediaType == "" {
		var err error
		if mediaType, err = guessSource(s, o); err != nil {
			return nil, err
		}
	}
	switch family(strings.ToLower(mediaType)) {
	case familyMultipart:
		return nil, &Error{Field: "Content-Type", What: "a multipart is made of parts", Value: mediaType, Advice: "use the multipart constructor"}
	case familyMessage:
		return newRawMessage(mediaType, s, o)
	default:
		return newBinary(mediaType, s, o)
	}
}

// guessSource applies the options to a throw-away part, to learn the file's name.
func guessSource(s Source, o []Option) (string, error) {
	probe, err := newBinary(octetStream, s, o)
	if err != nil {
		return "", err
	}
	if t := typeByName(probe.Filename()); t != "" {
		return t, nil
	}
	head, err := headOf(s, sniffLength)
	if err != nil {
		return "", probe.sourceError(err)
	}
	return GuessType("", head), nil
}

// newRawMessage takes a whole message as octets.
func newRawMessage(mediaType string, s Source, o []Option) (*Part, error) { // RFC 2046 §5.2.1
	p, err := newPart(mediaType)
	if err != nil {
		return nil, err
	}
	b, err := readSource(s)
	if err != nil {
		return nil, p.sourceError(err)
	}
	p.content = lineContent(canonical(b))
	if !p.content.traits.lines() {
		return nil, fault(p.MediaType(), "the message has lines of more than 998 octets, or NULs", "")
	}
	return p.apply(o)
}

// Content gives the octets of a leaf before transfer encoding, and the encoded message of a message/rfc822 part.
func (p *Part) Content() ([]byte, error) {
	switch {
	case p.multi:
		return nil, fault(p.MediaType(), "a multipart has no content of its own", "")
	case p.message != nil:
		if p.message.origin != nil {
			return p.message.octets()
		}
		return p.message.Octets(true, true)
	}
	b, err := p.content.read()
	return b, p.sourceError(err)
}

// Text gives the content of a leaf as UTF-8, converted from its charset.
func (p *Part) Text() (string, error) {
	b, err := p.Content()
	if err != nil {
		return "", err
	}
	if p.origin != nil {
		text, _ := readText(b, p.charset())
		return text, nil
	}
	return decodeText(b, charsetOf(p.header.params("content-type")))
}
