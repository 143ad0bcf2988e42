//go:build !unix

package luabind

import (
	"os"
	"time"
)

// systemStatus is the exit status, as C's system() gives it there.
func systemStatus(state *os.ProcessState) int { return state.ExitCode() }

// processTime is not known there.
func processTime() (time.Duration, bool) { return 0, false }
