package sink

import (
	"crypto/tls"
	"errors"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

const (
	idleLimit  = 5 * time.Minute // RFC 5321 §4.5.3.2.7
	writeLimit = time.Minute
	lineLimit  = 1 << 20 // a sink takes what others would refuse
)

type silentLog struct{}

func (silentLog) Printf(string, ...any) {}
func (silentLog) Println(...any)        {}

func (s *Sink) newServer(lmtp bool) (*gosmtp.Server, error) {
	server := gosmtp.NewServer(gosmtp.BackendFunc(func(c *gosmtp.Conn) (gosmtp.Session, error) {
		return s.newSession(c, lmtp)
	}))
	server.Domain, server.LMTP = "sink.localhost", lmtp
	server.ErrorLog = silentLog{}
	server.MaxLineLength, server.MaxMessageBytes = lineLimit, s.options.MaxSize
	server.ReadTimeout, server.WriteTimeout = idleLimit, writeLimit
	server.AllowInsecureAuth = true
	server.EnableSMTPUTF8, server.EnableREQUIRETLS, server.EnableBINARYMIME, server.EnableDSN = true, true, true, true
	server.EnableRRVS = true // and not DELIVERBY and MT-PRIORITY: go-smtp 0.25 wants their parameters with RCPT instead of MAIL
	if s.options.TLS {
		config, err := selfSigned(s.options.Now())
		if err != nil {
			return nil, err
		}
		server.TLSConfig = config
	}
	return server, nil
}

// newSession is called at EHLO, again after STARTTLS.
func (s *Sink) newSession(c *gosmtp.Conn, lmtp bool) (gosmtp.Session, error) {
	session := &session{sink: s, protocol: "smtp"}
	if lmtp {
		session.protocol = "lmtp"
	}
	raw := c.Conn()
	if secured, ok := raw.(*tls.Conn); ok {
		session.tls, raw = true, secured.NetConn()
	}
	own, ok := raw.(*conn)
	if !ok {
		return nil, errors.New("sink: foreign connection")
	}
	session.conn = own
	return session, nil
}

// loginServer is AUTH LOGIN, which go-sasl has only for clients.
type loginServer struct {
	user    *string
	done    func(user string)
	prompts int
}

// Next implements sasl.Server.
func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	l.prompts++
	switch {
	case l.user == nil && (response != nil || l.prompts > 1):
		user := string(response)
		l.user = &user
		return []byte("Password:"), false, nil
	case l.user == nil:
		return []byte("Username:"), false, nil
	default:
		l.done(*l.user)
		return nil, true, nil
	}
}

// xoauth2 is what Google and Microsoft have beside the standard's OAUTHBEARER.
const xoauth2 = "XOAUTH2"

// xoauth2Server is AUTH XOAUTH2, which go-sasl lacks.
type xoauth2Server func(user string)

// Next implements sasl.Server.
func (loggedIn xoauth2Server) Next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil {
		return []byte{}, false, nil
	}
	user, _, _ := strings.Cut(string(response), "\x01")
	loggedIn(strings.TrimPrefix(user, "user="))
	return nil, true, nil
}

func mechanism(name string, loggedIn func(user string)) (sasl.Server, error) {
	switch name {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, _ string) error {
			loggedIn(user)
			return nil
		}), nil
	case sasl.Login:
		return &loginServer{done: loggedIn}, nil
	case sasl.OAuthBearer:
		return sasl.NewOAuthBearerServer(func(o sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
			loggedIn(o.Username)
			return nil
		}), nil
	case xoauth2:
		return xoauth2Server(loggedIn), nil
	default:
		return nil, gosmtp.ErrAuthUnknownMechanism
	}
}
