-- The database's file isn't there.
local sql, report, send = require "sql", require "report", require "send"

local db = sql.open("sqlite:/home/ann/mails/seles.db")
send(report.page { report.table { rows = db:query("select day from sales") } })
