-- A table's column is misspelt.
local sql, report, send = require "sql", require "report", require "send"

local db = sql.open("sqlite:" .. env.DATABASE)
send(report.page {
  report.table { rows = db:query("select day, revenue from sales"), columns = { "day", "revenu" } },
})
