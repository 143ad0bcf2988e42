//go:build !unix

package luabind

import (
	"os"
	"os/exec"
)

// shell is the command that takes a line.
func shell() []string { return []string{"cmd", "/C"} }

// ownGroup does nothing where there are no groups of processes.
func ownGroup(*exec.Cmd) {}

func endGroup(pid int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return p.Kill()
}

func killGroup(pid int) { _ = endGroup(pid) }

// exitStatus is a program's status.
func exitStatus(s *os.ProcessState) (code int, signal string) { return s.ExitCode(), "" }
