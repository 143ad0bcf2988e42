package sign

import (
	"bytes"
	"testing"

	"moonpost/mime"
)

// TestParsedMessage signs messages that were read: theirs stays, ours comes before it.
func TestParsedMessage(t *testing.T) {
	theirs, ours := rsaSigner(), edSigner()
	for name, change := range shapes() {
		if name == "international name" {
			continue // travels by SMTPUTF8 only
		}
		m := compose(change)
		m.Sign(theirs)
		before := octetsOf(t, m, false, false)
		read := mime.Parse(before, mime.ParseOptions{}, fixedEnv())
		if got := octetsOf(t, read, false, false); !bytes.Equal(got, before) {
			t.Errorf("%s: read and written, the message is another", name)
		}
		read.Sign(ours)
		b := octetsOf(t, read, false, false)
		checkVerified(t, b, 2, recordsOf(theirs, ours))
		if tagOf(t, b, "t") != "1772353800" {
			t.Errorf("%s: t=%s", name, tagOf(t, b, "t"))
		}
		clone := octetsOf(t, must(read.Clone([][2]string{{"Subject", "x"}})), false, false)
		if got := verify(t, clone, recordsOf(theirs, ours)); len(got) != 2 || got[0] != nil || got[1] == nil {
			t.Errorf("%s: the clone's signatures: %v", name, got)
		}
	}
	for _, odd := range []string{"From: a@example.org\r\nSubject: x", "From: a@example.org\nSubject: x\n\nbody \n\n", "From a@b Sun Mar  1 09:30:00 2026\nFrom: a@example.org\n\nx", "\xef\xbb\xbfFrom: a@example.org\n\n\nx", "From: a@example.org\r\nBcc: secret@x.example\r\n\r\n"} {
		read := mime.Parse([]byte(odd), mime.ParseOptions{}, fixedEnv())
		read.Sign(ours)
		b := octetsOf(t, read, true, false)
		checkVerified(t, b, 1, recordsOf(ours))
		if bytes.Contains(b, []byte("secret@")) {
			t.Errorf("%s", b)
		}
	}
}
