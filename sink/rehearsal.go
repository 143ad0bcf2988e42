package sink

import (
	"bytes"
	"net"
	"strings"
)

// DryMail is a message that nobody gets.
type DryMail struct {
	From    string   // of the envelope; "" is the null sender
	To      []string // recipients of the envelope
	Size    int64    // octets of the content
	Content []byte   // the content, nil if it is larger than 64 MiB
}

// RehearsalConn returns a connection as DryConn does that offers more extensions, STARTTLS among them, and gives every
// message to caught before it is answered for. It is called from whatever goroutine writes.
func RehearsalConn(protocol string, caught func(DryMail)) net.Conn {
	d := &dryConn{talk: dryTalk{lmtp: protocol == "lmtp", record: &dryRecord{caught: caught}}}
	d.changed.L = &d.mu
	d.talk.reply("220 dry run")
	return d
}

// dryRecord collects a message while it comes in. A nil one collects nothing.
type dryRecord struct {
	caught  func(DryMail)
	mail    DryMail
	content bytes.Buffer
	stuffed bool // the content came by DATA
}

// longestKept bounds the content of one message.
const longestKept = 64 << 20

// begin takes MAIL, or any command that ends a transaction.
func (r *dryRecord) begin(verb, argument string) {
	if r == nil {
		return
	}
	r.mail = DryMail{}
	r.content.Reset()
	if verb == "MAIL" {
		r.mail.From = dryPath(argument)
	}
}

func (r *dryRecord) recipient(argument string) {
	if r != nil {
		r.mail.To = append(r.mail.To, dryPath(argument))
	}
}

// octets takes a piece of the content as it came.
func (r *dryRecord) octets(p []byte, stuffed bool) {
	if r == nil {
		return
	}
	r.mail.Size += int64(len(p))
	r.stuffed = stuffed
	if r.mail.Size <= longestKept {
		r.content.Write(p)
	}
}

// end gives the message away.
func (r *dryRecord) end() {
	if r == nil {
		return
	}
	m := r.mail
	content := bytes.Clone(r.content.Bytes())
	if r.stuffed {
		content = unstuffed(content)
	}
	if m.Size <= longestKept {
		m.Size, m.Content = int64(len(content)), content
	}
	r.begin("", "")
	r.caught(m)
}

// unstuffed takes the final dot away, and the dots that were put before others.
func unstuffed(content []byte) []byte { // RFC 5321 §4.5.2
	content = bytes.TrimSuffix(content, []byte(".\r\n"))
	if bytes.HasPrefix(content, []byte(".")) {
		content = content[1:]
	}
	return bytes.ReplaceAll(content, []byte("\r\n."), []byte("\r\n"))
}

// dryPath is the address in "FROM:<a@b.example> SIZE=12".
func dryPath(argument string) string {
	_, path, _ := strings.Cut(argument, ":")
	path = strings.TrimLeft(path, " ")
	if rest, ok := strings.CutPrefix(path, "<"); ok {
		address, _, _ := strings.Cut(rest, ">")
		return address
	}
	address, _, _ := strings.Cut(path, " ")
	return address
}

// hello lists the extensions that only a rehearsal has.
func (r *dryRecord) hello() []string {
	if r == nil {
		return nil
	}
	return []string{"250-STARTTLS", "250-CHUNKING", "250-BINARYMIME"}
}
