package luabind

import (
	"moonpost/mime"
	"moonpost/outbox"
	"moonpost/smtp"
)

// RawLetter makes a letter of the octets of a message. From and to take the place of what its header says about the
// envelope, where they are given. Its Date and Message-ID are added where they are missing; its Bcc does not leave.
func (h *Host) RawLetter(raw []byte, from *string, to []string) *outbox.Letter {
	m := mime.Parse(raw, mime.ParseOptions{}, mime.NewEnv(h.Wall, h.Rand))
	return &outbox.Letter{Message: addressed(m, &smtp.SendOptions{From: from, To: to}), Alike: sameMail}
}
