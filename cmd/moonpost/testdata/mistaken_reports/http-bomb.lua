-- The answer has 2 GB once it is unpacked.
local http, report, send = require "http", require "report", require "send"

local orders = http.get(env.API .. "/bomb"):json()
send(report.page { report.table { rows = orders } })
