package smtptest

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // CRAM-MD5 is made of it
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"net"
	"slices"
	"strings"

	"github.com/xdg-go/scram"
)

// authState is where an exchange stands after a step of the server.
type authState uint8

const (
	authOpen authState = iota
	authYes
	authNo
)

// authServer is the server's side of a mechanism: it takes a response, nil before
// there is one, and gives a challenge or its verdict.
type authServer struct {
	user string
	next func(response []byte) (challenge []byte, state authState)
}

// offer is what EHLO tells of AUTH, "" for nothing.
func (c *Config) offer() string {
	switch {
	case c.Mechanisms != nil:
		return strings.Join(c.Mechanisms, " ")
	case c.Users != nil:
		return "PLAIN LOGIN"
	}
	return ""
}

// auth runs an exchange.
func (c *conversation) auth(line, args string) bool {
	if c.server.config.Reply != nil {
		if own := c.server.config.Reply(line); own != "" {
			return c.reply(own) == nil
		}
	}
	name, initial, given := strings.Cut(args, " ")
	mechanism := c.mechanism(strings.ToUpper(name))
	if mechanism == nil || !slices.Contains(strings.Fields(c.server.config.offer()), strings.ToUpper(name)) {
		return c.reply("504 5.5.4 unknown mechanism") == nil
	}
	var response []byte
	if given {
		response, _ = base64.StdEncoding.DecodeString(strings.TrimPrefix(initial, "="))
	}
	for turn := 1; ; turn++ {
		reply := mechanism.reply(response)
		if forge := c.server.config.Forge; forge != nil {
			reply = forge(turn, reply)
		}
		if strings.HasPrefix(reply, "235") {
			c.user = mechanism.user
		}
		if c.reply(reply) != nil || !strings.HasPrefix(reply, "334") {
			return !strings.HasPrefix(reply, "421")
		}
		line, err := c.readLine()
		if err != nil {
			return false
		}
		if line == "*" {
			return c.reply("501 5.7.0 cancelled") == nil
		}
		if response, err = base64.StdEncoding.DecodeString(line); err != nil {
			return c.reply("501 5.5.2 not base64") == nil
		}
	}
}

func (a *authServer) reply(response []byte) string {
	challenge, state := a.next(response)
	if state == authOpen {
		return "334 " + base64.StdEncoding.EncodeToString(challenge)
	}
	a.next = func([]byte) ([]byte, authState) { return nil, state } // a forged challenge may bring another response
	if state == authYes {
		return "235 2.7.0 welcome"
	}
	return "535 5.7.8 wrong credentials"
}

func (c *conversation) mechanism(name string) *authServer {
	a := &authServer{}
	switch name {
	case "PLAIN":
		a.next = func(response []byte) ([]byte, authState) { return c.authPlain(a, response) }
	case "LOGIN":
		a.next = c.authLogin(a)
	case "CRAM-MD5":
		a.next = func(response []byte) ([]byte, authState) { return c.authCRAM(a, response) }
	case "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS":
		a.next = c.authSCRAM(a, scram.SHA1)
	case "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS":
		a.next = c.authSCRAM(a, scram.SHA256)
	case "XOAUTH2":
		a.next = c.authToken(a, "user=", `{"status":"401","schemes":"bearer","scope":"mail"}`, "")
	case "OAUTHBEARER":
		a.next = c.authToken(a, "n,a=", `{"status":"invalid_token","scope":"mail"}`, "\x01")
	case "EXTERNAL":
		a.next = func(response []byte) ([]byte, authState) { return c.authExternal(a, response) }
	default:
		return nil
	}
	return a
}

func verdict(yes bool) ([]byte, authState) {
	if yes {
		return nil, authYes
	}
	return nil, authNo
}

func (c *conversation) knows(user, password string) bool {
	want, ok := c.server.config.Users[user]
	return ok && want == password
}

func (c *conversation) authPlain(a *authServer, response []byte) ([]byte, authState) {
	if response == nil {
		return nil, authOpen
	}
	parts := strings.Split(string(response), "\x00")
	if len(parts) != 3 {
		return nil, authNo
	}
	a.user = parts[1]
	return verdict(c.knows(a.user, parts[2]))
}

