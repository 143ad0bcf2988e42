-- The API fails; its answer is taken for rows.
local http, report, send = require "http", require "report", require "send"

local orders = http.get(env.API .. "/500"):json()
send(report.page { report.table { rows = orders } })
