-- One parameter is missing.
local sql, report, send = require "sql", require "report", require "send"

local db = sql.open("sqlite:" .. env.DATABASE)
send(report.page { report.table { rows = db:query("select day from sales where day >= ? and day < ?", "2026-09-01") } })
