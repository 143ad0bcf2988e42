package luabind

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"syscall"

	lua "github.com/yuin/gopher-lua"
)

// fileBuffer is the size of a file's buffers in octets.
const fileBuffer = 16 << 10

// luaFile is a file handle of Lua's io library. Reads and writes may follow
// each other without a seek: the buffer of the other direction is settled first.
type luaFile struct {
	in     *bufio.Reader // nil: not readable
	out    *bufio.Writer // nil: not writable
	file   *os.File      // nil: a standard stream
	mode   string        // of buffering: "full", "line" or "no"
	closed bool
	// finish does what closing needs besides closing file, or is nil.
	finish func() error
	// standard files are not closed by scripts.
	standard bool
}

// openFlags are the flags of C's modes, without the b.
var openFlags = map[string]int{
	"r": os.O_RDONLY, "r+": os.O_RDWR,
	"w": os.O_WRONLY | os.O_CREATE | os.O_TRUNC, "w+": os.O_RDWR | os.O_CREATE | os.O_TRUNC,
	"a": os.O_WRONLY | os.O_CREATE | os.O_APPEND, "a+": os.O_RDWR | os.O_CREATE | os.O_APPEND,
}

// newLuaFile makes a handle of an open file.
func newLuaFile(f *os.File, flags int) *luaFile {
	h := &luaFile{file: f, mode: "full"}
	if flags&os.O_WRONLY == 0 {
		h.in = bufio.NewReaderSize(f, fileBuffer)
	}
	if flags&(os.O_WRONLY|os.O_RDWR) != 0 {
		h.out = bufio.NewWriterSize(f, fileBuffer)
	}
	return h
}

// reader gives the buffer to read from, after what was written is out.
func (h *luaFile) reader() (*bufio.Reader, error) {
	if h.in == nil {
		return nil, syscall.EBADF
	}
	if h.out != nil && h.out.Buffered() > 0 {
		return h.in, h.out.Flush()
	}
	return h.in, nil
}

// write writes after what was read, not after what was buffered for reading.
func (h *luaFile) write(s string) error {
	if h.out == nil {
		return syscall.EBADF
	}
	if err := h.dropRead(); err != nil {
		return err
	}
	if _, err := h.out.WriteString(s); err != nil {
		return err
	}
	if h.mode == "no" || h.mode == "line" && bytes.IndexByte([]byte(s), '\n') >= 0 {
		return h.out.Flush()
	}
	return nil
}

// dropRead puts the file's position to where the script has read to.
func (h *luaFile) dropRead() error {
	if h.in == nil || h.file == nil || h.in.Buffered() == 0 {
		return nil
	}
	_, err := h.file.Seek(-int64(h.in.Buffered()), io.SeekCurrent)
	h.in.Reset(h.file)
	return err
}

func (h *luaFile) flush() error {
	if h.out == nil {
		return nil
	}
	return h.out.Flush()
}

// seek moves the position and gives it, counted from the file's start.
func (h *luaFile) seek(offset int64, whence int) (int64, error) {
	if h.file == nil {
		return 0, syscall.ESPIPE
	}
	if err := h.flush(); err != nil {
		return 0, err
	}
	if err := h.dropRead(); err != nil {
		return 0, err
	}
	return h.file.Seek(offset, whence)
}

// close writes what is buffered and closes the file; the first error counts.
func (h *luaFile) close() error {
	if h.closed {
		return nil
	}
	h.closed = true
	err := h.flush()
	if h.file != nil {
		if closeErr := h.file.Close(); err == nil {
			err = closeErr
		}
	}
	if h.finish != nil {
		if finishErr := h.finish(); err == nil {
			err = finishErr
		}
	}
	return err
}

// openFiles are the handles that the end of the script has to close: those
// with something to write, and programs. Files that were only read are closed
// by the garbage collector when the script forgets them.
type openFiles struct {
	rt    *Runtime
	files map[*luaFile]string // the names, for what goes wrong at the end
}

// keep remembers a handle until it is closed.
func (o *openFiles) keep(h *luaFile, name string) {
	if o.files == nil {
		o.files = map[*luaFile]string{}
	}
	o.files[h] = name
}

// close closes a handle at the script's wish.
func (o *openFiles) close(h *luaFile) error {
	delete(o.files, h)
	return h.close()
}

// closeAll closes what the script left open, so that nothing that it wrote is lost.
// What a broken-off run could not write is no news.
func (o *openFiles) closeAll(ctx context.Context) {
	for h, name := range o.files {
		if err := o.close(h); err != nil && ctx.Err() == nil {
			text, _ := namedError(name, err)
			o.rt.host.Logger.Warn("could not be written: " + text)
		}
	}
}

// newFileValue makes the userdata of a handle.
func (rt *Runtime) newFileValue(L *lua.LState, h *luaFile) *lua.LUserData {
	ud := L.NewUserData()
	ud.Value = h
	ud.Metatable = L.GetTypeMetatable(fileClass)
	return ud
}
