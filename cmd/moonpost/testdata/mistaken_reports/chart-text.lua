-- A chart's column holds a text.
local chart, report, send = require "chart", require "report", require "send"

local days = { { day = "2026-09-01", revenue = 1200 }, { day = "2026-09-02", revenue = "n/a" } }
send(report.page {
  chart.line { rows = days, x = "day", y = "revenue", title = "Revenue" },
})
