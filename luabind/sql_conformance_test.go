package luabind

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"
)

// sqlServer is a database that the same tests run on.
type sqlServer struct {
	driver, address string
	words           map[string]string // what types are called there
}

// sqlServers lists SQLite and the servers that the environment names; each has a schema or file of this test's own.
func sqlServers(t *testing.T) []sqlServer {
	t.Helper()
	servers := []sqlServer{{"sqlite", "sqlite:" + t.TempDir() + "/test.db", map[string]string{
		"$double": "double", "$moment": "datetime", "$bytes": "blob", "$json": "json", "$text": "text",
	}}}
	if address := os.Getenv("MOONPOST_TEST_POSTGRES"); address != "" {
		servers = append(servers, sqlServer{"postgres", withSchema(t, address, "postgres"), map[string]string{
			"$double": "double precision", "$moment": "timestamp", "$bytes": "bytea", "$json": "json", "$text": "text",
		}})
	} else {
		t.Log("LOUD: PostgreSQL is not tried: MOONPOST_TEST_POSTGRES is empty")
	}
	if address := os.Getenv("MOONPOST_TEST_MARIADB"); address != "" {
		servers = append(servers, sqlServer{"mysql", withSchema(t, address, "mysql"), map[string]string{
			"$double": "double", "$moment": "datetime(6)", "$bytes": "blob", "$json": "json", "$text": "text",
		}})
	} else {
		t.Log("LOUD: MariaDB is not tried: MOONPOST_TEST_MARIADB is empty")
	}
	return servers
}

// withSchema makes a schema for one test, and gives the address that leads into it.
func withSchema(t *testing.T, address, driver string) string {
	t.Helper()
	name := fmt.Sprintf("sql_%d_%d", os.Getpid(), time.Now().UnixNano())
	end := map[string]string{"postgres": "cascade", "mysql": ""}[driver]
	do := func(text string) {
		if _, err := runSQL(t, &Host{}, fmt.Sprintf("db:exec(%q)", text), address); err != nil {
			t.Fatal(err)
		}
	}
	do("create schema " + name + map[string]string{"postgres": "", "mysql": " character set utf8mb4"}[driver])
	t.Cleanup(func() { do("drop schema " + name + " " + end) })
	if driver == "mysql" {
		before, after, _ := strings.Cut(address, "?")
		at := strings.LastIndexByte(before, '/')
		if after != "" {
			after = "?" + after
		}
		return before[:at+1] + name + after
	}
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + "search_path=" + name
}

