-- A report that only reads writes.
local sql, report, send = require "sql", require "report", require "send"

local db = sql.open("sqlite:" .. env.DATABASE, { read_only = true })
db:exec("delete from sales where day < ?", "2026-01-01")
send(report.page { report.table { rows = db:query("select day from sales") } })
