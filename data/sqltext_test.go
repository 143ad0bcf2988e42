package data

import (
	"strings"
	"testing"
)

func TestSQLText(t *testing.T) {
	for _, c := range []struct {
		name     string
		dialect  sqlDialect
		in, want string
		holders  int
	}{
		{"plain", sqlPostgres, "select ? + ?", "select $1 + $2", 2},
		{"ten and more", sqlPostgres, "?,?,?,?,?,?,?,?,?,?,?", "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11", 11},
		{"string", sqlPostgres, "select '?', 'it''s ?', ?", "select '?', 'it''s ?', $1", 1},
		{"backslash is plain", sqlPostgres, `select '\', ?`, `select '\', $1`, 1},
		{"escape string", sqlPostgres, `select E'\'?', e'?\\', ?`, `select E'\'?', e'?\\', $1`, 1},
		{"a name that ends in e", sqlPostgres, `select 1 AS e, note'\', ?`, `select 1 AS e, note'\', $1`, 1},
		{"quoted name", sqlPostgres, `select "a?""b?" from t where x = ?`, `select "a?""b?" from t where x = $1`, 1},
		{"dollar quotes", sqlPostgres, "select $$ ? $$, $x$ ? $$ ? $x$, ?", "select $$ ? $$, $x$ ? $$ ? $x$, $1", 1},
		{"dollar in a name", sqlPostgres, "select a$b$, ? from x$b$", "select a$b$, $1 from x$b$", 1},
		{"line comment", sqlPostgres, "select 1 -- ?\n, ?", "select 1 -- ?\n, $1", 1},
		{"nested comment", sqlPostgres, "select /* ? /* ? */ ? */ ?", "select /* ? /* ? */ ? */ $1", 1},
		{"operators", sqlPostgres, "select j ?? 'a', j ??| array[?], j ??& ?", "select j ? 'a', j ?| array[$1], j ?& $2", 2},
		{"array slice", sqlPostgres, "select a[?:?]", "select a[$1:$2]", 2},
		{"unicode", sqlPostgres, "select 'ü?' as ü, ?", "select 'ü?' as ü, $1", 1},
		{"unfinished", sqlPostgres, "select '?", "select '?", 0},
		{"unfinished comment", sqlPostgres, "select ? /* ?", "select $1 /* ?", 1},
		{"mysql strings", sqlMySQL, `select "?\"?", 'a\'?', ?`, `select "?\"?", 'a\'?', ?`, 1},
		{"mysql names", sqlMySQL, "select `a?` from t where b = ?", "select `a?` from t where b = ?", 1},
		{"mysql comments", sqlMySQL, "select 1 # ?\n, 2 -- ?\n, 5--?\n", "select 1 # ?\n, 2 -- ?\n, 5--?\n", 1},
		{"mysql comment that runs", sqlMySQL, "select /*!50000 ? */ /* ? */", "select /*!50000 ? */ /* ? */", 1},
		{"mysql dollars", sqlMySQL, "select $$ from t where a = ?", "select $$ from t where a = ?", 1},
		{"sqlite", sqlSQLite, `select [a?], "b?", ` + "`c?`" + `, '?\', ? -- ?`, `select [a?], "b?", ` + "`c?`" + `, '?\', ? -- ?`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := parseSQL(c.in, c.dialect)
			if got.text != c.want || got.holders != c.holders {
				t.Errorf("parseSQL(%q) = %q with %d, want %q with %d", c.in, got.text, got.holders, c.want, c.holders)
			}
		})
	}
}

func TestSQLSeveralStatements(t *testing.T) {
	for text, want := range map[string]bool{
		"select 1": false, "select 1;": false, "select 1; \n-- end\n /* more */ ": false, "select ';' || \"a;b\"": false,
		"select 1; select 2": true, "a;;b": true, "select 1; 'x'": true, "": false,
	} {
		if got := parseSQL(text, sqlPostgres).several; got != want {
			t.Errorf("several(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestSQLPlace(t *testing.T) {
	const text = "select ?, ?\nfrom sales whre day >= ? and a ?? b and c = d"
	parsed := parseSQL(text, sqlPostgres)
	for _, word := range []string{"whre", "day", "and c", "b and"} {
		at := parsed.original(strings.Index(parsed.text, word))
		if !strings.HasPrefix(text[at:], word) {
			t.Errorf("original offset of %q is %d: %q", word, at, text[at:])
		}
	}
	if got, want := sqlPlace(text, strings.Index(text, "whre")), "line 2, column 12: from sales whre day >= ? and a ?? b and c…"; got != want {
		t.Errorf("sqlPlace = %q, want %q", got, want)
	}
}

// FuzzSQLText: whatever the text, only its placeholders and doubled marks change, and every offset leads back into it.
func FuzzSQLText(f *testing.F) {
	for _, text := range []string{"select ?, '?', \"?\", $a$?$a$ -- ?", "E'\\''?", "/*/**/?*/?", "??|?", "$1$?$1$", "`?`[?]#?\n?"} {
		f.Add(text, uint8(0))
		f.Add(text, uint8(1))
		f.Add(text, uint8(2))
	}
	f.Fuzz(func(t *testing.T, text string, dialect uint8) {
		d := sqlDialect(dialect % 3)
		got := parseSQL(text, d)
		if got.holders > strings.Count(text, "?") {
			t.Fatalf("%d placeholders in %q", got.holders, text)
		}
		if d != sqlPostgres && got.text != text {
			t.Fatalf("changed %q to %q", text, got.text)
		}
		if len(got.text) != len(text)+moved(got) {
			t.Fatalf("%q became %q, which the edits %v do not explain", text, got.text, got.edits)
		}
		for offset := range len(got.text) + 1 {
			if at := got.original(offset); at < 0 || at > len(text) {
				t.Fatalf("offset %d of %q leads to %d of %q", offset, got.text, at, text)
			}
		}
		sqlPlace(text, len(text)/2)
	})
}

func moved(t sqlText) (by int) {
	for _, e := range t.edits {
		by += e.by
	}
	return by
}
