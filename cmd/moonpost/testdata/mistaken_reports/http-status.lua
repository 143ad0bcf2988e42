-- The API fails, and the script asks.
local http, report, send = require "http", require "report", require "send"

local orders = http.get(env.API .. "/500", { token = "hunter2" }):raise_for_status():json()
send(report.page { report.table { rows = orders } })
