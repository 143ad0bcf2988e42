-- A database: rows into a mail. SQLite here; postgres://… and mysql://… take the same lines.
local sql, time = require "sql", require "time"

local db = sql.open(env.get("DATABASE_URL", ":memory:"))
db:exec [[create table sale (day date, region varchar(20), amount decimal(10,2))]]

-- All or nothing; ? is a parameter on every database, so that no value is ever part of the text.
db:transaction(function()
  local insert = "insert into sale values (?, ?, ?)"
  db:exec(insert, "2026-09-30", "north", "99.00")
  db:exec(insert, "2026-10-01", "north", "120.50")
  db:exec(insert, "2026-10-02", "south", "80.25")
  db:exec(insert, "2026-10-02", nil, "7.00")
end)

-- A list of rows: dates are strings, decimals are strings of all their digits, NULL is nil.
local since = time.parse("2026-10-01", "UTC")
local rows = db:query("select day, region, amount from sale where day >= ? order by day, amount", since)
local lines = { table.concat(rows.columns, "  ") }
for _, row in ipairs(rows) do
  lines[#lines + 1] = ("%s  %-6s  %8s"):format(row.day, row.region or "-", row.amount)
end
print(table.concat(lines, "\n"))

-- Millions of rows: one at a time.
for row, n in db:rows("select region, count(*) as orders from sale where region is not null group by region order by region") do
  print(n, row.region, row.orders)
end

local mail = mime.message { from = "me@example.org", to = "boss@example.org", subject = "Sales", text = table.concat(lines, "\n") .. "\n" }
smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) print(conn:send_message(mail).code) end)
