package luabind

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// sqlCases runs code with sql and db as locals, and compares what it prints; § as in samePrinted.
func sqlCases(t *testing.T, address string, cases map[string]string) {
	t.Helper()
	for code, want := range cases {
		got, err := runSQL(t, &Host{}, code, address)
		if err != nil {
			got = "error: " + err.Error()
		}
		if !samePrinted(want, got) {
			t.Errorf("%s\ngot  %s\nwant %s", code, got, want)
		}
	}
}

// sqlLists is Lua that prints rows with lists in them.
const sqlLists = `local function show(v) if type(v) ~= "table" then return type(v):sub(1, 1) .. ":" .. tostring(v) end
	local t = {}; for i, x in ipairs(v) do t[i] = show(x) end; return "{" .. table.concat(t, "|") .. "}" end
	local function row(...) local rows, t = db:query(...), {}; for i, c in ipairs(rows.columns) do t[i] = show(rows[1][c]) end; print(table.concat(t, " ")) end `

func TestSQLPostgresTypes(t *testing.T) {
	address := os.Getenv("MOONPOST_TEST_POSTGRES")
	if address == "" {
		t.Skip("LOUD: PostgreSQL's own types are not tried: MOONPOST_TEST_POSTGRES is empty")
	}
	with := map[string]string{}
	for code, want := range map[string]string{
		`row([==[select array[1,2,null] as a, array['a "b"','c,d','','NULL'] as b, array[[1.5,2],[3,4]]::numeric[] as c, '{}'::int[] as d, array[true,false] as e, array['\x00ff'::bytea] as f, '[0:1]={5,6}'::int[] as g]==])`:                     "{n:1|n:2|u:NULL} {s:a \"b\"|s:c,d|s:|s:NULL} {{s:1.5|s:2}|{s:3|s:4}} {} {b:true|b:false} {s:\x00\xff} {n:5|n:6}",
		`db:exec("set timezone = 'Asia/Kolkata'") row("select '2026-10-05 10:00:00+02'::timestamptz as a, '2026-10-05 10:00:00.500'::timestamp as b, 'infinity'::timestamp as c, '0044-03-15 00:00 BC'::timestamp as d, '10:00:00.25'::time as e")`: "s:2026-10-05T13:30:00+05:30 s:2026-10-05T10:00:00.5 s:infinity s:0044-03-15 00:00:00 BC s:10:00:00.25",
		`db:exec("set timezone = 'UTC'") row("select '2026-10-05 10:00:00+02'::timestamptz as a, ?::timestamptz as b, ?::date as c", time.parse("2026-10-05T10:00:00.25+02:00"), time.parse("2026-10-05T00:00:00+02:00"))`:                          "s:2026-10-05T08:00:00Z s:2026-10-05T08:00:00.25Z s:2026-10-05",
		`row("select 'NaN'::float8 as a, '-Infinity'::float8 as b, 1e20::numeric as c, 1.1::real as d, '{\"a\":1}'::jsonb as e, '5a7c2f0e-0000-4000-8000-000000000001'::uuid as f, 5::oid as g, '10.0.0.1'::inet as h, null::int[] as i")`:          `n:nan n:-inf s:100000000000000000000 n:1.1 s:{"a": 1} s:5a7c2f0e-0000-4000-8000-000000000001 n:5 s:10.0.0.1 n:nil`,
		`print(#db:query("select * from generate_series(1, 9) as v(x) where x = any(?)", { 1, 3, 11 }))`:                                                                                                                                            "2",
		`row("select ?::text[] as a, ?::bytea[] as b, ?::jsonb ?? 'a' as c, ?::int[][] as d, ?::jsonb ??| array['b', ?] as e", { 'a"b\\', sql.null, "" }, { "\0\255", "\\" }, '{"a":1}', { { 1, 2 }, { 3, 4 } }, '{"a":1}', "a")`:                   "{s:a\"b\\|u:NULL|s:} {s:\x00\xff|s:\\} b:true {{n:1|n:2}|{n:3|n:4}} b:true",
		`row("select ?::int + 1 as a, ?::bigint as b, ?::float8 as c, ? || 'x' as d, ?::bytea as e, ?::bytea as f", 5, "9007199254740993", 1/0, "b\\", "\\x41", sql.blob("\\x41"))`:                                                                 "n:6 s:9007199254740993 n:inf s:b\\x s:\\x41 s:\\x41",
		`row("select $$?$$ as a, 'it''s ?' as b, E'\\'?' as c, \"x?\" /* ? /* ? */ */ from (select 1 as \"x?\") s where 1 = ? -- ?", 1)`:                                                                                                            "s:? s:it's ? s:'? n:1",
		`local ok, e = pcall(db.query, db, "select 1,\n  nme from (select 1 as name) t where 1 = ?", 1) print(e.code, e.message, e)`:                                                                                                                "42703\tcolumn \"nme\" does not exist\tscript.lua:§: db:query: column \"nme\" does not exist, at line 2, column 3: nme from (select 1 as name) t…",
		`local ok, e = pcall(db.query, db, "select $1", 1) print(e.kind, e.hint)`:                                                                                                                                                                   "argument\tplaceholders are written ? for every database",
		`local ok, e = pcall(db.query, db, "select 1 where 1 = ?", "abc") print(e.code, e.hint)`:                                                                                                                                                    "22P02\tPostgreSQL guesses a parameter's type from where it stands; ?::integer or ?::text tells it",
		`local ok, e = pcall(db.exec, db, "create temp table c (a int); copy c from stdin") print(e.kind, e.message)`:                                                                                                                               "argument\tdb:exec: copy … from stdin gets no rows here",
		`local ok, e = pcall(db.transaction, db, function() pcall(db.query, db, "broken") end) print(e.message); print(#db:query("select 1 as one"))`:                                                                                               "a statement of the transaction failed, so that none of it is kept\n1",
		`local ok, e = pcall(db.transaction, db, function() db:exec("create temp table d (a int primary key deferrable initially deferred); insert into d values (1), (1)") end) print(e.code); print(#db:query("select 1 as one"))`:                "23505\n1",
		`print((pcall(db.exec, db, "select pg_terminate_backend(pg_backend_pid())"))); print(#db:query("select 1 as one"))`:                                                                                                                         "false\n1",
		`local ok, e = pcall(db.transaction, db, function() pcall(db.exec, db, "select pg_terminate_backend(pg_backend_pid())"); db:query("select 1 as one") end) print(e.message, e.hint); print(#db:query("select 1 as one"))`:                    "the connection was lost\twhat the transaction did is undone; run it again\n1",
		`print(#db:query("do $$ begin raise notice 'hi'; end $$"))`: "0",
		`print(db:exec("create temp table r (a int); insert into r select * from generate_series(1, 5)"), db:exec("delete from r where a > ?", 3), #db:query("insert into r values (?) returning a", 9))`: "5\t2\t1",
		`for row in db:rows("select x from generate_series(1, 1000000) x") do if row.x == 5 then break end end print(#db:query("select 1 as one"))`:                                                       "1",
	} {
		with[sqlLists+code] = want
	}
	sqlCases(t, address, with)
}

