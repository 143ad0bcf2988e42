-- No server is there.
local http, report, send = require "http", require "report", require "send"

local orders = http.get("http://127.0.0.1:1/orders?key=hunter2"):json()
send(report.page { report.table { rows = orders } })
