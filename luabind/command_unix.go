//go:build unix

package luabind

import (
	"os"
	"syscall"
	"time"
)

// systemStatus is the status as C's system() gives it: the exit status times
// 256, or the signal.
func systemStatus(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok {
		return int(status)
	}
	return state.ExitCode()
}

// processTime is the processor time that the process used so far.
func processTime() (time.Duration, bool) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, false
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), true
}
