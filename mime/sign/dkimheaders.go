package sign

import (
	"bytes"
	"slices"
	"strings"

	"moonpost/mime"
)

// signedNames are the fields that are signed when they are there, in the order of the h= tag: those that people see
// or act on. What relays add or change on the way is not among them.
func signedNames() []string { // RFC 6376 §5.4.1
	return []string{
		"From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
		"MIME-Version", "Content-Type", "Content-Transfer-Encoding",
		"Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Date", "Resent-Message-ID",
		"List-ID", "List-Help", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Subscribe", "List-Post", "List-Owner", "List-Archive", // RFC 8058 §4
		"Feedback-ID", "CFBL-Address", "CFBL-Feedback-ID", "Auto-Submitted",
	}
}

// oversignedNames are fields of which nobody may add another on the way: a reader might show the added one.
func oversignedNames() []string { // RFC 6376 §8.15
	return []string{
		"From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
		"MIME-Version", "Content-Type", "Content-Transfer-Encoding",
	}
}

// signedField says how a name is signed.
type signedField struct {
	name string
	over bool // once more than there are fields
}

// chooseFields joins the names to sign and those to sign once more. From is always among them.
func chooseFields(names, over []string) ([]signedField, error) {
	var list []signedField
	index := func(name string) int {
		return slices.IndexFunc(list, func(f signedField) bool { return strings.EqualFold(f.name, name) })
	}
	for _, name := range slices.Concat([]string{"From"}, names, over) { // RFC 6376 §5.4
		if err := checkSignedName(name); err != nil {
			return nil, err
		}
		if index(name) < 0 {
			list = append(list, signedField{name: name})
		}
	}
	for _, name := range over {
		list[index(name)].over = true
	}
	return list, nil
}

// holds tells whether a list of names has one; From is in every list.
func holds(names []string, name string) bool {
	return name == "From" || slices.ContainsFunc(names, func(s string) bool { return strings.EqualFold(s, name) })
}

// checkSignedName keeps the h= tag what it is.
func checkSignedName(name string) error {
	wrong := func(r rune) bool { return r <= ' ' || r >= 0x7F || r == ':' || r == ';' }
	switch {
	case name == "" || strings.ContainsFunc(name, wrong) || len(name) > maxName:
		return &mime.Error{Field: "headers", What: "this is not the name of a header field", Value: name}
	case strings.EqualFold(name, "DKIM-Signature"):
		return &mime.Error{Field: "headers", What: "a signature does not sign signatures", Value: name} // RFC 6376 §5.4
	}
	return nil
}

// maxName leaves room for the longest name on a line.
const maxName = 70

// selected are the fields to sign, in canonical form, and their names for the h= tag.
type selected struct {
	names  []string
	octets []byte
	author bool // From is among them
}

// choose takes the fields of one message. Of fields with the same name the last comes first.
func (d *DKIM) choose(header []byte) selected { // RFC 6376 §5.4.2
	var few [32]headerField
	fields := splitHeader(header, few[:0])
	s := selected{names: make([]string, 0, len(d.fields)), octets: make([]byte, 0, len(header)+512)}
	for n, wanted := range d.fields {
		for i := len(fields) - 1; i >= 0; i-- {
			if f := &fields[i]; len(f.name) == len(wanted.name) && bytes.EqualFold(f.name, []byte(wanted.name)) {
				s.names = append(s.names, wanted.name)
				s.octets = appendField(s.octets, *f, d.relaxedHeader)
			}
		}
		s.author = s.author || n == 0 && len(s.names) > 0 // From is the first
		if wanted.over {
			s.names = append(s.names, wanted.name)
		}
	}
	return s
}
