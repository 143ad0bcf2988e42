package outbox

import (
	"strings"

	"moonpost/smtp"
)

// PersonOf returns an address in the form in which the suppression list has it and
// in which two are compared: without a name, the domain in A-labels, all in lower
// case, without quotes that are not needed. Mail goes to the address as it was
// written; see docs/decisions/024-who-is-suppressed.md. The error is a
// *smtp.ArgumentError.
func PersonOf(address string) (string, error) {
	local, domain, err := smtp.SplitAddress(address)
	if err != nil {
		return "", err
	}
	local = strings.ToLower(plainLocal(local))
	if domain == "" {
		return local, nil
	}
	return local + "@" + domain, nil
}

// plainLocal takes quotes from a local part that is the same without them.
func plainLocal(local string) string { // RFC 5321 §4.1.2
	inner, ok := strings.CutPrefix(local, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	if !ok || !closed {
		return local
	}
	again, domain, err := smtp.SplitAddress(inner + "@x.invalid")
	if err != nil || domain != "x.invalid" || again != inner {
		return local
	}
	return inner
}
