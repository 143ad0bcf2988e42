// Package mailbox reads and writes mail at rest: mbox files and Maildir folders.
//
// Messages come out and go in as octets with CRLF lines, as they travel; on disk their lines end as the mailbox's do.
// Files, folders and locks belong to the caller, who hands them in through small interfaces.
package mailbox
