//go:build !unix

package luabind

import (
	"os"
	"os/exec"
	"time"
)

// shell gives the program that runs a command line.
func shell(line string) (name string, args []string) { return "cmd", []string{"/C", line} }

// ownGroup leaves the program as it is: groups are a matter of Unix.
func ownGroup(*exec.Cmd) {}

// systemStatus is the exit status, as C's system() gives it there.
func systemStatus(state *os.ProcessState) int { return state.ExitCode() }

// processTime is not known there.
func processTime() (time.Duration, bool) { return 0, false }
