package sink

import (
	"strconv"
	"strings"

	gosmtp "github.com/emersion/go-smtp"
)

// fault is what an address asks for.
type fault struct {
	action faultAction
	code   int
}

type faultAction uint8

const (
	noFault faultAction = iota
	replyAtRcpt
	replyAfterContent
	dropAtRcpt
	dropAfterContent
	silence
)

// recipientFault reads the wish in a recipient's local part.
func recipientFault(address string) fault {
	local := localPart(address)
	switch local {
	case "drop":
		return fault{action: dropAtRcpt}
	case "drop-after-dot":
		return fault{action: dropAfterContent}
	case "timeout":
		return fault{action: silence}
	}
	if code, ok := failureCode(local); ok {
		return fault{replyAtRcpt, code}
	}
	if rest, found := strings.CutPrefix(local, "data-"); found {
		if code, ok := failureCode(rest); ok {
			return fault{replyAfterContent, code}
		}
	}
	return fault{}
}

// senderFault returns the code for which a sender asks at MAIL, or 0.
func senderFault(address string) int {
	rest, found := strings.CutPrefix(localPart(address), "mail-")
	if code, ok := failureCode(rest); found && ok {
		return code
	}
	return 0
}

// localPart returns it in lower case and without +suffix.
func localPart(address string) string {
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		address = address[:at]
	}
	address, _, _ = strings.Cut(address, "+")
	return strings.ToLower(address)
}

func failureCode(s string) (int, bool) {
	code, err := strconv.Atoi(s)
	return code, err == nil && len(s) == 3 && code >= 400 && code <= 599
}

// failure is the reply that tells a code.
func failure(code int) *gosmtp.SMTPError {
	return &gosmtp.SMTPError{Code: code, EnhancedCode: enhanced(code), Message: "refused on demand"}
}

// enhanced gives well-known codes a fitting subject, so that clients which look at
// it take the path they would take in earnest.
func enhanced(code int) gosmtp.EnhancedCode {
	class := code / 100
	switch code {
	case 421:
		return gosmtp.EnhancedCode{class, 3, 2} // RFC 3463 §3.4
	case 450, 550:
		return gosmtp.EnhancedCode{class, 1, 1} // RFC 3463 §3.2
	case 451:
		return gosmtp.EnhancedCode{class, 3, 0}
	case 452:
		return gosmtp.EnhancedCode{class, 5, 3} // RFC 3463 §3.6
	case 552:
		return gosmtp.EnhancedCode{class, 2, 2} // RFC 3463 §3.3
	case 553:
		return gosmtp.EnhancedCode{class, 1, 3}
	case 554:
		return gosmtp.EnhancedCode{class, 7, 1} // RFC 3463 §3.8
	default:
		return gosmtp.EnhancedCode{class, 0, 0}
	}
}
