// Command moonpost runs Lua scripts that mail.
package main

import (
	"os"
	"runtime/debug"
)

func main() {
	// A mail is garbage soon after it is sent: collecting less often costs a
	// few megabytes and saves a tenth of the time of a large batch.
	debug.SetGCPercent(200)
	os.Exit(systemProcess().main())
}
