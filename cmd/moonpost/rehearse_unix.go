//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
)

// ownSignals keeps Ctrl-C from a rehearsed script: it reaches `moonpost test`, which asks the script to end once.
func ownSignals(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func askToEnd(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
