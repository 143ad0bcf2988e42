package luabind

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkState is the start and the end of a script that does nothing: a Lua state with all libraries and modules.
func BenchmarkState(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := runBinding(b, "", ""); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCall is one call through the binding table: of a module's function, of an object's method, of a field;
// and, to compare, of one of Lua's own.
func BenchmarkCall(b *testing.B) {
	const prelude = `local guess, part, max = mime.guess_type, mime.text("x"), math.max `
	for name, call := range map[string]string{
		"loop alone": "", "Lua's own": "max(1, 2)", "function": `guess("a.png")`, "module and function": `mime.guess_type("a.png")`,
		"method": "part:size()", "field": "local x = part.content_type", "header": "local x = part.Subject",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			code := fmt.Sprintf("%s for i = 1, %d do %s end", prelude, b.N, call)
			if _, _, err := runBinding(b, code, ""); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkRows reads a CSV file row by row, six columns each; the time is that of one row.
func BenchmarkRows(b *testing.B) {
	b.ReportAllocs()
	t := strings.Repeat("ann@example.org,Ann Example,Oslo,Basic,42,yes\n", b.N)
	code := `local n = 0 for row in require("csv").rows("-", { header = true }) do n = n + #row.email end print(n)`
	if _, logged, err := runBinding(b, code, "email,name,city,plan,count,active\n"+t); err != nil {
		b.Fatal(err, logged)
	}
}
