// Package outbox sends mail durably: what it has taken is delivered once as far
// as any sender can know, whatever ends the process in between.
//
// A Store keeps items, each one envelope to one site, and every step of theirs
// that matters. Run mails a batch, Work what was put into the queue; both claim
// items for a worker of the store, render them, hand them to relays, and commit
// an intent before each final dot and the outcome behind it. Who dies between
// the two leaves items in doubt; who dies before leaves them ready.
package outbox
