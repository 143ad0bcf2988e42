package smtp_test

import (
	"errors"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// TestPoint1_OpportunisticTLSMeetsInjectedOctets: that is no refusal of STARTTLS to
// go on from, and no handshake that failed by itself.
func TestPoint1_OpportunisticTLSMeetsInjectedOctets(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"STARTTLS"}, Reply: func(line string) string {
		if line == "STARTTLS" {
			return "220 go\r\n250 injected"
		}
		return ""
	}})
	o := options(s.Addr())
	o.TLS = smtp.TLSOpportunistic
	_, err := smtp.Dial(t.Context(), o)
	var bad *smtp.ProtocolError
	if !errors.As(err, &bad) || s.Connections() != 1 {
		t.Errorf("%v, %d connections", err, s.Connections())
	}
}
