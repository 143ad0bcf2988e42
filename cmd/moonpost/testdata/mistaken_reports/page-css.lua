-- The style sheet isn't there.
local report, send = require "report", require "send"

send(report.page { css = "report.css", report.heading("Sales") })
