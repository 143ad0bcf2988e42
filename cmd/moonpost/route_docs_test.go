package main

import "testing"

// TestRoutingPage makes the script of docs/routing.md and runs the commands, which must print what the page shows.
func TestRoutingPage(t *testing.T) {
	runPage(t, "routing.md", 2, "name,email\nAnn,ann@example.org\n")
}