func TestSQLMySQLTypes(t *testing.T) {
	if os.Getenv("MOONPOST_TEST_MARIADB") == "" {
		t.Skip("LOUD: MariaDB's own types are not tried: MOONPOST_TEST_MARIADB is empty")
	}
	address := withSchema(t, os.Getenv("MOONPOST_TEST_MARIADB"), "mysql")
	const table = sqlLists + `db:exec([[set sql_mode = ''; create temporary table z (a tinyint(1), b tinyint(4), c bigint unsigned, d date, e datetime, f timestamp null, g year, h bit(1), i bit(10), j float, k time(3), l enum('x','y'), m char(5), n decimal(20,0), o mediumtext, p varbinary(9), q tinyint(1));
		insert into z values (1, 1, 18446744073709551615, '0000-00-00', '0000-00-00 00:00:00', '2026-10-05 10:00:00', 2026, b'1', b'1000000001', 1.1, '-10:00:00.250', 'x', 'ab', 5, '😀', 'a', 7)]]) `
	const row = "b:true n:1 s:18446744073709551615 s:0000-00-00 s:0000-00-00T00:00:00 s:2026-10-05T10:00:00 n:2026 b:true n:513 n:1.1 s:-10:00:00.25 s:x s:ab s:5 s:😀 s:a n:7"
	sqlCases(t, address, map[string]string{
		table + `row("select * from z") row("select * from z where 1 = ?", 1)`:                                                  row + "\n" + row,
		table + `row("select sum(b) as a, avg(b) as b, count(*) as c, 5/2 as d, 1.0e0 as e, -9223372036854775808 as f from z")`: "s:1 s:1.0000 n:1 s:2.5000 n:1 s:-9223372036854775808",
		table + `row("select ? as a, ? as b, ? as c, ? as d", 5, 5.5, "ü", nil)`:                                                "n:5 n:5.5 s:ü n:nil",
		table + "row(\"select 'x\\\\'?' as a, `a` as b from z where a = ? -- ?\\n and '?' = \\\"?\\\" # ?\", true)":             "s:x'? b:true",
		table + `print(pcall(db.query, db, "load data local infile '/etc/passwd' into table z"))`:                               "false\tscript.lua:§: db:query: LOAD DATA LOCAL would have this program read files for the server, which it does not",
		`print((pcall(db.exec, db, "kill connection_id()"))); print(#db:query("select 1 as one"))`:                              "false\n1",
		`print(db:exec("create temporary table q (id integer primary key auto_increment, x int); insert into q (x) values (1); insert into q (x) values (2), (3)")); print(db:exec("insert into q (x) values (?)", 9)); print(db:exec("update q set x = 0"))`: "3\t2\n1\t4\n4",
		`for row in db:rows("select seq from seq_1_to_100000000") do if row.seq == 5 then break end end print(#db:query("select 1 as one"))`:                                                                                                                  "1",
		`local other = sql.open(db.name:gsub("^mysql://[^@]*", "` + mysqlLogin() + `"), { timeout = "1s" })
			print((pcall(other.query, other, "select sleep(60.5)")))
			local n
			for _ = 1, 200 do -- the server takes a moment to end it
				n = db:query("select count(*) as n from information_schema.processlist where info like 'select sleep(60.5%'")[1].n
				if n == 0 then break end
				db:exec("do sleep(0.02)")
			end
			print(n)`: "false\n0",
		`local ok, e = pcall(db.query, db, "select * from nowhere") print(e.code, e.kind)`: "1146\tsql",
	})
}