// runSQL runs code that has the database as db, and gives what it printed.
func runSQL(t testing.TB, h *Host, code, address string, options ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	host := sqlHost(&out)
	host.Sandbox, host.Effect, host.MaxMemory = h.Sandbox, h.Effect, h.MaxMemory
	prelude := fmt.Sprintf("local sql, time = require 'sql', require 'time'; local db = sql.open(%q, { timeout = '20s', create = true, %s }) ", address, strings.Join(options, ", "))
	program, err := Compile(Script{Name: "script.lua", Dir: t.TempDir(), Source: []byte(prelude + code)})
	if err != nil {
		return "", err
	}
	_, err = host.Run(context.Background(), program)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// sqlDump is Lua that prints every value of a list of rows with its type.
const sqlDump = `
local function dump(rows)
  for _, row in ipairs(rows) do
    local line = {}
    for i, name in ipairs(rows.columns) do
      local v = row[name]
      line[i] = name .. "=" .. type(v) .. ":" .. (type(v) == "number" and ("%.17g"):format(v) or tostring(v))
    end
    print(table.concat(line, " "))
  end
end `

// TestSQLSameValues: equal data gives equal rows, whatever the database, with parameters and without.
func TestSQLSameValues(t *testing.T) {
	const code = sqlDump + `
db:exec([[create table v (id integer primary key, flag boolean, small smallint, big bigint, price decimal(12,2), fine decimal(30,10),
  ratio $double, name varchar(40), note $text, day date, at $moment, data $bytes, doc $json)]])
local long = "12345678901234567890.0123456789"
local insert = "insert into v values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
local function put(...) print((db:exec(insert, ...))) end
put(1, true, -7, "9007199254740993", "12.50", db.driver == "sqlite" and "0.5" or long, 0.1, "Zoë 北京 😀", "it's ? \"x\" \\", "2026-10-05", "2026-10-05 10:00:00", sql.blob("a\0\255b\\"), '{"a": [1]}')
put(2, false, 0, 9007199254740992, 0, 0, -1.5e300, "", "", "0001-01-01", "2026-12-31 23:59:59.25", sql.blob(""), "[]")
put(3, nil, nil, nil, nil, sql.null, nil, nil, nil, nil, nil, nil, nil)
put(4, true, 32767, -9007199254740992, -0.05, 3, 3, "x", ("long "):rep(1000):sub(1, 7), time.parse("2026-10-05T00:00+02:00"), time.parse("2026-10-05T10:00:00+02:00"), "plain", "null")
dump(db:query("select id, flag, small, big, price, ratio, name, note, day, at, data, doc from v order by id"))
dump(db:query("select id, flag, small, big, price, ratio, name, note, day, at, data, doc from v where id > ? order by id", 0))
local fine = db:query("select fine from v where id in (?, ?) order by id", 1, 2)
print(db.driver == "sqlite" or fine[1].fine == long, fine[2].fine)
print(#db:query("select id from v where day >= ?", time.parse("2026-10-05", "UTC")), #db:query("select id from v where at < ?", time.parse("2026-10-05T10:00:01Z")))
print(#db:query("select id from v where flag = ? and price > ?", true, "12.49"), #db:query("select id from v where name = ?", "Zoë 北京 😀"))
print(db:query("select count(*) as n, max(id) as m from v")[1].n, table.concat(db:query("select id, name from v where 1 = 0").columns, ","))
local ids = {}
for row, n in db:rows("select id from v order by id") do ids[#ids + 1] = n .. ":" .. row.id end
print(table.concat(ids, " "))
print(db:exec("update v set small = ? where id <> ?", 1, 3))
`
	const row1 = `id=number:1 flag=boolean:true small=number:-7 big=string:9007199254740993 price=string:12.50 ratio=number:0.10000000000000001 name=string:Zoë 北京 😀 note=string:it's ? "x" \ day=string:2026-10-05 at=string:2026-10-05T10:00:00 data=string:a` + "\x00\xff" + `b\ doc=string:{"a": [1]}`
	const rows = row1 + `
id=number:2 flag=boolean:false small=number:0 big=number:9007199254740992 price=string:0.00 ratio=number:-1.5000000000000001e+300 name=string: note=string: day=string:0001-01-01 at=string:2026-12-31T23:59:59.25 data=string: doc=string:[]
id=number:3 flag=nil:nil small=nil:nil big=nil:nil price=nil:nil ratio=nil:nil name=nil:nil note=nil:nil day=nil:nil at=nil:nil data=nil:nil doc=nil:nil
id=number:4 flag=boolean:true small=number:32767 big=number:-9007199254740992 price=string:-0.05 ratio=number:3 name=string:x note=string:long lo day=string:2026-10-05 at=string:2026-10-05T10:00:00 data=string:plain doc=string:null
`
	want := "1\n1\n1\n1\n" + rows + rows + "true\t0.0000000000\n2\t2\n1\t1\n4\tid,name\n1:1 2:2 3:3 4:4\n3"
	for _, server := range sqlServers(t) {
		t.Run(server.driver, func(t *testing.T) {
			text := code
			for word, own := range server.words {
				text = strings.ReplaceAll(text, word, own)
			}
			got, err := runSQL(t, &Host{}, text, server.address)
			if err != nil || got != want {
				t.Errorf("%v\n%s", err, sqlDiff(want, got))
			}
		})
	}
}

// sqlDiff shows the lines that differ.
func sqlDiff(want, got string) string {
	var out strings.Builder
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		var a, b string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			fmt.Fprintf(&out, "line %d\n want %s\n got  %s\n", i+1, a, b)
		}
	}
	return out.String()
}