func (c *conversation) authLogin(a *authServer) func([]byte) ([]byte, authState) {
	prompts := 0
	return func(response []byte) ([]byte, authState) {
		prompts++
		switch {
		case response == nil && prompts == 1:
			return []byte("Username:"), authOpen
		case prompts < 3 && a.user == "":
			a.user = string(response)
			return []byte("Password:"), authOpen
		}
		return verdict(c.knows(a.user, string(response)))
	}
}

func (c *conversation) authCRAM(a *authServer, response []byte) ([]byte, authState) {
	const challenge = "<1896.697170952@smtptest>"
	if response == nil {
		return []byte(challenge), authOpen
	}
	end := max(0, strings.LastIndexByte(string(response), ' '))
	a.user = string(response[:end])
	mac := hmac.New(md5.New, []byte(c.server.config.Users[a.user]))
	mac.Write([]byte(challenge))
	_, known := c.server.config.Users[a.user]
	return verdict(known && string(response[end:]) == " "+hex.EncodeToString(mac.Sum(nil)))
}

func (c *conversation) authSCRAM(a *authServer, hash scram.HashGeneratorFcn) func([]byte) ([]byte, authState) {
	talk := c.scramTalk(hash)
	return func(response []byte) ([]byte, authState) {
		if response == nil {
			return nil, authOpen
		}
		if talk.Done() {
			a.user = talk.Username()
			return verdict(talk.Valid())
		}
		challenge, err := talk.Step(string(response))
		if err != nil {
			return nil, authNo
		}
		return []byte(challenge), authOpen
	}
}

// scramTalk binds the exchange to the connection if a mechanism that does so is
// offered; a client that could bind and believes it is not is refused then.
func (c *conversation) scramTalk(hash scram.HashGeneratorFcn) *scram.ServerConversation {
	server, _ := hash.NewServer(func(user string) (scram.StoredCredentials, error) {
		password, ok := c.server.config.Users[user]
		if !ok {
			return scram.StoredCredentials{}, net.ErrClosed
		}
		client, err := hash.NewClient(user, password, "")
		if err != nil {
			if client, err = hash.NewClientUnprepped(user, password, ""); err != nil {
				return scram.StoredCredentials{}, err
			}
		}
		return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "saltsalt", Iters: 4096})
	})
	secured, encrypted := c.conn.(*tls.Conn)
	if !encrypted || !strings.Contains(c.server.config.offer(), "-PLUS") {
		return server.NewConversation()
	}
	state := secured.ConnectionState()
	if state.Version < tls.VersionTLS13 {
		return server.NewConversationWithChannelBinding(scram.NewTLSUniqueBinding(state.TLSUnique))
	}
	binding, _ := scram.NewTLSExporterBinding(&state)
	return server.NewConversationWithChannelBinding(binding)
}

// authToken refuses by a challenge with JSON, to which the client gives an answer
// without meaning.
func (c *conversation) authToken(a *authServer, before, refusal, dummy string) func([]byte) ([]byte, authState) {
	refused := false
	return func(response []byte) ([]byte, authState) {
		switch {
		case refused && string(response) != dummy:
			return []byte("want the dummy answer"), authOpen
		case refused:
			return nil, authNo
		case response == nil:
			return nil, authOpen
		}
		fields := strings.Split(string(response), "\x01")
		user, _ := strings.CutPrefix(fields[0], before)
		a.user = strings.NewReplacer("=2C", ",", "=3D", "=").Replace(strings.TrimSuffix(user, ","))
		for _, field := range fields {
			token, isToken := strings.CutPrefix(field, "auth=Bearer ")
			if owner, ok := c.server.config.Tokens[token]; isToken && ok && owner == a.user {
				return nil, authYes
			}
		}
		refused = true
		return []byte(refusal), authOpen
	}
}

func (c *conversation) authExternal(a *authServer, response []byte) ([]byte, authState) {
	if response == nil {
		return nil, authOpen
	}
	secured, encrypted := c.conn.(*tls.Conn)
	if !encrypted || len(secured.ConnectionState().PeerCertificates) == 0 {
		return nil, authNo
	}
	a.user = secured.ConnectionState().PeerCertificates[0].Subject.CommonName
	return verdict(len(response) == 0 || string(response) == a.user)
}
