package mime

import (
	"bytes"
	"slices"
	"strings"
)

// ReportSpec describes a multipart/report.
type ReportSpec struct {
	Type        string        // "delivery-status", "disposition-notification" or "feedback-report"
	Text        string        // for people
	Groups      [][][2]string // the fields for programs: of the message and of each recipient, or the one group of the others
	Original    *Message      // what the report is about; may be nil
	HeadersOnly bool          // return the header of the original alone
}

// NewReport builds a multipart/report: the text, the fields, and the original. Fields go out in the order given; the
// types that nearly all values have ("rfc822;", "dns;", "smtp;") and a feedback report's version are put in where they
// are missing. The error is an *Error.
func NewReport(s ReportSpec, o ...Option) (*Part, error) { // RFC 6522 §3
	form, known := reportForms[s.Type]
	if !known {
		return nil, &Error{Field: "report type", What: "there is no such report", Value: s.Type, Advice: `use "delivery-status", "disposition-notification" or "feedback-report"`}
	}
	text, err := NewText(s.Text, "plain", "")
	if err != nil {
		return nil, err
	}
	fields, err := form.part("message/"+s.Type, s.Groups)
	if err != nil {
		return nil, err
	}
	parts := []*Part{text, fields}
	if s.Original != nil {
		original, err := returned(s.Original, s.HeadersOnly)
		if err != nil {
			return nil, err
		}
		parts = append(parts, original)
	}
	return NewMultipart("report", parts, append([]Option{WithParam("report-type", s.Type)}, o...)...)
}

// reportForm is what the fields of one type of report must be.
type reportForm struct {
	message   []string // needed in the first group
	recipient []string // needed in each further group; nil when there is only one
	check     func(name, value string) string
}

var reportForms = map[string]reportForm{
	"delivery-status":          {message: []string{"Reporting-MTA"}, recipient: []string{"Final-Recipient", "Action", "Status"}, check: statusFault}, // RFC 3464 §2.2, RFC 3464 §2.3
	"disposition-notification": {message: []string{"Final-Recipient", "Disposition"}, check: dispositionFault},                                       // RFC 8098 §3.2
	"feedback-report":          {message: []string{"Feedback-Type", "User-Agent", "Version"}},                                                        // RFC 5965
}

// part makes the part for programs.
func (form reportForm) part(mediaType string, groups [][][2]string) (*Part, error) {
	switch {
	case form.recipient != nil && len(groups) < 2:
		return nil, &Error{Field: "fields", What: "a group of fields for the message and one for each recipient are needed"}
	case form.recipient == nil && len(groups) != 1:
		return nil, &Error{Field: "fields", What: "exactly one group of fields is needed"}
	}
	var b []byte
	for i, group := range groups {
		needed := form.message
		if i > 0 {
			b, needed = append(b, "\r\n"...), form.recipient
		}
		if slices.Contains(needed, "Version") && !groupHas(group, "Version") {
			group = append(slices.Clip(group), [2]string{"Version", "1"}) // RFC 5965
		}
		var err error
		if b, err = form.group(b, group, needed); err != nil {
			return nil, err
		}
	}
	return NewPart(mediaType, Bytes(b))
}

// group appends the fields of one group.
func (form reportForm) group(b []byte, group [][2]string, needed []string) ([]byte, error) {
	for _, name := range needed {
		if !groupHas(group, name) {
			return nil, &Error{Field: name, What: "the report lacks this field"}
		}
	}
	for _, f := range group {
		value := withType(f[0], f[1])
		if !isASCII(value) {
			return nil, &Error{Field: f[0], What: "the fields of a report are ASCII", Value: value, Advice: `write an address as "utf-8; j\x{F6}rg@example.org"`} // RFC 6533 §3
		}
		if form.check != nil {
			if what := form.check(f[0], value); what != "" {
				return nil, fault(f[0], what, value)
			}
		}
		field, err := reportLine(f[0], value)
		if err != nil {
			return nil, err
		}
		b = append(b, field.wire...)
	}
	return b, nil
}

// reportLine makes a field that is folded at blanks and never encoded.
func reportLine(name, value string) (field, error) {
	f, err := emptyField(name)
	if err != nil {
		return f, err
	}
	if err := checkText(name, value); err != nil {
		return f, err
	}
	f.name, f.kind, f.text = name, kindOpaque, strings.Trim(value, " \t")
	return f.rendered()
}

func groupHas(group [][2]string, name string) bool {
	return slices.ContainsFunc(group, func(f [2]string) bool { return strings.EqualFold(f[0], name) })
}

// withType puts the usual type before a value that has none.
func withType(name, value string) string { // RFC 3464 §2.1.2
	usual := map[string]string{
		"original-recipient": "rfc822", "final-recipient": "rfc822", "reporting-mta": "dns", "received-from-mta": "dns",
		"remote-mta": "dns", "dsn-gateway": "dns", "mdn-gateway": "dns", "diagnostic-code": "smtp",
	}[strings.ToLower(name)]
	if kind, _ := typed(value); usual == "" || kind != "" {
		return value
	}
	return usual + "; " + value
}

func statusFault(name, value string) string {
	switch strings.ToLower(name) {
	case "action":
		if !slices.Contains([]string{"failed", "delayed", "delivered", "relayed", "expanded"}, strings.ToLower(value)) { // RFC 3464 §2.3.3
			return "the action is none of failed, delayed, delivered, relayed and expanded"
		}
	case "status":
		if !isStatus(firstWord(value)) { // RFC 3464 §2.3.4
			return "this is not a status such as 5.1.1"
		}
	}
	return ""
}

func dispositionFault(name, value string) string {
	if mode, what := typedMode(value); strings.EqualFold(name, "Disposition") && (mode == "" || what == "") { // RFC 8098 §3.2.6
		return `this is not a disposition such as "manual-action/MDN-sent-manually; displayed"`
	}
	return ""
}

func typedMode(value string) (mode, what string) {
	mode, what, _ = strings.Cut(value, ";")
	action, sending, _ := strings.Cut(strings.TrimSpace(mode), "/")
	if !isToken(action) || !isToken(sending) {
		return "", ""
	}
	return mode, strings.TrimSpace(what)
}

// returned is the original as a report brings it back.
func returned(m *Message, headersOnly bool) (*Part, error) {
	if !headersOnly {
		return NewMessagePart(m)
	}
	b, err := m.Octets(false, m.needsUTF8())
	if err != nil {
		return nil, err
	}
	if i := bytes.Index(b, []byte("\r\n\r\n")); i >= 0 {
		b = b[:i+2]
	}
	p, err := newPart("text/rfc822-headers") // RFC 6522 §4
	if err != nil {
		return nil, err
	}
	p.content = lineContent(b)
	return p, nil
}
