-- The answer has 2 GB, and doesn't say so.
local http, report, send = require "http", require "report", require "send"

local orders = http.get(env.API .. "/endless"):json()
send(report.page { report.table { rows = orders } })
