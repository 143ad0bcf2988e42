// Package smtp is a client engine for SMTP and LMTP.
//
// A [Client] holds one connection. Its verbs (Ehlo, Mail, Rcpt, DoCmd …) return
// the server's [Reply] whatever its code, and an error only for failures of
// transport, protocol or use. Its composite operations (Dial, Login, SendMail,
// SendMessage) return typed errors that satisfy [Error] and tell the stage, the
// server's own words and whether the message may have been delivered.
//
// The package knows envelopes and octets; what is inside a message is the
// business of whoever implements [Message].
package smtp
