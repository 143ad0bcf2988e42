-- A word of SQL is misspelt.
local sql, report, send = require "sql", require "report", require "send"

local db = sql.open("sqlite:" .. env.DATABASE)
local days = db:query("select day, revenue form sales where day >= ?", "2026-09-01")
send(report.page { report.table { rows = days } })