// TestSQLSameBehaviour: statements, cursors and transactions do the same everywhere.
func TestSQLSameBehaviour(t *testing.T) {
	const fill = `db:exec("drop table if exists p; create table p (id integer primary key, name varchar(20))")
		db:transaction(function() for i = 1, 100 do db:exec("insert into p values (?, ?)", i, "n" .. i) end end)
		local function count(where, ...) return db:query("select count(*) as n from p " .. (where or ""), ...)[1].n end `
	cases := map[string]struct{ code, want string }{
		"a statement within a loop": {`local sum = 0
			for row in db:rows("select id from p order by id") do if row.id % 2 == 0 then sum = sum + count("where id = ?", row.id) end end
			print(sum)`, "50"},
		"loops within each other": {`local n = 0
			for a in db:rows("select id from p where id <= 3 order by id") do for b in db:rows("select id from p where id < ?", a.id) do n = n + b.id end end
			print(n)`, "4"},
		"the last statement of a loop": {`local n = 0; for row in db:rows("select id from p order by id") do n = n + db:exec("update p set name = ? where id = ?", "x", row.id) end; print(n)
			n = 0; for row in db:rows("select id from p order by id") do n = n + 1; db:query("select 1 as one") end; print(n)`, "100\n100"},
		"a loop that is left":    {`for row in db:rows("select id from p") do if row.id == 2 then break end end; print(count()); db:exec("drop table p")`, "100"},
		"an error within a loop": {`print(pcall(function() for row in db:rows("select id from p order by id") do error("at " .. row.id, 0) end end)); print(count())`, "false\tat 1\n100"},
		"an iterator by hand":    {`local it = db:rows("select id, name from p order by id"); local a, b = it(), it(); count(); print(a.id, b.id, it().id, table.concat(it.columns, ",")); it:close(); print(it())`, "1\t2\t3\tid,name\nnil"},
		"a loop in a coroutine": {`local co = coroutine.wrap(function() for row in db:rows("select id from p order by id") do coroutine.yield(row.id) end end)
			print(co(), count(), co(), count(), co())`, "1\t100\t2\t100\t3"},
		"what is left open":     {`for row in db:rows("select id from p") do print(row.id > 0); return end`, "true"},
		"a transaction is kept": {`print(db:transaction(function() db:exec("delete from p where id > 10"); return "a", "b" end)); print(count())`, "a\tb\n10"},
		"a transaction is undone": {`print(pcall(db.transaction, db, function() db:exec("delete from p"); error("no", 0) end)); print(count())
			print(pcall(db.transaction, db, function() db:exec("delete from p"); db:query("select broken") end)); print(count())`, "false\tno\n100\nfalse\tscript.lua:§\n100"},
		"a part is undone":     {`db:transaction(function() db:exec("delete from p where id = 1"); pcall(db.transaction, db, function() db:exec("delete from p"); error("x") end); print(count()) end); print(count())`, "99\n99"},
		"undone within a loop": {`print(pcall(db.transaction, db, function() for row in db:rows("select id from p order by id") do db:exec("delete from p where id = ?", row.id); if row.id == 3 then error("three", 0) end end end)); print(count())`, "false\tthree\n100"},
		"wrong count":          {`print(pcall(db.query, db, "select '?' as q, ?")); print(pcall(db.exec, db, "delete from p", 1))`, "false\tscript.lua:§: db:query: the statement has one placeholder, but no parameters were given\nfalse\tscript.lua:§: db:exec: the statement has no placeholders, but one parameter was given"},
		"numbered":             {`print(pcall(db.query, db, "select ?1", 1))`, "false\tscript.lua:§: db:query: placeholders have no numbers"},
		"several":              {`print(pcall(db.query, db, "select 1; drop table p")); print(count())`, "false\tscript.lua:§: db:query: there is more than one statement\n100"},
		"equal names":          {`print(pcall(db.query, db, "select 1 as a, 2 as a")); print(count())`, "false\tscript.lua:§: db:query: two columns are called \"a\"\n100"},
		"a wrong parameter":    {`print(pcall(db.query, db, "select ?", print))`, "false\tscript.lua:§: db:query: parameter 1 is a function; parameters are strings, numbers, booleans, times, lists of these, or sql.null"},
		"kinds":                {`local _, e = pcall(db.query, db, "selec 1"); print(e.kind, #e.message > 10, e.code ~= nil); _, e = pcall(db.query, db, "?"); print(e.kind)`, "sql\ttrue\ttrue\nargument"},
		"closed":               {`db:close(); db:close(); print(pcall(db.query, db, "select 1"))`, "false\tscript.lua:§: db:query: the database is closed"},
		"large":                {`db:exec("insert into p (id, name) select a.id * 1000 + b.id, 'x' from p a, p b"); local n, sum = 0, 0; for row in db:rows("select id from p") do n = n + 1; sum = sum + row.id end; print(n, sum)`, "10100\t505510050"},
	}
	for _, server := range sqlServers(t) {
		for name, c := range cases {
			t.Run(server.driver+" "+name, func(t *testing.T) {
				got, err := runSQL(t, &Host{}, fill+c.code, server.address)
				if err != nil || !samePrinted(c.want, got) {
					t.Errorf("%v\n%s\nwant\n%s", err, got, c.want)
				}
			})
		}
	}
}

