//go:build !linux

package main

// machineMemory is not known here: --max-memory has to be given.
func machineMemory() int64 { return 0 }
