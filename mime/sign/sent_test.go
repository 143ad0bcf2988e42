package sign_test

import (
	"bytes"
	"testing"

	"moonpost/mime"
	"moonpost/mime/sign"
	"moonpost/smtp"
	"moonpost/smtp/smtptest"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/emersion/go-msgauth/dkim"
)

// TestSentAndStillValid sends what is signed through the client, dots and all, with a DKIM signature around it, to
// servers that allow 8 bits and UTF-8 and to one that allows nothing.
func TestSentAndStillValid(t *testing.T) {
	stamp, err := sign.NewDKIM(sign.DKIMOptions{Domain: "example.org", Selector: "s", Key: people().ann.keyPEM()})
	if err != nil {
		t.Fatal(err)
	}
	for name, extensions := range map[string][]string{"everything": nil, "nothing": {}} {
		server := smtptest.NewServer(t, smtptest.Config{Extensions: extensions})
		client, err := smtp.Dial(t.Context(), smtp.Options{Host: server.Addr(), LocalName: "client.example"})
		if err != nil {
			t.Fatal(err)
		}
		send := func(t *testing.T, m *mime.Message) []byte {
			t.Helper()
			m.Sign(stamp)
			if _, err := client.SendMessage(t.Context(), m, nil); err != nil {
				t.Fatal(err)
			}
			messages := server.Messages()
			data := messages[len(messages)-1].Data
			verifyDKIM(t, stamp, data)
			return data
		}
		for body, change := range bodies {
			t.Run(name+" "+body, func(t *testing.T) {
				m := compose(change)
				if err := signer(t, people().ann).Apply(m); err != nil {
					t.Fatal(err)
				}
				entity, part := signedParts(t, send(t, m))
				verifySMIME(t, content(t, part), entity, true)

				entity, part = signedParts(t, send(t, pgpSigned(t, "Ed25519", change)))
				ring := openpgp.EntityList{pgpKeys()["Ed25519"]}
				if _, err := openpgp.CheckArmoredDetachedSignature(ring, bytes.NewReader(entity), bytes.NewReader(content(t, part)), pgpReading()); err != nil {
					t.Error(err)
				}
			})
		}
		if _, err := client.Quit(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func verifyDKIM(t *testing.T, stamp *sign.DKIM, data []byte) {
	t.Helper()
	list, err := dkim.VerifyWithOptions(bytes.NewReader(data), &dkim.VerifyOptions{
		LookupTXT: func(string) ([]string, error) { return []string{stamp.Record()}, nil },
	})
	if err != nil || len(list) != 1 || list[0].Err != nil {
		t.Errorf("DKIM: %v %v", err, list)
	}
}
