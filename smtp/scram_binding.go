package smtp

import (
	"crypto/tls"
	"slices"
	"strings"

	"github.com/xdg-go/scram"
)

// plusSuffix marks mechanisms that are bound to the TLS connection.
const plusSuffix = "-PLUS"

// channelBinding ties a login to the TLS connection that it is made on, so that
// nobody in the middle can pass it on. Without TLS there is none.
func channelBinding(w *wire) scram.ChannelBinding {
	state, encrypted := w.tlsState()
	if !encrypted {
		return scram.ChannelBinding{}
	}
	return bindingOf(&state)
}

func bindingOf(state *tls.ConnectionState) scram.ChannelBinding {
	if state.Version >= tls.VersionTLS13 {
		b, _ := scram.NewTLSExporterBinding(state) // RFC 9266 §2
		return b
	}
	if len(state.TLSUnique) > 0 { // Go has it only where it is safe: not for resumed sessions without RFC 7627
		return scram.NewTLSUniqueBinding(state.TLSUnique) // RFC 5929 §3
	}
	b, _ := scram.NewTLSServerEndpointBinding(state) // RFC 5929 §4
	return b
}

// offersBinding reports whether the server offered any bound mechanism.
func (l *login) offersBinding() bool {
	return slices.ContainsFunc(l.offered, func(name string) bool { return strings.HasSuffix(name, plusSuffix) })
}
