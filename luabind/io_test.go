package luabind

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFiles runs scripts that read and write files below a folder of their own.
func TestFiles(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"write, seek, read", `
			local f = assert(io.open(dir .. "a", "w+"))
			f:write("one\n", 2, "\n"):write("three")
			print(f:seek("set"), f:read(), f:read("*n"), f:read("*l"), f:read("*a"), f:read("*a"), f:read("*l"), f:seek("end"))
			print(f:close(), io.type(f), tostring(f), pcall(f.read, f))`,
			"0\tone\t2\t\tthree\t\tnil\t11\ntrue\tclosed file\tfile (closed)\tfalse\tattempt to use a closed file\n"},
		{"reads and writes take turns", `
			local f = io.open(dir .. "b", "w") f:write("abcdef") f:close()
			f = io.open(dir .. "b", "r+b")
			print(f:read(2), f:write("X"), f:seek("cur")) print(f:read(1), f:seek("set", 0), f:read("*a")) f:close()
			f = io.open(dir .. "b", "a+") f:write("!") f:seek("set") print(f:read("a")) f:close()`, "ab\tFILE\t3\nd\t0\tabXdef\nabXdef!\n"},
		{"what goes wrong", `
			print(select(2, io.open(dir .. "none")), select(3, io.open(dir .. "none")))
			print(pcall(io.open, dir, "rw"))
			print(pcall(io.lines, dir .. "none"))
			local f = io.open(dir .. "c", "w") print(f:read()) f:close()
			f = io.open(dir .. "c") print(f:write("x")) print(f:read(0)) f:close()
			print(io.stdout:close()) print(io.stdout:seek())
			print(os.remove(dir .. "none")) print(os.rename(dir .. "none", dir .. "x"))`,
			"DIRnone: No such file or directory\t2\nfalse\tbad argument #2 to 'open' (invalid mode)\n" +
				"false\tbad argument #1 to 'lines' (DIRnone: No such file or directory)\nnil\tBad file descriptor\t9\nnil\tBad file descriptor\t9\nnil\n" +
				"nil\tcannot close standard file\nnil\tIllegal seek\t29\nnil\tDIRnone: No such file or directory\t2\nnil\tDIRnone: No such file or directory\t2\n"},
		{"default files and lines", `
			io.output(dir .. "d") io.write("x\ny") io.close() io.output(io.stdout)
			for l in io.lines(dir .. "d") do io.write("[", l, "]") end
			io.input(dir .. "d") print(io.read(), io.read("*l", "*l")) io.input(io.stdin)
			local f = io.tmpfile() f:write("temporary") f:seek("set") print(f:read("*a")) f:close()
			local name = os.tmpname() print(io.open(name):read("*a") == "", os.remove(name))`, "[x][y]x\ty\tnil\ntemporary\ntrue\ttrue\n"},
		{"programs", `
			print(io.popen("printf 'a\nb'; exit 3"):read("*l", "*l", "*l")) print(io.popen("exit 3"):close())
			local p = io.popen("cat > " .. dir .. "e", "w") p:write("by cat") p:close() print(io.open(dir .. "e"):read("*a"))
			print(os.execute("exit 2"), os.execute("kill -9 $$"), os.execute(), pcall(io.popen, "ls", "x"))
			os.execute("echo printed")`, "a\tb\tnil\ntrue\nby cat\n512\t9\t1\tfalse\tbad argument #2 to 'popen' (invalid mode)\nprinted\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir() + string(filepath.Separator)
			stdout, logged, err := runBinding(t, "local dir = [["+dir+"]] local function hide(s) return (tostring(s):gsub('file %(0x%x+%)', 'FILE')) end "+
				"local p = print function print(...) local t = {...} for i = 1, select('#', ...) do t[i] = hide(t[i]) end p(unpack(t)) end\n"+tt.code, "")
			if err != nil {
				t.Fatal(err, logged)
			}
			if got := strings.ReplaceAll(stdout, dir, "DIR"); got != tt.want {
				t.Errorf("printed\n%swant\n%s", got, tt.want)
			}
		})
	}
}

// TestFilesAreWrittenAtTheEnd: what a script left open is not lost, however it ended.
func TestFilesAreWrittenAtTheEnd(t *testing.T) {
	for name, end := range map[string]string{"end": "", "error": "error('x')", "exit": "os.exit(3)"} {
		path := filepath.Join(t.TempDir(), name)
		runBinding(t, "local f = io.open([["+path+"]], 'w') f:write('kept') P = io.popen([[cat > "+path+".cat]], 'w') P:write('piped') "+end, "")
		for file, want := range map[string]string{path: "kept", path + ".cat": "piped"} {
			if got, err := os.ReadFile(file); err != nil || string(got) != want {
				t.Errorf("%s: %q, %v", filepath.Base(file), got, err)
			}
		}
	}
}

// TestCommandsEndWithTheScript: a program and its children are killed when the script is broken off.
func TestCommandsEndWithTheScript(t *testing.T) {
	for name, code := range map[string]string{
		"execute": `os.execute("sleep 30 & sleep 30; true")`,
		"read":    `io.popen("sleep 30 & sleep 30; true"):read("*a")`,
		"close":   `io.popen("sleep 30; true"):close()`,
		"write":   `local p = io.popen("sleep 30; true", "w") for i = 1, 1e6 do p:write(("x"):rep(1000)) end`,
		"setsid":  `io.popen("setsid sleep 3 & sleep 30; true"):read("*a")`,
	} {
		t.Run(name, func(t *testing.T) {
			program, err := Compile(Script{Name: "test.lua", Source: []byte(code)})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeoutCause(context.Background(), 200*time.Millisecond, errors.New("time is up"))
			defer cancel()
			host := &Host{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Wall: time.Now, Mono: time.Now}
			start := time.Now()
			if _, err := host.Run(ctx, program); err == nil || err.Error() != "time is up" {
				t.Error(err)
			}
			if took := time.Since(start); took > 2500*time.Millisecond {
				t.Errorf("took %v", took)
			}
		})
	}
}
