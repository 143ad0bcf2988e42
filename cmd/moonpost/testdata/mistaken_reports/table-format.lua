-- A format that is none.
local sql, report, send = require "sql", require "report", require "send"

local db = sql.open("sqlite:" .. env.DATABASE)
send(report.page {
  report.table { rows = db:query("select day, revenue from sales"), formats = { revenue = "0.00.00" } },
})
