package luabind

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// Sandbox confines a script: it starts no programs, sees no files but those
// below its folder, and reaches no hosts but those that are allowed.
type Sandbox struct {
	Hosts []AllowedHost // where connections may go
}

// sandboxError is something that the sandbox refuses. Its kind is "sandbox".
type sandboxError struct{ text, hint string }

func (e *sandboxError) Error() string { return e.text }
func (e *sandboxError) Kind() string  { return "sandbox" }
func (e *sandboxError) Hint() string  { return e.hint }

// sandboxed tells whether the sandbox refused what err reports.
func sandboxed(err error) *sandboxError {
	var e *sandboxError
	errors.As(err, &e)
	return e
}

// confine opens the script's folder as its whole disk, where there is a
// sandbox. What is returned gives the folder back.
func (h *Host) confine(s *Script) (release func(), err error) {
	h.confined = nil
	if h.Sandbox == nil {
		return func() {}, nil
	}
	d, err := newFolderDisk(s.folder())
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	h.confined = d
	return func() { d.root.Close() }, nil //nolint:errcheck // opened for reading only
}

// folder is where the script lies; the working directory where it lies in no file.
func (s *Script) folder() string {
	if s.Dir == "" {
		return "."
	}
	return s.Dir
}

// effect refuses what no sandboxed script may do, and other traffic than mail
// to hosts that aren't allowed. Files are the disk's to refuse.
func (s *Sandbox) effect(kind EffectKind, call, target string) error {
	switch {
	case s == nil:
		return nil
	case kind == EffectCommand:
		return &sandboxError{text: call + ": not allowed in the sandbox", hint: "a script starts no programs under --sandbox"}
	case kind == EffectNetwork:
		return s.url(call, target)
	}
	return nil
}

// url checks the host that a URL names.
func (s *Sandbox) url(call, target string) error {
	u, err := url.Parse(target)
	if err != nil || u.Hostname() == "" {
		return &sandboxError{text: call + ": not allowed in the sandbox", hint: "a URL that names its host may be allowed by --allow-host"}
	}
	port, _ := strconv.Atoi(u.Port())
	if port == 0 {
		port = map[string]int{"http": 80, "https": 443}[u.Scheme]
	}
	return s.named(call, u.Hostname(), port)
}

// named is host with the call and the place in the error.
func (s *Sandbox) named(call, host string, port int) error {
	err := s.host(host, port)
	if refused := sandboxed(err); refused != nil {
		return &sandboxError{text: fmt.Sprintf("%s: %s: %s", call, hostKey(host), refused.text), hint: refused.hint}
	}
	return err
}

// allowHost raises where the sandbox lets no connection be made to a host.
// What goes on to other hosts, as a redirected request does, asks again.
func (rt *Runtime) allowHost(L *lua.LState, call, host string, port int) {
	if err := rt.host.Sandbox.named(call, host, port); err != nil {
		raise(L, err)
	}
}
