package main

import (
	"errors"
	"fmt"

	"moonpost/luabind"
)

// confinement are the flags that say what a script may touch.
type confinement struct {
	Sandbox   bool                  `help:"No programs, no files but those below the script's folder, no hosts but those of --allow-host."`
	AllowHost []luabind.AllowedHost `sep:"none" placeholder:"HOST[:PORT]" help:"With --sandbox: a host that mail may go to, such as mail.example.org:587, *.example.org or a socket's path; may be repeated."`
	MaxMemory octets                `placeholder:"SIZE" help:"Stop the script when it uses more memory, e.g. 512MB, 2GiB; none: never (default: half of the machine's)."`
}

// check refuses a host that is allowed where all are.
func (c *confinement) check() error {
	if len(c.AllowHost) > 0 && !c.Sandbox {
		return errors.New("--allow-host is for --sandbox: without it, every host is allowed")
	}
	return nil
}

// sandbox is nil where there is none.
func (c *confinement) sandbox() *luabind.Sandbox {
	if !c.Sandbox {
		return nil
	}
	return &luabind.Sandbox{Hosts: c.AllowHost}
}

// octets is how much memory a script may use.
type octets struct {
	n     int64 // 0: as much as there is
	given bool
}

// leastMemory is what moonpost needs for itself and some lines of Lua.
const leastMemory = 32e6

// UnmarshalText reads the size of a flag.
func (o *octets) UnmarshalText(text []byte) error {
	o.given = true
	if string(text) == "none" {
		return nil
	}
	n, err := luabind.ParseSize(string(text))
	if err != nil {
		return fmt.Errorf(`%w; or "none"`, err)
	}
	if n != 0 && n < leastMemory {
		return errors.New("must be 32MB at least")
	}
	o.n = n
	return nil
}

// of gives the limit, half of the machine's memory where none was named, and
// tells the collector.
func (o octets) of(p *process) int64 {
	if !o.given && p.memory != nil {
		o.n = p.memory() / 2
	}
	if o.n > 0 {
		p.limitMemory(o.n + o.n/4) // garbage may pass the limit, and the collector need not hurry near it
	}
	return o.n
}
