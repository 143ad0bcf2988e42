package main

import (
	"errors"

	"moonpost/luabind"
)

// confinement are the flags that say what a script may touch.
type confinement struct {
	Sandbox   bool                  `help:"No programs, no files but those below the script's folder, no hosts but those of --allow-host."`
	AllowHost []luabind.AllowedHost `sep:"none" placeholder:"HOST[:PORT]" help:"With --sandbox: a host that mail may go to, such as mail.example.org:587, *.example.org or a socket's path; may be repeated."`
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
