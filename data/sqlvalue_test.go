package data

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSQLISO(t *testing.T) {
	for in, want := range map[string]string{
		"2026-10-05 10:00:00": "2026-10-05T10:00:00", "2026-10-05 10:00:00.000000": "2026-10-05T10:00:00", "2026-10-05 10:00:00.250": "2026-10-05T10:00:00.25",
		"2026-10-05 10:00:00+00": "2026-10-05T10:00:00Z", "2026-10-05 10:00:00-03": "2026-10-05T10:00:00-03:00", "2026-10-05 10:00:00.5+05:30": "2026-10-05T10:00:00.5+05:30",
		"2026-10-05 10:00:00+00:30": "2026-10-05T10:00:00+00:30", "1890-01-01 00:53:28+00:53:28": "1890-01-01T00:53:28+00:53:28", "12026-10-05 10:00:00": "12026-10-05T10:00:00",
		"0000-00-00 00:00:00": "0000-00-00T00:00:00", "infinity": "infinity", "0044-03-15 00:00:00 BC": "0044-03-15 00:00:00 BC", "": "",
	} {
		if got := sqlISO(in); got != want {
			t.Errorf("sqlISO(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSQLNumbers(t *testing.T) {
	for _, c := range []struct{ got, want any }{
		{sqlInteger(1 << 53), float64(1 << 53)}, {sqlInteger(1<<53 + 1), "9007199254740993"}, {sqlInteger(-1<<53 - 1), "-9007199254740993"}, {sqlInteger(math.MinInt64), "-9223372036854775808"},
		{sqlUnsigned(math.MaxUint64), "18446744073709551615"}, {sqlUnsigned(7), float64(7)}, {sqlFloat32(1.1), 1.1}, {sqlFloatText("1e400"), math.Inf(1)}, {sqlFloatText("x"), "x"},
		{sqlIntegerText("99999999999999999999"), "99999999999999999999"}, {sqlBits([]byte{2, 1}), float64(513)}, {sqlFlag(float64(1)), true}, {sqlFlag(float64(2)), float64(2)},
		{sqliteDigits("12.5", 2), "12.50"}, {sqliteDigits("12", 2), "12.00"}, {sqliteDigits("12.345", 2), "12.345"}, {sqliteDigits("-0.5", 0), "-0.5"}, {sqliteDigits("5", 0), "5"},
		{postgresFloat(math.Inf(-1)), "-Infinity"}, {postgresFloat(0.1), "0.1"},
	} {
		if c.got != c.want {
			t.Errorf("got %v (%T), want %v (%T)", c.got, c.got, c.want, c.want)
		}
	}
}

func TestPostgresLists(t *testing.T) {
	for in, want := range map[string]any{
		"{}": []any{}, "{1,NULL,-3}": []any{1.0, SQLNull{}, -3.0}, "{{1,2},{3,4}}": []any{[]any{1.0, 2.0}, []any{3.0, 4.0}}, "[2:3]={5,6}": []any{5.0, 6.0}, "{9007199254740993}": []any{"9007199254740993"},
		"{1": "{1", "{1,": "{1,", "{": "{", "": "", "x": "x", "{1}x": "{1}x", "{1}}": "{1}}", `{"1`: `{"1`, strings.Repeat("{", 9): strings.Repeat("{", 9),
	} {
		if got := postgresValue(in, 1007); !cmp.Equal(got, want) {
			t.Errorf("%q is %v, want %v", in, got, want)
		}
	}
	list := []any{`a"b\`, SQLNull{}, "", "NULL", []any{"{,}", "ü"}}
	if got := postgresValue(postgresArray(list, false), 1009); !cmp.Equal(got, any(list)) {
		t.Errorf("%v became %v", list, got)
	}
	for in, want := range map[string]string{`\x00ff`: "\x00\xff", `\x0`: `\x0`, `a\\b\000\377`: "a\\b\x00\xff", ``: "", `\`: `\`} {
		if got := postgresBytes(in); got != want {
			t.Errorf("bytes of %q are %q, want %q", in, got, want)
		}
	}
}

// FuzzPostgresList: whatever the server writes, reading it ends; and what was read can be written and read again.
func FuzzPostgresList(f *testing.F) {
	for _, text := range []string{"{}", "{1,2}", `{"a\"b",NULL}`, "{{a},{b}}", "[0:1]={x,y}", `{"`, "{,}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, ok := postgresList(text, 25)
		if !ok {
			return
		}
		again, ok := postgresList(postgresArray(list, false), 25)
		if !ok || !cmp.Equal(list, again) {
			t.Fatalf("%q is %v, and then %v", text, list, again)
		}
	})
}

func TestSQLAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://u:p@h:5432/d?sslmode=disable": "postgres://u@h:5432/d", "postgresql+psycopg://u:p@h/d": "postgres://u@h/d", "POSTGRES://h/d": "postgres://h/d",
		"mariadb://u:p%40@h/d": "mysql://u@h/d", "mysql+pymysql://h": "mysql://h", "sqlite:a b.db": "sqlite:a b.db", "sqlite:/x/y.db": "sqlite:/x/y.db", ":memory:": "sqlite::memory:", "sqlite::memory:": "sqlite::memory:",
		"": "the address of the database is empty", "x": "the address of the database has no scheme", "sqlite:": "the address names no file", "oracle://x": `there is no driver for oracle:`,
		"postgres:x": "the address of the database cannot be read", "mysql://u:p/w@h/d": "the address of the database cannot be read", "mysql://u:1#w@h/d": "the address of the database cannot be read",
	} {
		got, err := SQLName(in)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestMySQLSettings(t *testing.T) {
	for address, want := range map[string]string{
		"mysql://u:p%2F@db.example:3307/d": "tcp db.example:3307 p/ verified", "mysql://localhost/d": "tcp localhost:3306  plain", "mysql://u@/d?socket=/run/m.sock": "unix /run/m.sock  plain",
		"mysql://db.example/d?tls=false": "tcp db.example:3306  plain", "mysql://db.example/d?ssl-mode=REQUIRED": "tcp db.example:3306  unverified", "mysql://[::1]/d": "tcp [::1]:3306  plain",
		"mysql://db.example/d?sslmode=prefer": "tcp db.example:3306  unverified or plain", "mysql://127.0.0.1/d?tls=true": "tcp 127.0.0.1:3306  verified",
		"mysql://h/d?frob=1": "the address has the unknown setting \"frob\"", "mysql://h/d?tls=maybe": "the address has the unknown tls mode \"maybe\"",
	} {
		target, err := parseSQLAddress(address)
		if err != nil {
			t.Fatal(address, err)
		}
		config, err := mysqlConfig(target.url, &SQLOptions{})
		if err != nil {
			if strings.ReplaceAll(err.Error(), `"`, "") != strings.ReplaceAll(want, `"`, "") {
				t.Errorf("%s: %v, want %s", address, err, want)
			}
			continue
		}
		how := "plain"
		switch {
		case config.TLS != nil && config.AllowFallbackToPlaintext:
			how = "unverified or plain"
		case config.TLS != nil && config.TLS.InsecureSkipVerify:
			how = "unverified"
		case config.TLS != nil:
			how = "verified"
		}
		if got := strings.Join([]string{config.Net, config.Addr, config.Passwd, how}, " "); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

func TestPostgresSettings(t *testing.T) {
	for address, want := range map[string]string{
		"postgres://db.example/d": "verify-full", "postgres://localhost/d": "prefer", "postgres://127.0.0.1/d": "prefer", "postgres:///d?host=/run/postgresql": "prefer",
		"postgres://db.example/d?sslmode=require": "", "postgres://localhost,db.example/d": "verify-full",
	} {
		target, err := parseSQLAddress(address)
		if err != nil {
			t.Fatal(address, err)
		}
		config, err := parsePostgres(target.url, "")
		if err != nil {
			t.Fatal(address, err)
		}
		local := true
		for _, host := range postgresHosts(config) {
			local = local && localHost(host.Host)
		}
		if got := postgresTLSMode(target.url, &SQLOptions{}, local); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// TestSQLWait: what a script does between two rows is none of the database's time.
func TestSQLWait(t *testing.T) {
	w := newSQLWait(t.Context(), 40*time.Millisecond)
	defer w.end()
	w.pause()
	time.Sleep(80 * time.Millisecond)
	if w.ctx.Err() != nil {
		t.Fatal("the time ran while nobody waited")
	}
	w.resume()
	<-w.ctx.Done()
	w.resume() // once over, it stays so
	if w.ctx.Err() == nil {
		t.Fatal("the wait began again")
	}
}