// samePrinted compares lines; § stands for the rest of a line's place, or of the line.
func samePrinted(want, got string) bool {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	if len(w) != len(g) {
		return false
	}
	for i := range w {
		before, after, open := strings.Cut(w[i], "§")
		if !open && w[i] != g[i] || open && (!strings.HasPrefix(g[i], before) || !strings.HasSuffix(g[i], after)) {
			return false
		}
	}
	return true
}

// TestSQLReadOnly: each database refuses what writes, and the hint says why.
func TestSQLReadOnly(t *testing.T) {
	for _, server := range sqlServers(t) {
		t.Run(server.driver, func(t *testing.T) {
			if _, err := runSQL(t, &Host{}, `db:exec("create table r (id integer)"); db:exec("insert into r values (1)")`, server.address); err != nil {
				t.Fatal(err)
			}
			got, err := runSQL(t, &Host{}, `print(#db:query("select * from r"))
				for _, text in ipairs{ "insert into r values (2)", "drop table r" } do local ok, e = pcall(db.exec, db, text); print(ok, e.kind, e.hint) end
				print(pcall(db.transaction, db, function() print(#db:query("select * from r")) end))`, server.address, "read_only = true")
			const refused = "false\tsql\tthe database was opened with read_only = true\n"
			if want := "1\n" + refused + refused + "1\ntrue"; err != nil || got != want {
				t.Errorf("%v\n%s", err, got)
			}
		})
	}
}

// sqlForever is a query that no database ends by itself within a minute, after its first row and before it.
var sqlForever = map[string][2]string{
	"sqlite": {"with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) as n from c",
		"with recursive c(x) as (select 1 union all select x + 1 from c) select x from c where x < 2 or x > 1e12"},
	"postgres": {"select pg_sleep(60)", "select case when x > 200000 then pg_sleep(60)::text end as y from generate_series(1, 300000) x"},
	"mysql":    {"select sleep(60) as n", "select sleep(0) as n union all select sleep(60)"},
}

// TestSQLTimeout: what takes too long ends with an error that says so, and the connection is good, or another is made.
func TestSQLTimeout(t *testing.T) {
	for _, server := range sqlServers(t) {
		for i, text := range sqlForever[server.driver] {
			t.Run(fmt.Sprint(server.driver, i), func(t *testing.T) {
				t.Parallel()
				began := time.Now()
				got, err := runSQL(t, &Host{}, fmt.Sprintf(`local ok, e = pcall(function() for row in db:rows(%q) do end end)
					print(ok, e.kind, (e.message:gsub("^.*: ", ""))); print(db:query("select 1 as n")[1].n)`, text), server.address, "timeout = '1s'")
				if want := "false\ttimeout\tthe query took longer than 1s\n1"; err != nil || got != want {
					t.Errorf("%v\n%s", err, got)
				}
				if took := time.Since(began); took > 10*time.Second {
					t.Errorf("took %v", took)
				}
			})
		}
	}
}

// TestSQLInterrupt: the end of the script's context ends a query within a second.
func TestSQLInterrupt(t *testing.T) {
	for _, server := range sqlServers(t) {
		for i, text := range sqlForever[server.driver] {
			t.Run(fmt.Sprint(server.driver, i), func(t *testing.T) {
				t.Parallel()
				host := sqlHost(new(strings.Builder))
				program, err := Compile(Script{Name: "script.lua", Dir: t.TempDir(), Source: fmt.Appendf(nil, "local db = require('sql').open(%q, { create = true }); for row in db:rows(%q) do end", server.address, text)})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(300*time.Millisecond, cancel)
				began := time.Now()
				if _, err := host.Run(ctx, program); err != context.Canceled { // the cause itself
					t.Errorf("%v", err)
				}
				if took := time.Since(began); took > 2300*time.Millisecond {
					t.Errorf("took %v", took)
				}
			})
		}
	}
}

// sqlHost is a host with real clocks that prints to out.
func sqlHost(out *strings.Builder) *Host {
	return &Host{
		Stdin: strings.NewReader(""), Stdout: out, Stderr: out, Wall: time.Now, Mono: time.Now,
		LookupEnv: func(string) (string, bool) { return "", false }, Logger: slog.New(slog.NewTextHandler(out, nil)),
	}
}
