package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"syscall"
)

// All advice is in this file. It is shown beside an error, never in its text.

// connectHint looks at why a dial failed.
func connectHint(err error, port int) string {
	var (
		dns   *net.DNSError
		proxy *ProxyError
	)
	switch {
	case errors.As(err, &proxy):
		return proxyHint(proxy)
	case errors.As(err, &dns) && dns.IsNotFound:
		return "no such host name; check its spelling"
	case errors.As(err, &dns):
		return "the name could not be looked up; check the network and its name server"
	case errors.Is(err, syscall.ECONNREFUSED) && port != 587:
		return "nothing listens on that port; for submission use 587 (STARTTLS) or 465 (TLS from the first octet)"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens on that port; check host and port"
	case errors.Is(err, syscall.ENOENT):
		return "the socket doesn't exist; is the server running?"
	case errors.Is(err, syscall.EACCES):
		return "no permission to use the socket"
	case isTimeout(err) && port == portSMTP:
		return "many networks let nobody out to port 25; for submission use 587 (STARTTLS) or 465 (TLS from the first octet)"
	case isTimeout(err):
		return "nobody answers there; check host and port, and whether a firewall is in the way"
	}
	return ""
}

// proxyHint looks at why a proxy did not connect us.
func proxyHint(e *ProxyError) string {
	switch {
	case e.Code == 407, e.Code == 401: // RFC 9110 §15.5.8; tinyproxy answers 401 to a wrong password
		return `the proxy wants a login, or another one: proxy = "http://user:password@host:port"`
	case e.Code == 403 || e.Code == 405:
		return "many HTTP proxies let CONNECT reach port 443 only; whoever runs this one can allow the mail server's port"
	case errors.Is(e.Err, syscall.ECONNREFUSED):
		return "nothing listens at the proxy's address; check the option proxy"
	case e.Said != "" && e.Code == 0:
		return "the proxy was reached; the words are its own, about the way from it to the mail server"
	}
	return "check the option proxy: scheme, host, port, user and password"
}

// Advice for those who mixed up 465 and the other ports.
const (
	hintSpeaksTLS   = `the server speaks TLS from the first octet: use tls = "implicit" (port 465)`
	hintSpeaksClear = `the server begins in clear text: use tls = "starttls" (port 587)`
	hintMaybeTLS    = `no greeting came; a server on this port may wait for TLS: try tls = "implicit"`
)

// tlsHint looks at why a handshake failed.
func tlsHint(err error) string {
	var (
		header    tls.RecordHeaderError
		unknownCA x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &header):
		return clearTextHint(header)
	case errors.As(err, &unknownCA):
		return "the certificate's issuer isn't known: give its CA with ca_file"
	case errors.As(err, &hostname):
		return "the certificate is for another name: connect by that name, or give it with server_name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate has expired, or this machine's clock is wrong"
	case isAlert(err):
		return "the server ended the encryption; it may want a client certificate, or another one: client_cert and client_key"
	}
	return ""
}

// replyHint reads the reply's codes, never its text.
func replyHint(stage Stage, r Reply) string {
	switch {
	case stage == StageAuth && r.Code == 535:
		return "user name or password is wrong; with two-factor login many providers want an app password"
	case stage == StageAuth && (r.Code == 534 || r.Code == 538):
		return "the server wants another mechanism or an encrypted connection"
	case r.Code == 530 && r.Enhanced == EnhancedCode{5, 7, 0}:
		return "the server wants encryption or a login first" // RFC 3207 §4
	case r.Code == 530:
		return "the server wants a login first: give user and password"
	case stage == StageHello && (r.Code == 501 || r.Code == 504 || r.Code == 550):
		return "the server doesn't like our name: give a full domain name with local_hostname"
	case stage == StageRcpt && (r.Enhanced == EnhancedCode{5, 7, 1}):
		return "the server doesn't relay to this address for us; it may want a login"
	}
	return ""
}
