package smtptest

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// Forgery changes what a recording server says in an AUTH exchange: it is given
// the number of the turn, from 1, and the honest line, and returns the one to
// send. The server goes on for as long as that begins with 334.
type Forgery func(turn int, line string) string

// challengeOf returns what a line of the server asks, "" if it is no challenge.
func challengeOf(line string) string {
	text, _ := strings.CutPrefix(line, "334 ")
	challenge, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	return string(challenge)
}

// Challenge is the line that asks s.
func Challenge(s string) string { return "334 " + base64.StdEncoding.EncodeToString([]byte(s)) }

// ForgeSignature is a server without the password that makes one up.
func ForgeSignature(_ int, line string) string {
	if strings.HasPrefix(challengeOf(line), "v=") {
		return Challenge("v=" + base64.StdEncoding.EncodeToString(make([]byte, 32)))
	}
	return line
}

// ForgeSuccess says 235 in the given turn, whatever has been proven.
func ForgeSuccess(turn int) Forgery {
	return func(now int, line string) string {
		if now >= turn {
			return "235 2.7.0 welcome"
		}
		return line
	}
}

// ForgeNonce answers with a nonce that is not the client's.
func ForgeNonce(_ int, line string) string { return forgeField(line, "r=", "r=another") }

// ForgeIterations asks for n rounds of key derivation.
func ForgeIterations(n int) Forgery {
	return func(_ int, line string) string { return forgeField(line, "i=", "i="+strconv.Itoa(n)) }
}

// forgeField replaces one field of SCRAM's first challenge.
func forgeField(line, name, field string) string {
	fields := strings.Split(challengeOf(line), ",")
	if len(fields) < 3 {
		return line
	}
	for i := range fields {
		if strings.HasPrefix(fields[i], name) {
			fields[i] = field
		}
	}
	return Challenge(strings.Join(fields, ","))
}

// ForgeBase64 sends challenges that are not base64.
func ForgeBase64(_ int, line string) string {
	if strings.HasPrefix(line, "334 ") {
		return "334 not base64!"
	}
	return line
}

// ForgeChallenges never comes to an end.
func ForgeChallenges(int, string) string { return Challenge("and another thing") }

// ForgeMore asks something more where it should say 235.
func ForgeMore(_ int, line string) string {
	if strings.HasPrefix(line, "235") {
		return Challenge("one more thing")
	}
	return line
}
