-- A template names what isn't among the values.
local template, report, send = require "template", require "report", require "send"

local page = template.load("report.html")
send(report.page { report.markdown(page:render { month = "September", totals = { revenue = "384,237.80" } }) })
