package smtp

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"testing"

	"github.com/xdg-go/scram"

	"moonpost/smtp/smtptest"
)

func TestPoint32_BindingWithoutTLSUnique(t *testing.T) {
	leaf, err := x509.ParseCertificate(smtptest.NewCA(t).Certificate(t, "localhost").Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(leaf.Raw)
	endPoint := scram.ChannelBinding{Type: scram.ChannelBindingTLSServerEndpoint, Data: sum[:]}
	unsigned := *leaf
	unsigned.SignatureAlgorithm = x509.PureEd25519 // has no hash of its own
	tests := []struct {
		name  string
		state tls.ConnectionState
		want  scram.ChannelBinding
	}{
		{"TLS 1.2", tls.ConnectionState{Version: tls.VersionTLS12, TLSUnique: []byte("unique"), PeerCertificates: []*x509.Certificate{leaf}}, scram.NewTLSUniqueBinding([]byte("unique"))},
		{"resumed", tls.ConnectionState{Version: tls.VersionTLS12, PeerCertificates: []*x509.Certificate{leaf}}, endPoint},
		{"no hash", tls.ConnectionState{Version: tls.VersionTLS12, PeerCertificates: []*x509.Certificate{&unsigned}}, scram.ChannelBinding{}},
		{"no certificate", tls.ConnectionState{Version: tls.VersionTLS12}, scram.ChannelBinding{}},
	}
	for _, tt := range tests {
		if got := bindingOf(&tt.state); !got.Matches(tt.want) {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
