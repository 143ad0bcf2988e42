-- A row has a cell too many.
local csv, report, send = require "csv", require "report", require "send"

send(report.page { report.table { rows = csv.rows("ragged.csv") } })
