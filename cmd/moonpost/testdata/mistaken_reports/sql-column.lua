-- The table has no such column.
local sql, report, send = require "sql", require "report", require "send"

local db = sql.open("sqlite:" .. env.DATABASE)
send(report.page { report.table { rows = db:query("select day, revenues from sales") } })
