package main

import (
	"bytes"
	"os"
	"path"
	"strconv"
	"strings"
)

// machineMemory is the least of the machine's memory and what the process's
// control groups leave of it, in octets; 0 where nothing tells.
func machineMemory() int64 { return memoryOf(os.ReadFile) }

// memoryOf reads what the kernel shows in files.
func memoryOf(read func(name string) ([]byte, error)) int64 {
	least := memTotal(read)
	for _, name := range limitFiles(read) {
		text, err := read(name)
		if err != nil {
			continue
		}
		// "max", or in version 1 a number near 2⁶³, is no limit.
		n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		if err == nil && n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}

// memTotal reads the machine's memory, which /proc/meminfo gives in KiB.
func memTotal(read func(name string) ([]byte, error)) int64 {
	text, err := read("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(text) {
		fields := strings.Fields(string(line))
		if len(fields) > 1 && fields[0] == "MemTotal:" {
			n, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return 0
			}
			return n << 10
		}
	}
	return 0
}

const cgroups = "/sys/fs/cgroup"

// limitFiles lists the files that may hold a limit: those of the process's own
// group and of all above it, in both versions of control groups.
func limitFiles(read func(name string) ([]byte, error)) []string {
	names := []string{cgroups + "/memory.max", cgroups + "/memory/memory.limit_in_bytes"}
	text, err := read("/proc/self/cgroup")
	if err != nil {
		return names
	}
	for line := range bytes.Lines(text) {
		fields := strings.SplitN(strings.TrimSpace(string(line)), ":", 3) // number:controllers:path
		if len(fields) < 3 {
			continue
		}
		root, file := cgroups, "memory.max"
		switch {
		case strings.Contains(fields[1], "memory"):
			root, file = cgroups+"/memory", "memory.limit_in_bytes"
		case fields[1] != "":
			continue
		}
		for group := path.Clean(fields[2]); group != "/" && group != "."; group = path.Dir(group) {
			names = append(names, path.Join(root, group, file))
		}
	}
	return names
}
