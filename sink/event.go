package sink

import (
	"bytes"
	"mime"
	"net/mail"
	"time"
)

// Event is a message that the sink took.
type Event struct {
	From     string    // of the envelope; "" is the null sender
	To       []string  // recipients for whom it was taken
	Subject  string    // decoded, "" if there is none
	Size     int64     // octets of the content as it came
	File     string    // where it is kept; "" if the sink keeps no files
	Time     time.Time // when the content was complete
	TLS      bool      // whether it came over TLS
	AuthUser string    // who logged in, "" if nobody did
	Protocol string    // "smtp" or "lmtp"
}

// subject reads the header as far as it goes.
func subject(begin []byte) string {
	end := bytes.Index(begin, []byte("\r\n\r\n"))
	if end < 0 {
		end = len(begin)
	}
	m, err := mail.ReadMessage(bytes.NewReader(append(bytes.Clone(begin[:end]), "\r\n\r\n"...)))
	if err != nil {
		return ""
	}
	raw := m.Header.Get("Subject")
	if decoded, err := new(mime.WordDecoder).DecodeHeader(raw); err == nil {
		return decoded
	}
	return raw
}
