-- The database goes away in the middle of the rows.
local sql, report, xlsx, send = require "sql", require "report", require "xlsx", require "send"

local db, other = sql.open(env.POSTGRES), sql.open(env.POSTGRES)
local backend = db:query("select pg_backend_pid() as id")[1].id
local function rows()
  local each = db:rows("select n, repeat('x', 1000) || pg_sleep(0.002) as text from generate_series(1, 100000) as n")
  return function()
    local row, number = each()
    if number == 10 then other:query("select pg_terminate_backend(?)", backend) end
    return row
  end
end
local book = xlsx.book { { name = "Rows", columns = { "n", "text" }, rows = rows() } }
send(report.page { report.heading("Rows") }, book:part("rows.xlsx"))
