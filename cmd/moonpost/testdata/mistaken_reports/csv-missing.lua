-- The file isn't there.
local csv, report, send = require "csv", require "report", require "send"

send(report.page { report.table { rows = csv.rows("peopel.csv") } })
