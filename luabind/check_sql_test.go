package luabind

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCheckReadsSQLite: a check looks into a file of SQLite that is only read, and opens no other database.
func TestCheckReadsSQLite(t *testing.T) {
	file, log := filepath.Join(t.TempDir(), "sales.db"), filepath.Join(t.TempDir(), "log.db")
	for path, mode := range map[string]string{file: "delete", log: "wal"} {
		if _, _, err := runBinding(t, fmt.Sprintf(`local db = require("sql").open("sqlite:%s", { create = true }) db:exec("pragma journal_mode = %s")
			db:exec("create table t (n integer)") db:exec("insert into t values (7)") db:close()`, path, mode), ""); err != nil {
			t.Fatal(err)
		}
	}
	const code = "local db = require('sql').open('sqlite:%s'%s)\nprint(db:query('select n from t')[1].n)\n%s"
	for _, tt := range []struct {
		path, options, end string
		want               []string
	}{
		{file, ", { read_only = true }", "", []string{}},
		{file, ", { read_only = true }", "db:exec('delete from t')", []string{`checked up to line 3: db:exec would write "sqlite:` + file + `"`}},
		{file, "", "", []string{`checked up to line 1: sql.open would open "sqlite:` + file + `"`}},
		{log, ", { read_only = true }", "", []string{`checked up to line 1: sql.open would open "sqlite:` + log + `"`}},
		{file + "x", ", { read_only = true }", "", []string{"error:1: sql.open: cannot read " + file + "x: no such file or directory", "checked up to line 1: it ends there with an error"}},
	} {
		if diff := cmp.Diff(tt.want, checkText(t, fmt.Sprintf(code, tt.path, tt.options, tt.end), CheckOptions{})); diff != "" {
			t.Errorf("%s%s %s: %s", tt.path, tt.options, tt.end, diff)
		}
	}
}
