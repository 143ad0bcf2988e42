-- The API says nothing.
local http, report, send = require "http", require "report", require "send"

local orders = http.get(env.API .. "/silent", { timeout = "0.2s" }):json()
send(report.page { report.table { rows = orders } })
