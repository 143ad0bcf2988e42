-- A report with charts: in the mail, which says in words what they show to those who see no pictures, and attached.
local chart, report = require "chart", require "report"
local rows = {
  { month = "2026-05-01", east = 12400, west = 9800, returns = 210 },
  { month = "2026-06-01", east = 13950, west = 10400, returns = 190 },
  { month = "2026-07-01", east = 11200, returns = 305 }, -- nothing from the west: a gap
  { month = "2026-08-01", east = 14800, west = 12650, returns = 240 },
  { month = "2026-09-01", east = 16100, west = 13900, returns = 225 },
}

local sales = chart.line {
  rows = rows,
  x = "month",
  y = { "east", "west" },
  title = "Sales by region",
  titles = { east = "East", west = "West" },
  formats = { east = "€ #,##0", west = "€ #,##0" },
}
local returns = chart.bar { rows = rows, x = "month", y = "returns", labels = true, width = 400, title = "Returns" }
print(sales.width, sales.height, returns.width, returns.height)

local msg = mime.message {
  from = "Sales <sales@example.org>",
  to = "boss@example.org",
  subject = "Sales by region",
  report = report.page { report.heading "Summer", sales, "All prices are net." },
  attachments = { returns:part "returns.png" },
}
print(msg:tree())
print(msg:text())
smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) print(conn:send_message(msg).code) end)
