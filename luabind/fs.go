package luabind

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"
)

// fsModule is `fs`: files and folders.
func fsModule(rt *Runtime) Module {
	return Module{
		Name: "fs", Doc: "Files and folders, named relative to the working directory; `script.path` names what lies beside the script. What fails raises an error of kind \"io\" that gives the full path.",
		Functions: []Function{
			{"read", "(path: string): string", "The content of a file.", `print(#fs.read("report.pdf") > 0) --> true`, rt.fsRead},
			{"write", "(path: string, content: string)", "Writes a file as a whole: who reads it meanwhile sees the old content or the new, and so does who finds it after a crash. An existing file keeps its mode and owner; a link's target and a device are written in place.",
				"fs.write(\"total.txt\", \"42\\n\")\nprint(fs.read(\"total.txt\")) --> 42", rt.fsWrite},
			{"append", "(path: string, content: string)", "Writes at the end of a file, which is made where there is none.", "fs.append(\"sent.log\", \"ann\\n\")\nprint(fs.read(\"sent.log\")) --> ann", rt.fsAppend},
			{"exists", "(path: string): boolean", "Whether there is a file or folder of that name.", `print(fs.exists("no such file")) --> false`, rt.fsExists},
			{"stat", "(path: string): { size: integer, modified: time.Time, type: \"file\"|\"folder\"|\"other\", mode: string }?",
				"What is known of a file or folder; nil where there is none. A link is what it leads to.", `print(fs.stat("report.pdf").type, fs.stat("no such file")) --> file	nil`, rt.fsStat},
			{"glob", "(pattern: string): string[]", "The names that fit a pattern, sorted: `*`, `?`, `[a-z]` and `[!a-z]` within a name, `{pdf,png}` for one of several, `**` for folders within folders; a `/` at the end finds folders alone, and a backslash takes the meaning from what follows it. Names that begin with a dot need a pattern that does.",
				`print(table.concat(fs.glob("*.{pdf,png}"), " ")) --> logo.png report.pdf`, rt.fsGlob},
			{"list", "(path?: string): string[]", "The names in a folder, sorted; without a path those in the working directory.", "fs.mkdir(\"out/a\")\nprint(table.concat(fs.list(\"out\"), \" \")) --> a", rt.fsList},
			{"mkdir", "(path: string)", "Makes a folder and those that lead to it; one that exists is no error.", `fs.mkdir("reports/2026/10")`, rt.fsMkdir},
			{"move", "(from: string, to: string)", "Renames a file or folder; where `to` is a folder, moves into it. A file of that name is replaced.", "fs.write(\"new.txt\", \"x\")\nfs.move(\"new.txt\", \"done.txt\")\nprint(fs.exists(\"new.txt\"), fs.read(\"done.txt\")) --> false\tx", rt.fsMove},
			{"copy", "(from: string, to: string)", "Copies a file, as a whole like write; where `to` is a folder, into it. The copy has the mode of the original.", "fs.mkdir(\"kept\")\nfs.copy(\"report.pdf\", \"kept\")\nprint(fs.stat(\"kept/report.pdf\").size == fs.stat(\"report.pdf\").size) --> true", rt.fsCopy},
			{"remove", "(path: string, options?: fs.RemoveOptions): boolean", "Removes a file or an empty folder, with `recursive = true` also what is in it. Gives false where there was nothing.", "fs.write(\"old.txt\", \"x\")\nprint(fs.remove(\"old.txt\"), fs.remove(\"old.txt\")) --> true\tfalse", rt.fsRemove},
			{"join", "(first: string, ...: string): string", "Puts names together with one separator between them; an absolute name begins anew.", `print(fs.join("out", "2026", "a.pdf")) --> out/2026/a.pdf`, fsJoin},
			{"absolute", "(path: string): string", "The whole path of a file, from the root, which means the same wherever the script is started. Nothing need be there.", `print(fs.absolute("out/a.pdf") == fs.absolute("./out//a.pdf"), fs.absolute("/tmp/a.pdf")) --> true	/tmp/a.pdf`, rt.fsAbsolute},
			{"basename", "(path: string): string", "The last name of a path.", `print(fs.basename("out/a.pdf")) --> a.pdf`, fsName("fs.basename", filepath.Base)},
			{"dirname", "(path: string): string", "A path without its last name.", `print(fs.dirname("out/a.pdf")) --> out`, fsName("fs.dirname", filepath.Dir)},
			{"ext", "(path: string): string", "The ending of a name, with its dot; empty where there is none.", `print(fs.ext("out/a.tar.gz")) --> .gz`, fsName("fs.ext", fsExt)},
		},
		Types: []string{optionsClass("fs.RemoveOptions", reflect.TypeFor[fsRemoveOptions]())},
	}
}

// fsRemoveOptions are the options of fs.remove.
type fsRemoveOptions struct {
	Recursive bool `lua:"recursive" doc:"remove a folder with all that is in it"`
}

