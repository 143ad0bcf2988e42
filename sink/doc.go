// Package sink is a catch-all mail server for trials: it speaks SMTP and LMTP,
// takes any credentials and every message, keeps each in a maildir and fails on
// demand.
//
// The local part of an address asks for a failure, in any case of letters and
// with any +suffix:
//
//	recipient 550@  451@         RCPT gets that reply; any code from 400 to 599
//	recipient 421@               RCPT gets 421, then the connection closes
//	recipient data-451@          the content gets that reply (LMTP: for this recipient)
//	recipient drop@              the connection closes at RCPT, without a reply
//	recipient drop-after-dot@    the content is taken and kept, then the connection closes without a reply
//	recipient timeout@           RCPT is never answered, nor is anything after it
//	sender mail-550@             MAIL gets that reply
package sink
