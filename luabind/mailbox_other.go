//go:build !unix

package luabind

import "os"

// hasRecordLocks tells that lockRecord does something.
const hasRecordLocks = false

// infoMark stands before the flags in the names of a Maildir's files, which cannot hold a colon here.
const infoMark = ";"

// lockRecord leaves all to the lock file: no other program here knows record locks on mailboxes.
func lockRecord(*os.File) error { return nil }
