package mime

import "bytes"

// people writes one mailbox that fits on a line, and leaves anything else to the general code.
func (w *filler) people(f *planField) bool {
	start := len(w.buf)
	if len(f.people) == 1 {
		w.buf = f.begin(w.buf)
		if address := w.mailbox(&f.people[0], start); address != "" {
			w.buf = append(w.buf, "\r\n"...)
			return w.record(f, w.keep(address))
		}
		w.buf = w.buf[:start]
	}
	return w.peopleGeneral(f)
}

// mailbox writes a name and an address and gives the address, or "" when there is anything unusual.
func (w *filler) mailbox(a *GappedAddress, line int) string {
	address, bare := &a.Address, a.Name.empty()
	if !a.List.empty() {
		address, bare = &a.List, true
	}
	if !bare {
		from := len(w.buf)
		w.buf = a.Name.append(w.buf, w.values)
		if !w.display(from) {
			return ""
		}
		w.buf = append(w.buf, " <"...)
	}
	from := len(w.buf)
	w.buf = address.append(w.buf, w.values)
	if !plainAddress(w.buf[from:]) || !bare && len(w.buf)-line+len(">,") > wordLine {
		return ""
	}
	out := string(w.buf[from:])
	if !bare {
		w.buf = append(w.buf, '>')
	}
	return out
}

// display makes what was written from an offset on a display name, in quotes when it must be.
func (w *filler) display(from int) bool {
	name := w.buf[from:]
	if len(name) == 0 || blankEnds(name) || bytes.Contains(name, []byte("  ")) || bytes.Contains(name, []byte("=?")) {
		return false
	}
	if within(name, className) {
		return true
	}
	if !within(name, classText) || bytes.ContainsAny(name, `"\`) {
		return false
	}
	w.buf = append(w.buf, '"', '"')
	copy(w.buf[from+1:], w.buf[from:len(w.buf)-2])
	w.buf[from] = '"'
	return true
}

// peopleGeneral writes addresses of any kind.
func (w *filler) peopleGeneral(f *planField) bool {
	list, err := filling{values: w.values}.addresses(f.name, f.people)
	if err != nil {
		return false
	}
	x, err := addressField(f.name, list)
	if err != nil || x.wire == nil {
		return false
	}
	w.buf = append(w.buf, x.wire...)
	var addresses []string
	for _, box := range mailboxes(x.groups) {
		addresses = append(addresses, box.wire())
	}
	return w.record(f, addresses)
}

// record notes whom a field names. It gives false for what only the general code may judge.
func (w *filler) record(f *planField, addresses []string) bool {
	switch f.key {
	case "from":
		w.author = addresses[0]
		return len(addresses) == 1 || !w.plan.authors
	case "sender":
		w.sender = addresses[0]
	case "to":
		w.to = addresses
	case "cc":
		w.cc = addresses
	case "bcc":
		w.bcc = addresses
	}
	return true
}
