package luabind

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSQLNothingIsCutShort: no loop ends as if all rows were read when they were not, and transactions hold what they
// promise, on every database.
func TestSQLNothingIsCutShort(t *testing.T) {
	const fill = `db:exec("drop table if exists q; create table q (id integer primary key)")
		local ids = {}; for i = 1, 100 do ids[i] = "(" .. i .. ")" end; db:exec("insert into q values " .. table.concat(ids, ","))
		local function count() return db:query("select count(*) as n from q")[1].n end
		local function each(f) local n = 0; local ok, e = pcall(function() for row in db:rows("select id from q order by id") do n = n + 1; f(n) end end); print(n, ok, e and e.message) end `
	cases := map[string]struct{ code, want string }{
		"transactions that are undone within a loop": {`each(function() pcall(db.transaction, db, function() db:exec("delete from q where id < 9"); error("no") end) end); print(count())`, "100\ttrue\tnil\n100"},
		"a loop of an undone transaction": {`local it
			pcall(db.transaction, db, function() it = db:rows("select id from q order by id"); it(); error("no") end)
			local ok, e = pcall(it); print(ok, e.message)`, "false\tthe transaction was undone before all of these rows were read"},
		"closed within a loop": {`each(function(n) if n == 50 then db:close() end end)`, "50\tfalse\tthe database was closed before all of these rows were read"},
		"a loop that is left within a transaction": {`db:exec("insert into q select a.id * 1000 + b.id from q a, q b")
			db:transaction(function() for row in db:rows("select a.id as x, b.id as y from q a, (select id from q where id <= 100) b") do break end; db:exec("delete from q where id > 50") end); print(count())`, "50"},
		"begin by hand": {`db:exec("begin"); db:exec("delete from q"); print(pcall(db.transaction, db, print)); db:exec("rollback"); print(count(), db:transaction(count))`,
			"false\tscript.lua:§: db:transaction: a transaction is open already, which a statement has begun\n100\t100"},
		"commit within a transaction": {`for _, text in ipairs{ "commit", "Rollback ;", "/* x */ begin", "select 1; commit" } do
				print(pcall(db.transaction, db, function() db:exec("delete from q"); db:exec(text) end))
			end; print(count())`,
			strings.Repeat("false\tscript.lua:§ would end or mix up the transaction that db:transaction has begun\n", 4) + "100"},
		"savepoints by hand": {`db:transaction(function() db:exec("savepoint a"); db:exec("delete from q"); db:exec("rollback to savepoint a"); db:exec("delete from q where id = 1") end); print(count())`, "99"},
		"changed rows": {`print(db:exec("delete from q where id > 90")); print((db:exec("select * from q"))); print((db:exec("create table q2 (a integer)"))); print((db:exec("drop table q2")))
			print(db:exec("delete from q where id > 80; delete from q where id > 70; select 1"))
			print(pcall(db.exec, db, "-- nothing"))`, "10\n0\n0\n0\n20\n§"},
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

// TestSQLLostTransaction: half of a transaction that a statement began isn't written by another connection.
func TestSQLLostTransaction(t *testing.T) {
	for _, server := range sqlServers(t) {
		words := map[string][2]string{"postgres": {"pg_backend_pid()", "select pg_terminate_backend(%d)"}, "mysql": {"connection_id()", "kill %d"}}[server.driver]
		if server.driver == "sqlite" {
			continue // has no connection that could be lost
		}
		t.Run(server.driver, func(t *testing.T) {
			got, err := runSQL(t, &Host{}, fmt.Sprintf(`db:exec("create table h (a integer)")
				local other = sql.open(%q)
				local function kill() other:exec((%q):format(db:query("select %s as id")[1].id)); time.sleep("50ms") end
				db:exec("begin"); db:exec("insert into h values (1)"); kill()
				local ok, e
				for _, text in ipairs{ "insert into h values (2)", "commit" } do local good, wrong = pcall(db.exec, db, text); if not good then ok, e = good, wrong; break end end
				print(ok, e.kind, #other:query("select * from h"))
				db:exec("rollback"); db:exec("begin"); db:exec("insert into h values (3)"); db:exec("commit"); print(#db:query("select * from h"))
				kill(); time.sleep("1s"); print(#db:query("select * from h"))`, server.address, words[1], words[0]), server.address)
			if want := "false\tsql\t0\n1\n1"; err != nil || got != want {
				t.Errorf("%v\n%s\nwant\n%s", err, got, want)
			}
		})
	}
}

// TestSQLReadOnlyStays: what would let a session write again is refused.
func TestSQLReadOnlyStays(t *testing.T) {
	for _, server := range sqlServers(t) {
		texts := map[string]string{
			"sqlite": `"vacuum", "vacuum into '` + t.TempDir() + `/copy.db'"`,
			"postgres": `"set transaction read write; create table w (a int)", "begin isolation level serializable, Read  Write", "set session characteristics as transaction read/**/write",
				"select set_config('default_transaction_read_only', 'off', false)", "set default_transaction_read_only = off", "reset all", "discard all"`,
			"mysql": `"set session transaction read write", "start transaction read write", "set transaction_read_only = 0", "set @@session.tx_read_only = off"`,
		}[server.driver]
		t.Run(server.driver, func(t *testing.T) {
			if _, err := runSQL(t, &Host{}, `db:exec("create table w1 (id integer)")`, server.address); err != nil {
				t.Fatal(err)
			}
			got, err := runSQL(t, &Host{}, `for _, text in ipairs{ `+texts+` } do local ok, e = pcall(db.exec, db, text); if ok or e.hint ~= "the database was opened with read_only = true" then print(text, ok, e) end end
				print(db:query("select 'read write' as a")[1].a, pcall(db.exec, db, "insert into w1 values (1)"))`, server.address, "read_only = true")
			if err != nil || !samePrinted("read write\tfalse\t§", got) {
				t.Errorf("%v\n%s", err, got)
			}
		})
	}
}

// TestSQLiteZones: a moment in UTC isn't one without a zone, whatever way it is asked for and stored.
func TestSQLiteZones(t *testing.T) {
	const table = sqlLists + `db:exec("create table z (id integer primary key, d date, m datetime, s timestamp, \"a \"\"b\" datetime(3), f boolean)")
		db:exec("insert into z values (1, '2026-10-05', '2026-10-05T10:00:00Z', '2026-10-05 10:00:00+00:00', '2026-10-05 10:00', 1), (2, '2026-10-04 00:00:00+00:00', '2026-10-05 10:00:00.50', '2026-10-05 10:00:00 +0200 CEST', 1791158400, 0), (3, null, 'never', '2026-10-05', null, null)")
		local function rows(...) local out = {}; for row in db:rows(...) do out[#out + 1] = row.id .. "=" .. tostring(row.m) end; print(table.concat(out, " ")) end `
	const first = "n:1 s:2026-10-05 s:2026-10-05T10:00:00Z s:2026-10-05T10:00:00Z s:2026-10-05T10:00:00 b:true"
	sqlCases(t, ":memory:", map[string]string{
		table + `row("select * from z where id = 1") row("select * from z where id = 1; -- the end") row("select * from z where id = ?", 1) row("select * from z where id = ?", 2) row("select * from z where id = 3")`: first + "\n" + first + "\n" + first +
			"\nn:2 s:2026-10-04 s:2026-10-05T10:00:00.5 s:2026-10-05T10:00:00+02:00 n:1791158400 b:false\nn:3 n:nil s:never s:2026-10-05T00:00:00 n:nil n:nil",
		table + `rows("select id, m from z order by id desc") rows("select id, m from z order by m limit 2") rows("select id, m from z union all select id + 10, m from z order by id desc limit 4")
			rows("with x as (select * from z) select id, m from x order by id desc") rows("select max(id) as id, m from z group by d order by d desc") rows("select id, m from (select * from z order by m) order by id")`: "3=never 2=2026-10-05T10:00:00.5 1=2026-10-05T10:00:00Z\n" +
			"2=2026-10-05T10:00:00.5 1=2026-10-05T10:00:00Z\n13=never 12=2026-10-05T10:00:00.5 11=2026-10-05T10:00:00Z 3=never\n3=never 2=2026-10-05T10:00:00.5 1=2026-10-05T10:00:00Z\n1=2026-10-05T10:00:00Z 2=2026-10-05T10:00:00.5 3=never\n1=2026-10-05T10:00:00Z 2=2026-10-05T10:00:00.5 3=never",
		table + `for _ = 1, 3 do rows("select id, m from z where id = 1") db:exec("drop table z; create table z (id integer, x text, m datetime); insert into z values (1, 'x', '2026-10-05 10:00:00Z')") end`:                                "1=2026-10-05T10:00:00Z\n1=2026-10-05T10:00:00Z\n1=2026-10-05T10:00:00Z",
		table + `rows("insert into z (id, m) values (9, '2026-10-05 10:00:00') returning id, m") rows("update z set m = replace(m, 'T', ' ') where id = 9 returning id, m") print(db:query("select count(*) as n from z where id = 9")[1].n)`: "9=2026-10-05T10:00:00\n9=2026-10-05T10:00:00\n1",
	})
}

// TestSQLiteSandbox: no statement reaches another file, not even by a name that is computed.
func TestSQLiteSandbox(t *testing.T) {
	other := filepath.Join(t.TempDir(), "other.db")
	got, err := runSQL(t, &Host{Sandbox: &Sandbox{}}, fmt.Sprintf(`db:exec("create table t (a); attach ':memory:' as m; create table m.x (a); detach m")
		local path = %q
		for _, text in ipairs{ "attach '" .. path .. "' as o", "attach '' || '" .. path .. "' as o", "attach 'file:" .. path .. "?mode=rwc' as o", "vacuum into '" .. path .. "'", "vacuum into '' || '" .. path .. "'", "pragma temp_store_directory = '/tmp'",
			"select load_extension('" .. path .. "')" } do if pcall(db.exec, db, text) then print(text) end end
		print(pcall(db.exec, db, "attach ? as o", path))`, other), ":memory:")
	if err != nil || !samePrinted("false\t§not authorized", got) {
		t.Errorf("%v\n%s", err, got)
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("the other file was made")
	}
}

// TestSQLTips: what people write who know another library gets a hint.
func TestSQLTips(t *testing.T) {
	t.Chdir(t.TempDir())
	sqlCases(t, ":memory:", map[string]string{
		`local _, e = pcall(db.query, db, "select :a", 1) print(e.hint)`:          "placeholders are written ? for every database",
		`local _, e = pcall(db.query, db, "select ?, ?", { 1, 2 }) print(e.hint)`: "parameters are given one by one: db:query(text, a, b), or db:query(text, unpack(list))",
		`local _, e = pcall(sql.open, "sqlite:a.db?mode=ro") print(e.hint)`:       "settings are options of the call: sql.open(address, { read_only = true })",
		`local _, e = pcall(sql.open, "sqlite:///no such.db") print(e.hint)`:      "sqlite:file.db is relative to the working directory, sqlite:/srv/file.db is not",
		`local _, e = pcall(sql.open, "sqlite:a.db") print(e.hint)`:               "create = true makes a new database",
		`print(#db:query("-- nothing"), db:exec(" ; "))`:                          "0\t0",
	})
	address := os.Getenv("MOONPOST_TEST_POSTGRES")
	if address == "" {
		t.Skip("LOUD: PostgreSQL's hints are not tried: MOONPOST_TEST_POSTGRES is empty")
	}
	sqlCases(t, address, map[string]string{
		`local _, e = pcall(db.query, db, "select 1 as a where 1 in (?)", { 1, 2 }) print(e.hint)`: "a list is an array: where x = any(?); in (?, ?) takes a placeholder for each element",
		`local _, e = pcall(db.query, db, "select '{}'::jsonb ? 'a'") print(e.hint)`:               "a question mark of an operator is written twice: ??, ??|, ??&",
		`local _, e = pcall(db.query, db, "select 'a\0b'") print(e.kind, e.message)`:               "argument\tdb:query: the statement holds an octet 0, which PostgreSQL takes for its end",
		`local _, e = pcall(db.query, db, "copy pg_type to /* x */ stdout") print(e.hint)`:         "select gives them",
		`local _, e = pcall(db.exec, db, "copy pg_type from/**/stdin") print(e.hint)`:              "insert them; pg_dump --inserts writes a dump that does",
		`db:exec("create temp table c (a text)") db:exec("insert into c values (?)", "x") db:exec("drop table c; create temp table c (a bytea)")
			db:exec("insert into c values (?)", "x\\") print(db:query("select a from c")[1].a)`: "x\\",
	})
}
