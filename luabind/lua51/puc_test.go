package lua51

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"testing"

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
			io.WriteString(out, L.ToStringMeta(L.Get(i)).String())
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

// withoutPositions takes off where an error was raised.
func withoutPositions(text string) string {
	return regexp.MustCompile(`(<string>|snippet):\d+: `).ReplaceAllString(text, "")
}

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
end
`

// runPUC runs snippets one after the other in one process of PUC's Lua 5.1,
// and gives what each prints.
func runPUC(tb testing.TB, snippets []string) []string {
	tb.Helper()
	path, err := exec.LookPath("lua5.1")
	if err != nil {
		tb.Skip("SKIPPED: lua5.1 is not installed, so nothing was compared with PUC's Lua (apt-get install lua5.1)")
	}
	var in strings.Builder
	for _, code := range snippets {
		fmt.Fprintf(&in, "%d\n%s", len(code), code)
	}
	command := exec.CommandContext(tb.Context(), path, "-e", pucDriver)
	command.Stdin = strings.NewReader(in.String())
	out, err := command.Output()
	if err != nil {
		tb.Fatalf("lua5.1: %v", err)
	}
	results := make([]string, len(snippets))
	reader := bufio.NewReader(strings.NewReader(string(out)))
	for i := range results {
		var n int
		if _, err := fmt.Fscanf(reader, "%d\n", &n); err != nil {
			tb.Fatalf("lua5.1 gave %d results of %d: %v", i, len(snippets), err)
		}
		text := make([]byte, n)
		if _, err := io.ReadFull(reader, text); err != nil {
			tb.Fatal(err)
		}
		results[i] = withoutPositions(string(text))
	}
	return results
}

// snippet is one line of the differential table. Where ours is set, our
// result differs on purpose, and why says for what reason.
type snippet struct{ code, ours, why string }

// compareWithPUC runs all snippets on both and fails where they differ
// without a reason, or have a reason and don't differ.
func compareWithPUC(t *testing.T, snippets []snippet) {
	t.Helper()
	var codes []string
	for _, s := range snippets {
		codes = append(codes, s.code)
	}
	intended := 0
	for i, puc := range runPUC(t, codes) {
		s, ours := snippets[i], runOurs(t.Context(), codes[i])
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
