//go:build !unix

package main

import (
	"os"
	"os/exec"
)

// ownSignals does nothing where there are no groups of processes.
func ownSignals(*exec.Cmd) {}

func askToEnd(p *os.Process) error { return p.Kill() }
