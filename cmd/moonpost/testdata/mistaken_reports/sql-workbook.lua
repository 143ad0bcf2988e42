-- A query fails after the page was made, while the workbook is written.
local sql, report, xlsx, send = require "sql", require "report", require "xlsx", require "send"

local db = sql.open("sqlite:" .. env.DATABASE)
local rows = db:rows("select day, abs(amount) as amount from ledger")
local book = xlsx.book { { name = "Sales", rows = rows } }
send(report.page { report.table { rows = db:query("select day from sales") } }, book:part("sales.xlsx"))
