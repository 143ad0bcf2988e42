-- The picture isn't one.
local report, send = require "report", require "send"

send(report.page { report.image("people.csv", { alt = "Our logo" }) })
