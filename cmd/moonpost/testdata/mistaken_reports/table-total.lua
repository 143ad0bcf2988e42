-- The total of a text.
local csv, report, send = require "csv", require "report", require "send"

send(report.page {
  report.table { rows = csv.rows("people.csv"), totals = { "town" } },
})
