package luabind

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"moonpost/mime"
	"moonpost/outbox"
)

// Host is everything that a script may touch of the process: standard
// streams, environment, clocks, files, and the one seam through which mail
// leaves.
type Host struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	LookupEnv      func(name string) (string, bool)
	Wall           func() time.Time // for Date, ids and logs
	Mono           func() time.Time // for deadlines and rates
	Rand           io.Reader
	Logger         *slog.Logger
	Outbound       Outbound
	Trace          Trace
	Progress       Progress
	// Final governs the wait for replies to final dots that are on the wire
	// when the script's context ends; nil waits no longer.
	Final context.Context
	// Effect is asked before the script does something outside its own state
	// and mail: an error refuses it and is raised at that line. Nil allows all.
	Effect func(Effect) error
	// Sleep waits as time.sleep does, or returns the context's cause; nil is
	// the real wait.
	Sleep func(ctx context.Context, d time.Duration) error
	// Testing makes the module test work; nil outside of `moonpost test`.
	Testing *Testing
	// Store opens the outbox when a script first needs it; nil: there is none.
	Store func(ctx context.Context) (outbox.Store, error)
	// Batch is what the command line asks of every batch.
	Batch outbox.Flags
	// Confirm is asked before a batch sends anything; nil is yes.
	Confirm func(p *outbox.Plan) (bool, error)
	// Watch shows how a batch comes along; nil shows nothing.
	Watch func(id string, snapshot func() outbox.Progress) (stop func())
	// Preview gets the first mail of each batch in a dry run; nil shows none.
	Preview io.Writer
	// Summarise is told what each batch did; nil tells nobody.
	Summarise func(s outbox.Summary)
	// Worker makes the run a worker of the queue; nil doesn't.
	Worker *Worker
	// HostFlags are the names that a script may not declare by flags.parse.
	HostFlags []string

	// MaxMemory is how many octets the process may use before the script is
	// stopped by a *MemoryError; 0 is no limit.
	MaxMemory int64
	// Sandbox confines the script; nil doesn't.
	Sandbox *Sandbox
	// Web is how the requests of the module http leave.
	Web Web

	env       *mime.Env     // made with the first Lua state
	confined  *folderDisk   // all that the script sees of the disk, in a sandbox
	functions functionNames // of a session's bindings; nil outside one
	check     *rehearsal    // of a check: gets what happens; else nil
	asked     *routeInquiry // asks the script which way a mail goes when it has run; else nil
}

// Trace says which transcripts are written to Stderr. Secrets and message
// data stay masked unless asked for.
type Trace struct{ SMTP, Auth, Data bool }

// Progress shows how relays come along. Track begins with the first
// submitted message and ends when stop is called.
type Progress interface {
	Track(name string, counts func() Counts) (stop func())
}

// Counts are messages: all that were submitted, and what became of them.
type Counts struct{ Submitted, Sent, Failed int64 }

// open opens a file that a script names, relative to the working directory.
func (h *Host) open(path string) (*os.File, error) {
	return h.disk().OpenFile(path, os.O_RDONLY, 0)
}

// mimeEnv gives the builder the host's clock and randomness.
func (h *Host) mimeEnv() *mime.Env { return h.env }

// fileSource is a file as a source of message content: opened anew for each
// reading, its size known beforehand.
type fileSource struct {
	host *Host
	path string
	size int64
}

// newFileSource checks that path can be read now, so that a missing file is
// an error of the line that names it.
func newFileSource(h *Host, path string) (*fileSource, error) {
	f, err := h.open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // opened for reading only
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errNotRegular}
	}
	return &fileSource{host: h, path: path, size: info.Size()}, nil
}

// Open opens the file for one reading.
func (s *fileSource) Open() (io.ReadCloser, error) { return s.host.open(s.path) }

// Size is the size that the file had when it was named.
func (s *fileSource) Size() (int64, bool) { return s.size, true }
