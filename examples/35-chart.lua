-- Charts of sales by region and month: in the mail, as attachment, and in a line of text.
local chart = require "chart"
local rows = {
  { month = "2026-05-01", east = 12400, west = 9800, returns = 210 },
  { month = "2026-06-01", east = 13950, west = 10400, returns = 190 },
  { month = "2026-07-01", east = 11200, returns = 305 }, -- nothing from the west: a gap
  { month = "2026-08-01", east = 14800, west = 12650, returns = 240 },
  { month = "2026-09-01", east = 16100, west = 13900, returns = 225 },
}
local shown = { titles = { east = "East", west = "West" }, formats = { east = "€ #,##0", west = "€ #,##0" } }

local sales = chart.line {
  rows = rows,
  x = "month",
  y = { "east", "west" },
  title = "Sales by region",
  titles = shown.titles,
  formats = shown.formats,
}
local returns = chart.bar { rows = rows, x = "month", y = "returns", labels = true, width = 400, title = "Returns" }
local trend = chart.sparkline { rows = rows, x = "month", y = "returns" }
print(sales:alt())
print(returns.width, returns.height, trend.width, trend.height)

local msg = mime.message {
  from = "Sales <sales@example.org>",
  to = "boss@example.org",
  subject = "Sales by region",
  html = ('<p><img src="cid:sales" width="%d" alt="%s"></p><p>Returns: <img src="cid:trend" width="%d" alt="%s"></p>'):format(
    sales.width, sales:alt():gsub('"', "&quot;"), trend.width, trend:alt()
  ),
  inline = { sales = sales:part(), trend = trend:part("trend.png") },
  attachments = { returns:part("returns.png") },
}
print(msg:tree())
smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) print(conn:send_message(msg).code) end)
