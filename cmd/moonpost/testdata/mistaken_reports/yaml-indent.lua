-- The settings' YAML is indented wrongly.
local fs, yaml, report, send = require "fs", require "yaml", require "report", require "send"

local settings = yaml.decode(fs.read("settings.yaml"))
send(report.page { report.heading(settings.title) })