// mysqlLogin is the beginning of the test server's address, with the password.
func mysqlLogin() string {
	address := os.Getenv("MOONPOST_TEST_MARIADB")
	return strings.ReplaceAll(address[:strings.LastIndexByte(address, '@')], "%", "%%")
}

func TestSQLiteTypes(t *testing.T) {
	sqlCases(t, ":memory:", map[string]string{
		sqlLists + `db:exec("create table t (a decimal(10,2), b numeric, c date, d datetime, e boolean, f, g datetime, h bool, i timestamp)")
			db:exec("insert into t values (?, ?, ?, ?, ?, ?, ?, ?, ?)", 5, 1.5, "not a day", "2026-10-05T10:00:00+02:00", 7, "2026-10-05 10:00:00", 1791158400, 0, "2026-10-05")
			row("select * from t") row("select sum(a) as s, max(c) as m, typeof(a) as t from t")`: "s:5.00 s:1.5 s:not a day s:2026-10-05T10:00:00+02:00 n:7 s:2026-10-05 10:00:00 n:1791158400 b:false s:2026-10-05T00:00:00\nn:5 s:not a day s:integer",
		sqlLists + `row("select ? as a, ? as b, typeof(?) as c, typeof(?) as d, typeof(?) as e, typeof(?) as f", true, 2^60, "\255", "text", 5, 5.5)`:                                      "n:1 n:1152921504606846976 s:blob s:text s:integer s:real",
		`print(db:query("select ? as t, ? as d", time.parse("2026-10-05T10:00:00.5+02:00"), time.parse("2026-10-05", "Europe/Berlin"))[1].t)`:                                              "2026-10-05 10:00:00.5",
		`print(db:query("select ? as d", time.parse("2026-10-05", "Europe/Berlin"))[1].d)`:                                                                                                 "2026-10-05",
		`local ok, e = pcall(db.exec, db, "create table t (a integer primary key, b unique not null); insert into t values (1, 2); insert into t values (3, 2)") print(e.code, e.message)`: "2067\tconstraint failed: UNIQUE constraint failed: t.b",
		`local ok, e = pcall(db.query, db, "select ?", { 1 }) print(e.kind, e.message)`:                                                                                                    "argument\tdb:query: parameter 1 is a list of 1, which only PostgreSQL takes",
		`print(tostring(sql.null), sql.null == require("sql").null, db:query("select ? is null as n", require("json").null)[1].n)`:                                                         "NULL\ttrue\t1",
		`print(pcall(function() return db.nme end))`:          "false\tscript.lua:§: sql.DB has no field \"nme\"; did you mean \"name\"?",
		`print(pcall(db.query, nil, "select 1"))`:             "false\tscript.lua:§: sql.DB expected, got nothing; call methods with a colon",
		`print(pcall(db.query, db))`:                          "false\tscript.lua:§: db:query: text must be a string, got nothing",
		`print(pcall(db.transaction, db, 5))`:                 "false\tscript.lua:§: db:transaction: body must be a function, got a number",
		`print(pcall(sql.open, ":memory:", { tls = "yes" }))`: "false\tscript.lua:§: sql.open: option \"tls\" must be one of auto, none, required; got \"yes\"",
	})
}

