-- A chart's column is misspelt.
local sql, chart, report, send = require "sql", require "chart", require "report", require "send"

local db = sql.open("sqlite:" .. env.DATABASE)
local days = db:query("select day, revenue from sales")
send(report.page {
  chart.line { rows = days, x = "day", y = "revenu", title = "Revenue" },
})
