package sink

import (
	"encoding/base64"
	"strings"
)

// maskedAuth leaves the mechanism alone.
func maskedAuth(line string) string {
	words := strings.Fields(line)
	if len(words) > 2 {
		words = append(words[:2:2], "***")
	}
	return strings.Join(words, " ")
}

// auth runs one AUTH exchange.
func (s *trialSession) auth(argument string) { // RFC 4954 §4
	mechanism, initial, given := strings.Cut(argument, " ")
	mechanism = strings.ToUpper(mechanism)
	switch {
	case s.interferes(StageAuth):
		return
	case s.trial.options.NoAuth:
		s.reply("502 5.5.1 not offered")
		return
	case s.user != "":
		s.reply("503 5.5.1 logged in already")
		return
	}
	var user, password string
	var ok bool
	switch mechanism {
	case "PLAIN":
		answer, answered := s.ask("", initial, given)
		parts := strings.Split(answer, "\x00")
		if ok = answered && len(parts) == 3; ok {
			user, password = parts[1], parts[2]
		}
	case "LOGIN":
		if user, ok = s.ask(promptUser[len("334 "):], initial, given); ok {
			password, ok = s.ask(promptPassword[len("334 "):], "", false)
		}
	case xoauth2, "OAUTHBEARER":
		answer, answered := s.ask("", initial, given)
		user, password, ok = bearer(answer), "", answered
	default:
		s.reply("504 5.5.4 unknown mechanism")
		return
	}
	s.login(user, password, ok, mechanism == xoauth2 || mechanism == "OAUTHBEARER")
}

// login decides about credentials. Tokens are taken as they are.
func (s *trialSession) login(user, password string, whole, token bool) {
	known, isUser := s.trial.options.Users[user]
	switch {
	case s.over:
	case !whole:
		s.reply("501 5.5.2 malformed answer")
	case s.trial.options.Users != nil && (!isUser || !token && known != password):
		s.reply("535 5.7.8 wrong user or password")
	default:
		s.user = user
		s.reply("235 2.7.0 welcome")
	}
}

// ask gives the client's answer to a challenge, or the initial response where there is one.
func (s *trialSession) ask(challenge, initial string, given bool) (string, bool) {
	if !given || initial == "" {
		s.reply("334 " + challenge)
		s.flush()
		line, err := s.line()
		if err != nil {
			s.over = true
			return "", false
		}
		s.trial.note(s.record, "C: ***")
		initial = line
	}
	if initial == "=" {
		return "", true
	}
	answer, err := base64.StdEncoding.DecodeString(initial)
	return string(answer), err == nil
}

// bearer finds the user in a token's message: "user=ann\x01…" or "n,a=ann,\x01…".
func bearer(answer string) string {
	head, _, _ := strings.Cut(answer, "\x01")
	head = strings.TrimSuffix(strings.TrimPrefix(head, "n,a="), ",")
	return strings.TrimPrefix(head, "user=")
}
