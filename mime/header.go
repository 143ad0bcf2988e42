package mime

import (
	"iter"
	"slices"
	"strings"
	"time"
)

// Header is the fields of a part or a message, in the order in which they were set. Names are compared without
// regard to case and go out in their conventional casing. Values are decoded text; the header encodes and folds.
type Header struct {
	fields []field
	part   *Part // whose header it is; sees to it that Content-* fields fit the content
}

// Set replaces all fields of a name by one, which takes the place of the first. The error is an *Error that names
// the field and the value.
func (h *Header) Set(name, value string) error {
	f, err := newField(name, value)
	if err != nil {
		return err
	}
	return h.put(f)
}

// Add appends a field. Fields that may stand in a header only once are refused when there is one already.
func (h *Header) Add(name, value string) error {
	f, err := newField(name, value)
	if err != nil {
		return err
	}
	return h.add(f, value)
}

// AddRaw appends a field that was encoded and folded elsewhere, such as a signature: the octets go out as they are.
// They are "Name: value", folded lines and the final CRLF; anything that is not exactly one field is refused, and so
// are fields of addresses, dates, identifiers and Content-Type.
func (h *Header) AddRaw(raw string) error {
	f, err := newRawField(raw)
	if err != nil {
		return err
	}
	return h.add(f, raw)
}

func (h *Header) add(f field, value string) error {
	if err := h.unlocked(f.name, f.key); err != nil {
		return err
	}
	if !specOf(f.name, f.key).repeat {
		if h.index(f.key) >= 0 { // RFC 5322 §3.6
			return &Error{Field: f.name, What: "the field may stand there only once", Value: value, Advice: "set it instead of adding it"}
		}
		return h.put(f)
	}
	h.fields = append(h.fields, f)
	return nil
}

// SetAddresses is Set for an address field; names and addresses are taken as they are.
func (h *Header) SetAddresses(name string, list []Address) error {
	f, err := addressField(name, list)
	if err != nil {
		return err
	}
	return h.put(f)
}

func addressField(name string, list []Address) (field, error) {
	f, err := emptyField(name)
	if err != nil {
		return f, err
	}
	if f.kind != kindAddresses && f.kind != kindMailbox {
		return f, fault(f.name, "the field does not hold addresses", "")
	}
	if len(list) == 0 {
		return f, fault(f.name, "the list of addresses is empty", "")
	}
	for _, a := range list {
		box, err := checkMailbox(f.name, a)
		if err != nil {
			return f, err
		}
		f.groups = append(f.groups, group{boxes: []mailbox{box}})
	}
	return f.addresses(nil)
}

// SetDate is Set for a date field, with the offset of t's location.
func (h *Header) SetDate(name string, t time.Time) error {
	f, err := emptyField(name)
	if err != nil {
		return err
	}
	if f.kind != kindDate {
		return fault(f.name, "the field does not hold a date", "")
	}
	if t.IsZero() {
		return fault(f.name, "the date is not set", "")
	}
	if err := checkYear(f.name, t); err != nil {
		return err
	}
	f.text = t.Format(dateLayout)
	if f, err = f.rendered(); err != nil {
		return err
	}
	return h.put(f)
}

// put places a field where its name stands first and drops the others of that name.
func (h *Header) put(f field) error {
	if err := h.unlocked(f.name, f.key); err != nil {
		return err
	}
	if h.part != nil {
		var err error
		if f, err = h.part.admit(f); err != nil {
			return err
		}
	}
	h.place(f)
	return nil
}

func (h *Header) place(f field) {
	first := h.index(f.key)
	if first < 0 {
		h.fields = append(h.fields, f)
		return
	}
	h.fields[first] = f
	rest := slices.DeleteFunc(h.fields[first+1:], func(x field) bool { return x.key == f.key })
	h.fields = h.fields[:first+1+len(rest)]
}

func (h *Header) index(key string) int {
	for i := range h.fields {
		if h.fields[i].key == key {
			return i
		}
	}
	return -1
}

func (h *Header) find(key string) *field {
	if i := h.index(key); i >= 0 {
		return &h.fields[i]
	}
	return nil
}

// Get gives the decoded value of the first field of a name.
func (h *Header) Get(name string) (value string, ok bool) {
	if f := h.find(strings.ToLower(name)); f != nil {
		return f.text, true
	}
	return "", false
}

// All gives the decoded values of all fields of a name, in order.
func (h *Header) All(name string) []string {
	var list []string
	key := strings.ToLower(name)
	for i := range h.fields {
		if h.fields[i].key == key {
			list = append(list, h.fields[i].text)
		}
	}
	return list
}

// Addresses gives the mailboxes of an address field, the members of groups among them.
func (h *Header) Addresses(name string) []Address {
	var list []Address
	if f := h.find(strings.ToLower(name)); f != nil {
		for _, box := range mailboxes(f.groups) {
			list = append(list, Address{Name: box.name, Address: box.local + "@" + box.domain})
		}
	}
	return list
}

// Del removes all fields of a name. The Content-Type of a part stays: without it nobody could read the part. So do
// fields that Changeable tells of.
func (h *Header) Del(name string) {
	key := strings.ToLower(name)
	if h.part != nil && key == "content-type" || h.unlocked(name, key) != nil {
		return
	}
	h.fields = slices.DeleteFunc(h.fields, func(f field) bool { return f.key == key })
}

// Fields gives names and decoded values in order.
func (h *Header) Fields() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for i := range h.fields {
			if h.fields[i].name != "" && !yield(h.fields[i].name, h.fields[i].text) {
				return
			}
		}
	}
}

// Len is the number of fields.
func (h *Header) Len() int { return len(h.fields) }

// Clone gives a header of its own with the same fields.
func (h *Header) Clone() *Header { return &Header{fields: slices.Clone(h.fields)} }

// params gives the value and the parameters of a field, or an empty one.
func (h *Header) params(key string) *params {
	if f := h.find(key); f != nil && f.params != nil {
		return f.params
	}
	if key == "content-type" && h.part != nil && h.part.origin != nil {
		return &params{value: h.part.origin.usual}
	}
	return &params{}
}

// setParams replaces a field by new parameters, which were checked before.
func (h *Header) setParams(name string, p *params) error {
	f, err := emptyField(name)
	if err != nil {
		return err
	}
	if err := h.unlocked(f.name, f.key); err != nil {
		return err
	}
	f.params, f.text = p, p.text()
	if f, err = f.rendered(); err != nil {
		return err
	}
	h.place(f)
	return nil
}
