package mime

import (
	"strings"
	"sync"
)

// kind is the grammar of a field's value; it decides how the value is checked, encoded and folded.
type kind uint8

const (
	kindText      kind = iota // unstructured, may be encoded
	kindUnknown               // as text, but a run that fits on no line is an error: it may be a token
	kindOpaque                // ASCII of a grammar of its own, never encoded
	kindAddresses             // mailboxes and groups
	kindMailbox               // exactly one mailbox
	kindID                    // one message identifier in angle brackets
	kindIDs                   // several
	kindURLs                  // URLs in angle brackets
	kindListID                // an optional phrase and an identifier in angle brackets
	kindParams                // a value with parameters
	kindDate
	kindEncoding // a content transfer encoding
	kindVersion  // "1.0"
	kindRaw      // prepared and folded by the caller
)

// fieldSpec is what is known of a field by its name.
type fieldSpec struct {
	name   string // conventional casing
	kind   kind
	repeat bool // may stand in a header more than once
}

// knownFields are the fields with a grammar or a casing of their own.
var knownFields = [...]fieldSpec{
	{name: "Return-Path", kind: kindOpaque},
	{name: "Received", kind: kindOpaque, repeat: true},
	{name: "Resent-Date", kind: kindDate}, // RFC 5322 §3.6.6
	{name: "Resent-From", kind: kindAddresses},
	{name: "Resent-Sender", kind: kindMailbox},
	{name: "Resent-To", kind: kindAddresses},
	{name: "Resent-Cc", kind: kindAddresses},
	{name: "Resent-Bcc", kind: kindAddresses},
	{name: "Resent-Message-ID", kind: kindID},
	{name: "Date", kind: kindDate},          // RFC 5322 §3.6.1
	{name: "From", kind: kindAddresses},     // RFC 5322 §3.6.2
	{name: "Sender", kind: kindMailbox},     // RFC 5322 §3.6.2
	{name: "Reply-To", kind: kindAddresses}, // RFC 5322 §3.6.2
	{name: "To", kind: kindAddresses},       // RFC 5322 §3.6.3
	{name: "Cc", kind: kindAddresses},       // RFC 5322 §3.6.3
	{name: "Bcc", kind: kindAddresses},      // RFC 5322 §3.6.3
	{name: "Message-ID", kind: kindID},      // RFC 5322 §3.6.4
	{name: "In-Reply-To", kind: kindIDs},    // RFC 5322 §3.6.4
	{name: "References", kind: kindIDs},     // RFC 5322 §3.6.4
	{name: "Subject", kind: kindText},       // RFC 5322 §3.6.5
	{name: "Comments", kind: kindText, repeat: true},
	{name: "Keywords", kind: kindText, repeat: true},
	{name: "MIME-Version", kind: kindVersion},               // RFC 2045 §4
	{name: "Content-Type", kind: kindParams},                // RFC 2045 §5
	{name: "Content-Transfer-Encoding", kind: kindEncoding}, // RFC 2045 §6
	{name: "Content-ID", kind: kindID},                      // RFC 2045 §7
	{name: "Content-Description", kind: kindText},           // RFC 2045 §8
	{name: "Content-Disposition", kind: kindParams},         // RFC 2183 §2
	{name: "Content-Language", kind: kindOpaque},            // RFC 3282 §2
	{name: "Content-Location", kind: kindOpaque},            // RFC 2557 §4
	{name: "Content-MD5", kind: kindOpaque},                 // RFC 1864 §2
	{name: "Content-Class", kind: kindOpaque},
	{name: "List-ID", kind: kindListID},                        // RFC 2919 §2
	{name: "List-Help", kind: kindURLs},                        // RFC 2369 §3.1
	{name: "List-Unsubscribe", kind: kindURLs},                 // RFC 2369 §3.2
	{name: "List-Subscribe", kind: kindURLs},                   // RFC 2369 §3.3
	{name: "List-Post", kind: kindURLs},                        // RFC 2369 §3.4
	{name: "List-Owner", kind: kindURLs},                       // RFC 2369 §3.5
	{name: "List-Archive", kind: kindURLs},                     // RFC 2369 §3.6
	{name: "List-Unsubscribe-Post", kind: kindOpaque},          // RFC 8058 §3.1
	{name: "Auto-Submitted", kind: kindOpaque},                 // RFC 3834 §5
	{name: "Disposition-Notification-To", kind: kindAddresses}, // RFC 8098 §2.1
	{name: "Return-Receipt-To", kind: kindAddresses},
	{name: "Errors-To", kind: kindAddresses},
	{name: "Mail-Followup-To", kind: kindAddresses},
	{name: "Mail-Reply-To", kind: kindAddresses},
	{name: "X-Original-To", kind: kindUnknown, repeat: true},
	{name: "Precedence", kind: kindOpaque},
	{name: "Priority", kind: kindOpaque},
	{name: "Importance", kind: kindOpaque},
	{name: "Sensitivity", kind: kindOpaque},
	{name: "X-Priority", kind: kindOpaque},
	{name: "X-MSMail-Priority", kind: kindOpaque},
	{name: "X-Auto-Response-Suppress", kind: kindOpaque},
	{name: "Feedback-ID", kind: kindOpaque},
	{name: "CFBL-Address", kind: kindOpaque},                 // RFC 9477 §5.1
	{name: "CFBL-Feedback-ID", kind: kindOpaque},             // RFC 9477 §5.2
	{name: "DKIM-Signature", kind: kindOpaque, repeat: true}, // RFC 6376 §3.5
	{name: "Authentication-Results", kind: kindOpaque, repeat: true},
	{name: "ARC-Seal", kind: kindOpaque, repeat: true},
	{name: "ARC-Message-Signature", kind: kindOpaque, repeat: true},
	{name: "ARC-Authentication-Results", kind: kindOpaque, repeat: true},
	{name: "Require-Recipient-Valid-Since", kind: kindOpaque},
	{name: "TLS-Required", kind: kindOpaque}, // RFC 8689 §5
	{name: "Autocrypt", kind: kindOpaque},
	{name: "Expires", kind: kindDate},
	{name: "Reply-By", kind: kindDate},
	{name: "Organization", kind: kindText},
	{name: "User-Agent", kind: kindUnknown},
	{name: "X-Mailer", kind: kindUnknown},
}

var fieldIndex = sync.OnceValue(func() map[string]fieldSpec { //nolint:gochecknoglobals // a read-only table
	index := make(map[string]fieldSpec, len(knownFields))
	for _, spec := range knownFields {
		index[strings.ToLower(spec.name)] = spec
	}
	return index
})

// specOf gives what is known of a field; key is its name in lower case. Unknown fields keep the casing given.
func specOf(name, key string) fieldSpec {
	if spec, ok := fieldIndex()[key]; ok {
		return spec
	}
	return fieldSpec{name: name, kind: kindUnknown, repeat: true}
}