// TestSQLTLS: a server is verified by an authority of one's own, and not trusted without.
func TestSQLTLS(t *testing.T) {
	ca := os.Getenv("MOONPOST_TEST_SQL_CA")
	if ca == "" {
		t.Skip("LOUD: databases are not tried with TLS: MOONPOST_TEST_SQL_CA is empty")
	}
	for _, server := range []struct{ name, variable, asks string }{
		{"postgres", "MOONPOST_TEST_POSTGRES", "select ssl as tls from pg_stat_ssl where pid = pg_backend_pid()"},
		{"mysql", "MOONPOST_TEST_MARIADB", "select variable_value <> '' as tls from information_schema.session_status where variable_name = 'Ssl_cipher'"},
	} {
		address, _, _ := strings.Cut(os.Getenv(server.variable), "?")
		for options, want := range map[string]string{
			fmt.Sprintf("ca_file = %q", ca): "true",
			"insecure = true":               "true",
			"tls = 'none'":                  "false",
			"":                              map[string]string{"postgres": "true", "mysql": "false"}[server.name],
			"tls = 'required'":              "error: the certificate's issuer isn't known: give its CA with ca_file",
			"tls = 'required', ca_file = 'testdata/missing.pem'": "error: ",
		} {
			got, err := runSQL(t, &Host{}, fmt.Sprintf("local v = db:query(%q)[1].tls; print(v == true or v == 1)", server.asks), address, options)
			if hinted, ok := err.(interface{ Hint() string }); ok {
				got = "error: " + hinted.Hint()
			}
			if lines := strings.Split(got, "\n"); lines[len(lines)-1] != want {
				t.Errorf("%s with %s: %q, %v; want %q", server.name, options, got, err, want)
			}
		}
	}
}

