-- The answer has 2 GB, and says so.
local http, report, send = require "http", require "report", require "send"

local orders = http.get(env.API .. "/huge"):json()
send(report.page { report.table { rows = orders } })
