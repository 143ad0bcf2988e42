-- A sheet's name that Excel refuses.
local csv, report, xlsx, send = require "csv", require "report", require "xlsx", require "send"

local book = xlsx.book { { name = "2026/09", rows = csv.rows("people.csv") } }
send(report.page { report.heading("People") }, book:part("people.xlsx"))
