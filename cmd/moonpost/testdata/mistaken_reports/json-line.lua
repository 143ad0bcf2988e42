-- A line of the log was written by half.
local json, report, send = require "json", require "report", require "send"

send(report.page { report.table { rows = json.lines("orders.jsonl") } })
