package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// versionCmd is `moonpost version`.
type versionCmd struct{}

func (c *versionCmd) run(p *process) int {
	_, _ = fmt.Fprintf(p.stdout, "moonpost %s %s %s/%s\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return statusDone
}

// buildVersion is the version of which this binary was built.
func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}

// userAgent is what web servers are told: only what a product's token may hold.
func userAgent() string {
	version := strings.Trim(buildVersion(), "()")
	return "moonpost/" + cmp.Or(version, "unknown")
}
