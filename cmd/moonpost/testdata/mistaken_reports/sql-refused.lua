-- The database's server doesn't run; the password must not be shown.
local sql, report, send = require "sql", require "report", require "send"

local db = sql.open("postgres://ann:hunter2@127.0.0.1:1/sales")
send(report.page { report.table { rows = db:query("select day from sales") } })
