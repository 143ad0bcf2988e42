package luabind

import (
	"context"
	"errors"
	"net"
	"reflect"
	"time"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

const sqlClassName = "sql.DB"

// sqlModule is `sql`: PostgreSQL, MySQL, MariaDB and SQLite.
func sqlModule(rt *Runtime) Module {
	return Module{
		Name: "sql", Doc: "Databases: PostgreSQL, MySQL and MariaDB, SQLite. Placeholders are `?` for all of them, and equal data gives equal values: " +
			"NULL is nil; booleans (MySQL's TINYINT(1) and SQLite's BOOLEAN too) are booleans; numbers are numbers, but decimals, and integers beyond 2⁵³, are strings of all their digits; " +
			"dates are \"2026-10-05\", moments \"2026-10-05T10:00:00\", with \"Z\" or an offset where the type has a zone; bytes, JSON, UUIDs and all else are strings. Arrays of PostgreSQL's own types are lists, in which `sql.null` stands for NULL. " +
			"As parameters, nil and `sql.null` are NULL, a number without a fraction is an integer, and a `time` is the date and time on the clock of its zone (for PostgreSQL with the offset; for SQLite, at midnight, the date alone). Errors have kind \"sql\", the server's words in `message`, and its SQLSTATE or number in `code`.",
		Functions: []Function{
			{"open", "(address: string, options?: sql.Options): sql.DB",
				"Connects to `postgres://user:password@host:5432/name`, `mysql://…` (MariaDB too), or opens `sqlite:file.db` or `:memory:`. Connections to other machines are encrypted and the server is verified, unless the address (`sslmode=`, `tls=`) or an option says otherwise. A SQLite file that isn't there is an error without `create`. A lost connection is made anew with the next statement, without the settings and temporary tables of the old one, and not within a transaction: there it is an error. The script's end closes it.",
				"local db = sql.open(\"sqlite:sales.db\", { read_only = true })\nprint(db.driver) --> sqlite", rt.sqlOpen},
			{"blob", "(bytes: string): sql.Blob", "Makes a parameter that is bytes whatever they look like, for a BLOB column of SQLite: a string is text there if it can be. BYTEA and the BLOBs of MySQL take strings as they are.",
				"db:exec(\"create table file (data blob)\")\ndb:exec(\"insert into file values (?)\", sql.blob(\"abc\"))\nprint(db:query(\"select typeof(data) as t from file\")[1].t) --> blob", rt.sqlBlob},
		},
		Values:  []Field{{"null", "userdata", "NULL, as a parameter and in PostgreSQL's arrays; columns that are NULL are nil"}},
		Classes: []Class{rt.sqlClass(), sqlRowsClass(), {Name: "sql.Blob", Doc: "Bytes as a parameter; what `sql.blob` gives."}},
		Types:   []string{optionsClass("sql.Options", reflect.TypeFor[sqlOptions]())},
		value: func(_ *lua.LState, key string) lua.LValue {
			if key == "null" {
				return rt.sqlNull()
			}
			return nil
		},
	}
}

// sqlClass is *database.
func (rt *Runtime) sqlClass() Class {
	return Class{
		Name: sqlClassName, Doc: "A connection to a database; what `sql.open` gives.",
		Methods: []Function{
			{"query", "(self: sql.DB, text: string, ...: any): table[]",
				"Runs a statement and gives all its rows, as tables by column; `columns` of the list has the names in their order, also when there are no rows. Each `?` stands for a parameter; in PostgreSQL's operators that have question marks each is written `??`. Two columns of one name are an error: `select … as …` gives another.",
				"local rows = db:query(\"select region, revenue from sales where revenue > ?\", 100)\nprint(rows[1].region, rows[1].revenue, #rows, table.concat(rows.columns, \",\")) --> north\t120.50\t1\tregion,revenue", rt.sqlQuery},
			{"rows", "(self: sql.DB, text: string, ...: any): sql.Rows",
				"Gives an iterator over the rows and their numbers. However many rows there are, one is in memory at a time, unless another statement is run within the loop: PostgreSQL and MySQL send one answer at a time, so that the rest is read into memory first.",
				"for row, n in db:rows(\"select region, revenue from sales order by region\") do\n  io.write(n, \" \", row.region, \" \")\nend --> 1 north 2 south", rt.sqlRows},
			{"exec", "(self: sql.DB, text: string, ...: any): integer, integer?",
				"Runs a statement, or several without parameters, and gives the number of rows that were changed and, where there is one, the id of the row that was inserted last (PostgreSQL: `db:query` with `returning id`).",
				"print(db:exec(\"update sales set revenue = ? where region = ?\", \"99.00\", \"south\")) --> 1", rt.sqlExec},
			{"transaction", "(self: sql.DB, body: fun(): ...): ...",
				"Runs a function in a transaction and gives what it returns. An error, an interrupt or os.exit undoes all that it did; within another transaction it is a part that is undone alone. Its statements begin and end no transaction themselves.",
				"local ok = pcall(db.transaction, db, function()\n  db:exec(\"delete from sales\")\n  error(\"no, wait\")\nend)\nprint(ok, #db:query(\"select * from sales\")) --> false\t2", rt.sqlTransaction},
			{"close", "(self: sql.DB)", "Closes the connection; a second time does nothing.", "db:close()", sqlClose},
		},
		Fields: []Field{
			{"driver", "\"postgres\"|\"mysql\"|\"sqlite\"", "which kind of database it is"},
			{"name", "string", "the address without the password"},
		},
		get: func(_ *lua.LState, self any, key lua.LValue) lua.LValue {
			d, ok := self.(*database)
			switch {
			case ok && key == lua.LString("driver"):
				return lua.LString(d.Driver())
			case ok && key == lua.LString("name"):
				return lua.LString(d.Name())
			}
			return nil
		},
	}
}

// sqlOptions are the options of sql.open.
type sqlOptions struct {
	Timeout  time.Duration `lua:"timeout" min:"1ms" doc:"how long connecting, a statement, or the next row may take" default:"10s for connecting, else no end"`
	ReadOnly bool          `lua:"read_only" doc:"have the database refuse what writes, and refuse statements that would end that. It guards against mistakes; against people, give a script a user of the database that may only read"`
	Create   bool          `lua:"create" doc:"make a SQLite file that isn't there"`
	TLS      string        `lua:"tls" enum:"auto,none,required" doc:"auto: encrypted and verified, but on this machine neither is required, and sslmode or tls in the address wins; required: encrypted and verified always" default:"auto"`
	CAFile   string        `lua:"ca_file" doc:"PEM file with the authorities that are trusted, instead of the system's"`
	Insecure bool          `lua:"insecure" doc:"encrypt without verifying who answers; it is logged"`
}

func (o *sqlOptions) engine(rt *Runtime) (data.SQLOptions, error) {
	out := data.SQLOptions{
		Timeout: o.Timeout, ReadOnly: o.ReadOnly, Create: o.Create, Confined: rt.host.Sandbox != nil,
		Allow: rt.sqlAllowed, Mono: rt.host.Mono, Program: "moonpost",
	}
	switch {
	case o.TLS == "none":
		out.TLS = data.SQLTLSNone
	case o.Insecure:
		out.TLS = data.SQLTLSUnverified
	case o.TLS == "required":
		out.TLS = data.SQLTLSVerified
	}
	if o.CAFile == "" {
		return out, nil
	}
	var err error
	if out.CA, err = rt.host.readFile(o.CAFile); err != nil {
		return out, rt.fileError(o.CAFile, err)
	}
	return out, nil
}

// database is a connection that a script holds.
type database struct {
	*data.SQL
	rt *Runtime
}

// finish closes what the script left open.
func (d *database) finish(context.Context) (failed int) {
	d.Close()
	return 0
}

func (d *database) abort() { d.Close() }

func (rt *Runtime) sqlOpen(L *lua.LState) int {
	const call = "sql.open"
	address := argString(L, call, 1, "address")
	var o sqlOptions
	checkOptions(L, call, 2, &o)
	name, err := data.SQLName(address)
	if err != nil {
		raise(L, callFault(call, err))
	}
	if !rt.mayLookInto(address, &o) {
		rt.effect(L, EffectDatabase, call, name)
	}
	engine, err := o.engine(rt)
	if err == nil {
		err = rt.sqlFile(address, &o)
	}
	if err != nil {
		raise(L, err)
	}
	if o.Insecure {
		rt.warn(L, call, []string{name + ": the server is not verified (insecure = true)"})
	}
	db, err := data.OpenSQL(L.Context(), address, engine)
	if err != nil {
		raise(L, sqlFault(L, call, err))
	}
	d := &database{SQL: db, rt: rt}
	rt.opened(d)
	L.Push(rt.newObject(L, sqlClassName, d))
	return 1
}

// sqlAllowed says which servers a script may reach: in a sandbox those that are allowed, in a test this machine's.
func (rt *Runtime) sqlAllowed(network, address string) error {
	if rt.host.Outbound.Closed || rt.host.Outbound.Local {
		host, _, err := net.SplitHostPort(address)
		if network != "unix" && (err != nil || !isLoopback(host)) {
			return &sandboxError{text: "a test connects to this machine only", hint: "give the script the address of a database for tests: t:run(…, { env = { DATABASE_URL = \"sqlite:test.db\" } })"}
		}
	}
	if rt.host.Sandbox == nil {
		return nil
	}
	return rt.host.Sandbox.dial(network, address)
}

func sqlClose(L *lua.LState) int {
	thisDatabase(L).Close()
	return 0
}

func thisDatabase(L *lua.LState) *database { return checkObject[*database](L, 1, sqlClassName) }

// sqlFault is an error of the engine with the call's name; an interrupt stays what it is.
func sqlFault(L *lua.LState, call string, err error) error {
	if ctx := L.Context(); ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return callFault(call, err)
}

// sqlField reads the fields of a database's error; nil when the error has no such field.
func sqlField(err error, key string) lua.LValue {
	var e *data.SQLError
	if !errors.As(err, &e) {
		return nil
	}
	switch {
	case key == "message":
		return lua.LString(e.Message)
	case key == "code" && e.Number != 0:
		return lua.LNumber(e.Number)
	case key == "code":
		return optionalString(e.State)
	}
	return nil
}