// argPath reads argument n as the name of a file.
func argPath(L *lua.LState, call string, n int, what string) string {
	path := argString(L, call, n, what)
	switch {
	case path == "":
		raiseArgument(L, fmt.Sprintf("%s: %s is empty", call, what))
	case strings.ContainsRune(path, 0):
		raiseArgument(L, fmt.Sprintf("%s: %s holds a NUL", call, what))
	}
	return path
}

// pathToWrite reads argument n and asks whether it may be written.
func (rt *Runtime) pathToWrite(L *lua.LState, call string, n int, what string) string {
	path := argPath(L, call, n, what)
	rt.effect(L, EffectWrite, call, path)
	return path
}

// mostRead bounds what fs.read holds in memory.
const mostRead = 1 << 30

func (rt *Runtime) fsRead(L *lua.LState) int {
	path := argPath(L, "fs.read", 1, "path")
	file, err := rt.host.open(path)
	if err != nil {
		raise(L, rt.fileError(path, err))
	}
	defer file.Close() //nolint:errcheck // opened for reading only
	content, err := io.ReadAll(io.LimitReader(&endingReader{L.Context(), file}, mostRead+1))
	switch {
	case err != nil:
		raise(L, rt.fileError(path, err))
	case len(content) > mostRead:
		raiseArgument(L, fmt.Sprintf("fs.read: %s is larger than 1 GiB; io.lines and csv.rows read piece by piece", path))
	}
	L.Push(lua.LString(content))
	return 1
}

// endingReader reads a file until the script's context ends.
type endingReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *endingReader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(p)
}

func (rt *Runtime) fsWrite(L *lua.LState) int {
	const call = "fs.write"
	path, content := rt.pathToWrite(L, call, 1, "path"), argString(L, call, 2, "content")
	if err := rt.replaceFile(path, 0, strings.NewReader(content)); err != nil {
		raise(L, writeError(call, path, err))
	}
	return 0
}

func (rt *Runtime) fsAppend(L *lua.LState) int {
	const call = "fs.append"
	path, content := rt.pathToWrite(L, call, 1, "path"), argString(L, call, 2, "content")
	file, err := rt.host.disk().OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, newFileMode)
	if err == nil {
		_, err = io.WriteString(file, content)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		raise(L, writeError(call, path, err))
	}
	return 0
}

// isMissing holds for a file that is not there, or whose folder is a file.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

func (rt *Runtime) fsExists(L *lua.LState) int {
	path := argPath(L, "fs.exists", 1, "path")
	_, err := rt.host.disk().Stat(path)
	if err != nil && !isMissing(err) {
		raise(L, rt.fileError(path, err))
	}
	L.Push(lua.LBool(err == nil))
	return 1
}

func (rt *Runtime) fsStat(L *lua.LState) int {
	path := argPath(L, "fs.stat", 1, "path")
	info, err := rt.host.disk().Stat(path)
	switch {
	case err == nil:
	case isMissing(err):
		L.Push(lua.LNil)
		return 1
	default:
		raise(L, rt.fileError(path, err))
	}
	kind := "other"
	if info.IsDir() {
		kind = "folder"
	} else if info.Mode().IsRegular() {
		kind = "file"
	}
	t := L.NewTable()
	t.RawSetString("size", lua.LNumber(info.Size()))
	t.RawSetString("modified", rt.newObject(L, timeClassName, info.ModTime()))
	t.RawSetString("type", lua.LString(kind))
	t.RawSetString("mode", lua.LString(fmt.Sprintf("%04o", info.Mode().Perm())))
	L.Push(t)
	return 1
}

func (rt *Runtime) fsMkdir(L *lua.LState) int {
	const call = "fs.mkdir"
	path := rt.pathToWrite(L, call, 1, "path")
	if err := rt.host.disk().MkdirAll(path, newFolderMode); err != nil {
		raise(L, writeError(call, path, err))
	}
	return 0
}

func (rt *Runtime) fsRemove(L *lua.LState) int {
	const call = "fs.remove"
	var o fsRemoveOptions
	checkOptions(L, call, 2, &o)
	path := rt.pathToWrite(L, call, 1, "path")
	disk := rt.host.disk()
	_, err := disk.Lstat(path)
	switch {
	case isMissing(err):
		L.Push(lua.LFalse)
		return 1
	case err != nil:
	case o.Recursive && isWhole(path):
		raiseArgument(L, fmt.Sprintf("%s: %s is not removed with all that is in it", call, path))
	case o.Recursive:
		err = disk.RemoveAll(path)
	default:
		err = disk.Remove(path)
	}
	if err != nil {
		raise(L, writeError(call, path, err))
	}
	L.Push(lua.LTrue)
	return 1
}

// isWhole holds for the root, the working directory and what lies above it:
// nobody means to remove these.
func isWhole(path string) bool {
	full, err := filepath.Abs(path)
	here, err2 := filepath.Abs(".")
	if err != nil || err2 != nil {
		return true
	}
	up, err := filepath.Rel(full, here)
	return err == nil && up != ".." && !strings.HasPrefix(up, ".."+string(filepath.Separator))
}
