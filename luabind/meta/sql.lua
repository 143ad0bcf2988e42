---@meta sql
-- Made from moonpost's binding table by `moonpost types`.

---@class sql.Options
---@field timeout? number|string how long connecting, a statement, or the next row may take (default 10s for connecting, else no end)
---@field read_only? boolean have the database refuse what writes, and refuse statements that would end that. It guards against mistakes; against people, give a script a user of the database that may only read
---@field create? boolean make a SQLite file that isn't there
---@field tls? "auto"|"none"|"required" auto: encrypted and verified, but on this machine neither is required, and sslmode or tls in the address wins; required: encrypted and verified always (default auto)
---@field ca_file? string PEM file with the authorities that are trusted, instead of the system's
---@field insecure? boolean encrypt without verifying who answers; it is logged

---A connection to a database; what `sql.open` gives.
---@class sql.DB
---@field driver "postgres"|"mysql"|"sqlite" which kind of database it is
---@field name string the address without the password
local sql_DB = {}

---Runs a statement and gives all its rows, as tables by column; `columns` of the list has the names in their order, also when there are no rows. Each `?` stands for a parameter; in PostgreSQL's operators that have question marks each is written `??`. Two columns of one name are an error: `select … as …` gives another.
---```lua
---local rows = db:query("select region, revenue from sales where revenue > ?", 100)
---print(rows[1].region, rows[1].revenue, #rows, table.concat(rows.columns, ",")) --> north	120.50	1	region,revenue
---```
---@param text string
---@param ... any
---@return table[]
function sql_DB:query(text, ...) end

---Gives an iterator over the rows and their numbers. However many rows there are, one is in memory at a time, unless another statement is run within the loop: PostgreSQL and MySQL send one answer at a time, so that the rest is read into memory first.
---```lua
---for row, n in db:rows("select region, revenue from sales order by region") do
---  io.write(n, " ", row.region, " ")
---end --> 1 north 2 south
---```
---@param text string
---@param ... any
---@return sql.Rows
function sql_DB:rows(text, ...) end

---Runs a statement, or several without parameters, and gives the number of rows that were changed and, where there is one, the id of the row that was inserted last (PostgreSQL: `db:query` with `returning id`).
---```lua
---print(db:exec("update sales set revenue = ? where region = ?", "99.00", "south")) --> 1
---```
---@param text string
---@param ... any
---@return integer
---@return integer?
function sql_DB:exec(text, ...) end

---Runs a function in a transaction and gives what it returns. An error, an interrupt or os.exit undoes all that it did; within another transaction it is a part that is undone alone. Its statements begin and end no transaction themselves.
---```lua
---local ok = pcall(db.transaction, db, function()
---  db:exec("delete from sales")
---  error("no, wait")
---end)
---print(ok, #db:query("select * from sales")) --> false	2
---```
---@param body fun(): ...
---@return ...
function sql_DB:transaction(body) end

---Closes the connection; a second time does nothing.
---```lua
---db:close()
---```
function sql_DB:close() end

---Rows that are read one at a time; what `db:rows` gives. It is an iterator: called, it gives the next row and its number, or nil; a for loop calls it, and all that takes rows (`batch.run`, `csv.encode`, `report.table` …).
---@class sql.Rows
---@field columns string[] the names of the columns in their order
---@operator call: table<string, any>?
local sql_Rows = {}

---Drops the rows that were not read. The end of the rows, the next statement after a loop that was left, and the script's end do it too.
---```lua
---local rows = db:rows("select * from sales")
---print(rows().region) --> north
---rows:close()
---```
function sql_Rows:close() end

---Bytes as a parameter; what `sql.blob` gives.
---@class sql.Blob
local sql_Blob = {}

---Databases: PostgreSQL, MySQL and MariaDB, SQLite. Placeholders are `?` for all of them, and equal data gives equal values: NULL is nil; booleans (MySQL's TINYINT(1) and SQLite's BOOLEAN too) are booleans; numbers are numbers, but decimals, and integers beyond 2⁵³, are strings of all their digits; dates are "2026-10-05", moments "2026-10-05T10:00:00", with "Z" or an offset where the type has a zone; bytes, JSON, UUIDs and all else are strings. Arrays of PostgreSQL's own types are lists, in which `sql.null` stands for NULL. As parameters, nil and `sql.null` are NULL, a number without a fraction is an integer, and a `time` is the date and time on the clock of its zone (for PostgreSQL with the offset; for SQLite, at midnight, the date alone). Errors have kind "sql", the server's words in `message`, and its SQLSTATE or number in `code`.
---@class sqllib
---@field null userdata NULL, as a parameter and in PostgreSQL's arrays; columns that are NULL are nil
local sql = {}

---Connects to `postgres://user:password@host:5432/name`, `mysql://…` (MariaDB too), or opens `sqlite:file.db` or `:memory:`. Connections to other machines are encrypted and the server is verified, unless the address (`sslmode=`, `tls=`) or an option says otherwise. A SQLite file that isn't there is an error without `create`. A lost connection is made anew with the next statement, without the settings and temporary tables of the old one, and not within a transaction: there it is an error. The script's end closes it.
---```lua
---local db = sql.open("sqlite:sales.db", { read_only = true })
---print(db.driver) --> sqlite
---```
---@param address string
---@param options? sql.Options
---@return sql.DB
function sql.open(address, options) end

---Makes a parameter that is bytes whatever they look like, for a BLOB column of SQLite: a string is text there if it can be. BYTEA and the BLOBs of MySQL take strings as they are.
---```lua
---db:exec("create table file (data blob)")
---db:exec("insert into file values (?)", sql.blob("abc"))
---print(db:query("select typeof(data) as t from file")[1].t) --> blob
---```
---@param bytes string
---@return sql.Blob
function sql.blob(bytes) end

return sql
