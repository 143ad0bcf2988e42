package smtp

import "github.com/emersion/go-sasl"

// external is the name of the mechanism in which the client certificate, or
// what else the server knows of the peer, says who we are.
const external = "EXTERNAL"

// startExternal sends the user's name as the identity to act as; without one the
// server derives it from the certificate.
func startExternal(l *login) (sasl.Client, error) {
	return sasl.NewExternalClient(l.cred.User), nil // RFC 4422 appendix A
}
