-- A part of the page is the rows, not a table of them.
local csv, report, send = require "csv", require "report", require "send"

send(report.page { report.heading("People"), csv.rows("people.csv") })
