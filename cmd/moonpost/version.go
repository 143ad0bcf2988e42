package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCmd is `moonpost version`.
type versionCmd struct{}

func (c *versionCmd) run(p *process) int {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	_, _ = fmt.Fprintf(p.stdout, "moonpost %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return statusDone
}
