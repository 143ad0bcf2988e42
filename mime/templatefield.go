package mime

import (
	"bytes"
	"slices"
	"strings"
)

// planField is a header field with gaps.
type planField struct {
	name, key string
	kind      kind
	text      Gapped
	items     []Gapped // of a list, which join makes the value
	join      func([]string) string
	people    []GappedAddress
	optional  bool // left out when empty
	required  bool // when empty, the general code makes something else of it
	oneClick  bool // wants an https: URL
	form      shortForm
	fault     func(value string) string // tells what is wrong with a value, or ""; nil is nothing
}

// shortForm is the way in which a field is written when nothing about it is unusual.
type shortForm uint8

const (
	formGeneral shortForm = iota // there is none
	formText
	formID
	formURLs
	formPeople
)

// field appends a field as the general code would. It gives false when the message must be left to that code.
func (w *filler) field(f *planField) bool {
	switch f.form {
	case formText:
		return w.text(f)
	case formID:
		return w.id(f)
	case formURLs:
		return w.urls(f)
	case formPeople:
		return w.people(f)
	default:
		return w.generalField(f)
	}
}

func textField(name string, g Gapped, optional bool) planField {
	key := strings.ToLower(name)
	spec := specOf(name, key)
	f := planField{name: spec.name, key: key, kind: spec.kind, text: g, optional: optional}
	if spec.kind == kindText || spec.kind == kindUnknown || spec.kind == kindOpaque {
		f.form = formText
	}
	return f
}

func listField(name string, items []Gapped, join func([]string) string) planField {
	key := strings.ToLower(name)
	f := planField{name: name, key: key, kind: specOf(name, key).kind, items: items, join: join, optional: true}
	if f.kind == kindURLs {
		f.form = formURLs
	}
	return f
}

// identifierField can be written the short way when the template has the signs around the gaps.
func identifierField(g Gapped) planField {
	f := planField{name: "Message-ID", key: "message-id", kind: kindID, text: g, required: true}
	first, last := g.Texts[0], g.Texts[len(g.Texts)-1]
	open, closed := strings.HasPrefix(first, "<"), strings.HasSuffix(last, ">")
	if open != closed || first == "" && open || !strings.Contains(strings.Join(g.Texts, ""), "@") {
		return f
	}
	if !open {
		f.text.Texts = slices.Clone(g.Texts)
		f.text.Texts[0] = "<" + first
		f.text.Texts[len(g.Texts)-1] = last + ">"
	}
	f.form = formID
	return f
}

// begin appends name and colon.
func (f *planField) begin(b []byte) []byte {
	b = append(b, f.name...)
	return append(b, ": "...)
}

// text is for fields that go out as they are when they are short and of printable ASCII.
func (w *filler) text(f *planField) bool {
	start := len(w.buf)
	w.buf = f.begin(w.buf)
	from := len(w.buf)
	w.buf = f.text.append(w.buf, w.values)
	value := w.buf[from:]
	switch {
	case len(value) == 0 && f.optional:
		w.buf = w.buf[:start]
		return true
	case len(w.buf)-start > lineSoft || !within(value, classText) || blankEnds(value) || bytes.Contains(value, []byte("=?")):
		w.buf = w.buf[:start]
		return w.generalField(f)
	}
	w.buf = append(w.buf, "\r\n"...)
	return true
}

func blankEnds(b []byte) bool {
	return len(b) > 0 && (b[0] == ' ' || b[len(b)-1] == ' ')
}

// generalField leaves the field to the general code.
func (w *filler) generalField(f *planField) bool {
	value := f.value(w.values)
	if f.fault != nil && f.fault(value) != "" {
		return false
	}
	if value == "" {
		return f.optional || !f.required && w.general(f.name, value)
	}
	return w.general(f.name, value)
}

func (w *filler) general(name, value string) bool {
	f, err := newField(name, value)
	if err != nil || f.wire == nil {
		return false
	}
	w.buf = append(w.buf, f.wire...)
	return true
}

// value fills the field.
func (f *planField) value(values []string) string {
	if f.join == nil {
		return f.text.fill(values)
	}
	return f.join(filling{values: values}.texts(f.items, ""))
}

// id is for an identifier whose brackets are in the template.
func (w *filler) id(f *planField) bool {
	start := len(w.buf)
	w.buf = f.begin(w.buf)
	from := len(w.buf) + 1
	w.buf = f.text.append(w.buf, w.values)
	if len(w.buf)-start > lineHard || !within(w.buf[from:len(w.buf)-1], classID) {
		w.buf = w.buf[:start]
		return w.generalField(f)
	}
	w.buf = append(w.buf, "\r\n"...)
	return true
}

// urls writes a list of URLs, folded between them.
func (w *filler) urls(f *planField) bool {
	start := len(w.buf)
	w.buf = f.begin(w.buf)
	line, secure := start, false
	for i := range f.items {
		if i > 0 {
			w.buf = append(w.buf, ", "...)
		}
		from := len(w.buf)
		w.buf = append(w.buf, '<')
		w.buf = f.items[i].append(w.buf, w.values)
		url := w.buf[from+1:]
		if len(url) > 0 && url[0] == '<' { // brackets of the template's own
			if url[len(url)-1] != '>' {
				url = nil
			} else {
				w.buf = append(w.buf[:from], url...)
				url = w.buf[from+1 : len(w.buf)-1]
			}
		} else {
			w.buf = append(w.buf, '>')
		}
		if !plainURL(url) {
			w.buf = w.buf[:start]
			return (!f.oneClick || f.secure(w.values)) && w.generalField(f)
		}
		secure = secure || len(url) > len("https:") && bytes.EqualFold(url[:len("https:")], []byte("https:"))
		end := len(w.buf)
		if i < len(f.items)-1 {
			end++ // the comma
		}
		if i > 0 && end-line > lineSoft {
			w.buf = append(w.buf, 0, 0)
			copy(w.buf[from+1:], w.buf[from-1:len(w.buf)-2])
			copy(w.buf[from-1:], "\r\n ")
			line = from + 1
		}
	}
	w.buf = append(w.buf, "\r\n"...)
	return secure || !f.oneClick
}

// secure tells whether there is a URL for one-click unsubscription.
func (f *planField) secure(values []string) bool {
	return slices.ContainsFunc(f.items, func(g Gapped) bool { return isSecure(g.fill(values)) })
}

func plainURL(url []byte) bool {
	at := bytes.IndexByte(url, ':')
	return at > 0 && at < len(url)-1 && len(url) < lineHard-lineSoft && within(url, classURL) && within(url[:at], classDomain)
}
