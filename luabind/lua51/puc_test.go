package lua51

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// newState is a Lua state with gopher-lua's libraries, ours over them, and a
// print that writes to out.
func newState(ctx context.Context, out io.Writer) *lua.LState {
	L := lua.NewState(lua.Options{
		RegistrySize: 1024, RegistryMaxSize: 1 << 20, RegistryGrowStep: 4096, CallStackSize: 4096, MinimizeStackMemory: true,
	})
	L.SetContext(ctx)
	Open(L)
	L.SetGlobal("print", L.NewFunction(func(L *lua.LState) int {
		for i := 1; i <= L.GetTop(); i++ {
			if i > 1 {
				io.WriteString(out, "\t")
			}
			io.WriteString(out, ToString(L, L.Get(i)).String())
		}
		io.WriteString(out, "\n")
		return 0
	}))
	return L
}

// runOurs runs one snippet in a state of its own and gives what it prints,
// with its error as the last line.
func runOurs(ctx context.Context, code string) string {
	var out strings.Builder
	L := newState(ctx, &out)
	defer L.Close()
	if err := L.DoString(code); err != nil {
		text := err.Error()
		if raised, ok := err.(*lua.ApiError); ok {
			text = raised.Object.String()
		}
		fmt.Fprintf(&out, "error: %s\n", text)
	}
	return withoutPositions(out.String())
}

// errorPosition is where an error was raised, as both write it.
var errorPosition = regexp.MustCompile(`(<string>|snippet):\d+: `)

func withoutPositions(text string) string { return errorPosition.ReplaceAllString(text, "") }

// pucDriver runs snippets that come by standard input, each after its length,
// and writes what they print the same way.
const pucDriver = `
local function run(code)
	local out = {}
	function print(...)
		local line = {}
		for i = 1, select("#", ...) do line[i] = tostring((select(i, ...))) end
		out[#out + 1] = table.concat(line, "\t") .. "\n"
	end
	local ok, err = loadstring(code, "=snippet")
	if ok then ok, err = pcall(ok) end
	if not ok then out[#out + 1] = "error: " .. tostring(err) .. "\n" end
	return table.concat(out)
end
while true do
	local n = io.read("*n")
	if not n then break end
	io.read(1)
	local text = run(io.read(n))
	io.write(#text, "\n", text)
	io.flush()
end
`

// pucProcess is PUC's Lua 5.1, running snippets.
type pucProcess struct {
	in  io.Writer
	out *bufio.Reader
}

// startPUC starts PUC's Lua 5.1, or gives nil where it isn't installed.
func startPUC(tb testing.TB) *pucProcess {
	tb.Helper()
	path, err := exec.LookPath("lua5.1")
	if err != nil {
		return nil
	}
	command := exec.Command(path, "-e", pucDriver)
	in, err := command.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		in.Close()
		command.Wait()
	})
	return &pucProcess{in, bufio.NewReader(out)}
}

// run gives what one snippet prints.
func (p *pucProcess) run(tb testing.TB, code string) string {
	tb.Helper()
	fmt.Fprintf(p.in, "%d\n%s", len(code), code)
	var n int
	if _, err := fmt.Fscanf(p.out, "%d\n", &n); err != nil {
		tb.Fatalf("lua5.1: %v after\n%s", err, code)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(p.out, text); err != nil {
		tb.Fatal(err)
	}
	return withoutPositions(string(text))
}

// snippet is one line of the differential table. Where ours is set, our
// result differs on purpose, and why says for what reason.
type snippet struct{ code, ours, why string }

// update records what PUC's Lua prints, so that the comparison needs it once
// only.
var update = flag.Bool("update", false, "record what PUC's Lua 5.1 prints for each snippet")

// recorded holds what PUC's Lua prints for one group of snippets.
func recorded(t *testing.T, group string, snippets []snippet) []string {
	t.Helper()
	path := filepath.Join("testdata", "puc", group+".json")
	puc := startPUC(t)
	if *update {
		if puc == nil {
			t.Fatal("-update needs lua5.1 (apt-get install lua5.1)")
		}
		results := map[string]string{}
		for _, s := range snippets {
			results[s.code] = printable(puc.run(t, s.code))
		}
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", " ")
		if err := encoder.Encode(results); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	results := map[string]string{}
	if err == nil {
		err = json.Unmarshal(text, &results)
	}
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, s := range snippets {
		result, known := results[s.code]
		if !known || puc != nil && printable(puc.run(t, s.code)) != result {
			t.Fatalf("%s: not recorded, or PUC's Lua prints something else; run: go test ./luabind/lua51 -run Differential -update", s.code)
		}
		list = append(list, result)
	}
	if puc == nil {
		t.Log("lua5.1 is not installed: compared with what it printed when that was recorded")
	}
	return list
}

// printable writes bytes that are no UTF-8 in digits.
func printable(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return strconv.QuoteToASCII(text)
}

// compareWithPUC runs all snippets and fails where they differ from PUC's Lua
// without a reason, or have a reason and don't differ.
func compareWithPUC(t *testing.T, group string, snippets []snippet) {
	t.Helper()
	intended := 0
	for i, puc := range recorded(t, group, snippets) {
		s := snippets[i]
		ours := printable(runOurs(t.Context(), s.code))
		switch {
		case s.why == "" && ours != puc:
			t.Errorf("%s\nours:\n%sPUC:\n%s", s.code, ours, puc)
		case s.why == "":
		case s.ours != strings.TrimSuffix(ours, "\n"):
			t.Errorf("%s (%s)\nours:\n%swant:\n%s", s.code, s.why, ours, s.ours)
		case ours == puc:
			t.Errorf("%s: no difference any more: %s", s.code, s.why)
		default:
			intended++
		}
	}
	t.Logf("%d snippets, %d intended differences", len(snippets), intended)
}
