package lint

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/yuin/gopher-lua/ast"
)

// fileOptions are the options that name a file to read.
var fileOptions = []string{"path", "key_file", "cert_file", "chain_file", "ca_file", "client_cert", "client_key"}

// readers are the functions whose argument of that name is a file to read.
var readers = map[string]string{
	"template.load": "path", "csv.rows": "path", "json.lines": "path", "mailbox.read": "path", "fs.read": "path",
}

// checkFile looks whether a file that the text names can be read.
func (f *file) checkFile(e ast.Expr) {
	name, ok := f.text(e, 0)
	p := f.program
	if !ok || name == "" || name == "-" || strings.Contains(name, "{{") || f.guards.tried || p.written[path.Clean(name)] {
		return
	}
	message, hint := p.world.Missing(name)
	if message == "" {
		return
	}
	f.report(e.Line(), f.guards.maybe || p.makes, message, hint, filepath.Base(name), name)
}
