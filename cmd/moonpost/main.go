// Command moonpost runs Lua scripts that mail.
package main

import "os"

func main() { os.Exit(systemProcess().main()) }
