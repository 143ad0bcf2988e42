//go:build unix

package luabind

import (
	"os"
	"os/exec"
	"syscall"
)

// shell is the command that takes a line.
func shell() []string { return []string{"/bin/sh", "-c"} }

// ownGroup gives a program a group of processes of its own, so that all that
// it starts can be ended with it.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func endGroup(pid int) error { return syscall.Kill(-pid, syscall.SIGTERM) }

func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

// exitStatus is a program's status as shells tell it, and the signal that
// ended it.
func exitStatus(s *os.ProcessState) (code int, signal string) {
	status, ok := s.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return s.ExitCode(), ""
	}
	names := map[syscall.Signal]string{
		syscall.SIGHUP: "HUP", syscall.SIGINT: "INT", syscall.SIGQUIT: "QUIT", syscall.SIGILL: "ILL", syscall.SIGABRT: "ABRT",
		syscall.SIGKILL: "KILL", syscall.SIGSEGV: "SEGV", syscall.SIGPIPE: "PIPE", syscall.SIGALRM: "ALRM", syscall.SIGTERM: "TERM",
	}
	name := names[status.Signal()]
	if name == "" {
		name = status.Signal().String()
	}
	return 128 + int(status.Signal()), name
}