// TestSQLSecrets: no error shows a password, wherever it stands.
func TestSQLSecrets(t *testing.T) {
	for _, address := range []string{
		"postgres://u:s3cret@127.0.0.1:1/x", "postgres://u:s3/cret@127.0.0.1/x", "postgres://u:4#s3cret@127.0.0.1/x", "postgres://u:4?s3cret@127.0.0.1/x",
		"postgres://u:%zzs3cret@127.0.0.1/x", "postgres://127.0.0.1:1/x?password=s3cret", "postgres://u@127.0.0.1:1/x?password=s3cret&sslmode=bad",
		"mysql://u:s3cret@127.0.0.1:1/x", "mysql://u:s3/cret@127.0.0.1:1/x", "mysql://u:4#s3cret@127.0.0.1:1/x", "mysql://127.0.0.1:1/x?password=s3cret", "u:s3cret@tcp(127.0.0.1)/x", "s3cret",
		"oracle://u:s3cret@127.0.0.1/x",
	} {
		_, err := runSQL(t, &Host{}, "", address)
		if err == nil {
			t.Fatal("connected to", address)
		}
		text := fmt.Sprint(err)
		if hinted, ok := err.(interface{ Hint() string }); ok {
			text += hinted.Hint()
		}
		if strings.Contains(text, "s3cret") || strings.Contains(text, "cret@") || strings.Contains(text, "u:4") {
			t.Errorf("%s: %s", address, text)
		}
	}
}

// TestSQLInTests: a script that is tested reaches databases of this machine alone.
func TestSQLInTests(t *testing.T) {
	for address, want := range map[string]string{
		"postgres://u@192.0.2.1/x": "a test connects to this machine only", "mysql://u@db.example/x": "a test connects to this machine only",
		"postgres://u@127.0.0.1:1/x": "connection refused", "mysql://u@localhost:1/x": "connection refused", "sqlite::memory:": "<nil>",
	} {
		host := sqlHost(new(strings.Builder))
		host.Outbound = Outbound{Closed: true}
		if err := runOn(t, host, fmt.Sprintf("require('sql').open(%q)", address)); !strings.HasSuffix(fmt.Sprint(err), want) {
			t.Errorf("%s: %v, want %s", address, err, want)
		}
	}
}

// fillSQL makes a file with a table of so many rows.
func fillSQL(t testing.TB, rows int) (address string) {
	t.Helper()
	address = "sqlite:" + filepath.Join(t.TempDir(), "large.db")
	fill := fmt.Sprintf("db:exec([[create table n (x integer, t text); insert into n with recursive c(x) as (select 1 union all select x + 1 from c where x < %d) select x, 'a text of some length ' || x from c]])", rows)
	if _, err := runSQL(t, &Host{}, fill, address); err != nil {
		t.Fatal(err)
	}
	return address
}

// TestSQLFlat: the memory of a loop over many rows does not grow with them.
func TestSQLFlat(t *testing.T) {
	got, err := runSQL(t, &Host{}, `local n, most = 0, 0
		collectgarbage(); local before = collectgarbage("count")
		for row in db:rows("select * from n") do n = n + 1; if n % 10000 == 0 then collectgarbage(); most = math.max(most, collectgarbage("count") - before) end end
		print(n, most < 2000)`, fillSQL(t, 30000))
	if err != nil || got != "30000\ttrue" {
		t.Errorf("%q, %v", got, err)
	}
}

// BenchmarkSQLRows reads 200,000 rows; MB is what the process holds of the heap most.
func BenchmarkSQLRows(b *testing.B) {
	address := fillSQL(b, 200000)
	for b.Loop() {
		if got, err := runSQL(b, &Host{}, `local n = 0 for row in db:rows("select * from n") do n = n + #row.t end print(n)`, address); err != nil {
			b.Fatal(got, err)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapSys)/1e6, "MB")
}
