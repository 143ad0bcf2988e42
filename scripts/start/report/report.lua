-- Mails a report of sales.csv, once a day: numbers, a chart, a table, and all of it as a workbook.
--
--   moonpost check report.lua                  finds mistakes, sends nothing
--   moonpost run report.lua --save page.html   writes the page to look at it, and sends nothing
--   moonpost run --sink report.lua             sends into a sink on this machine and says where the mail lies
--   moonpost test                              runs report_test.lua
--   moonpost run report.lua --to boss@example.org, through the server that SMTP_URL names:
--                                              SMTP_URL=smtp://user:password@mail.example.org:587
--
-- Rows of a database take two other lines:
--   local db = require("sql").open(env.DATABASE_URL, { read_only = true })
--   local rows = db:query("select day, region, orders, revenue from sales where day >= ?", "2026-10-01")
-- Without a script of one's own: moonpost run @report --help
local chart, csv, flags, fs, outbox = require "chart", require "csv", require "flags", require "fs", require "outbox"
local report, time, xlsx = require "report", require "time", require "xlsx"

local opt = flags.parse {
  about = "Mails a report of the sales.",
  sales = { type = "path", help = "CSV file with day, region, orders and revenue (default: sales.csv beside the script)" },
  from = { default = "Reports <reports@example.org>", help = "the sender" },
  to = { default = "boss@example.org", help = "who gets it" },
  save = { type = "path", help = "write the page to this file, and mail nothing" },
  again = { type = "boolean", help = "mail it again although it was mailed today" },
}

local path = opt.sales or script.path "sales.csv"

-- The rows as they are, for the table, and a sum for each day, for the chart.
local rows, days, by_day = {}, {}, {}
local orders, revenue = 0, 0
for row in csv.rows(path) do
  rows[#rows + 1] = row
  orders, revenue = orders + row.orders, revenue + row.revenue
  local day = by_day[row.day]
  if not day then
    day = { day = row.day, revenue = 0 }
    by_day[row.day], days[#days + 1] = day, day
  end
  day.revenue = day.revenue + row.revenue
end

-- How the columns are called and shown, on the page and in the workbook alike.
local table_of = {
  rows = rows,
  columns = { "day", "region", "orders", "revenue" },
  titles = { day = "Day", region = "Region", orders = "Orders", revenue = "Revenue" },
  formats = { day = "d mmm yyyy", orders = "#,##0", revenue = "#,##0.00" },
  totals = { "orders", "revenue" },
}

local page = report.page {
  report.heading("Sales"),
  report.tiles {
    { title = "Revenue", value = revenue, format = "€ #,##0" },
    { title = "Orders", value = orders, format = "#,##0" },
  },
  chart.bar {
    rows = days,
    x = "day",
    y = "revenue",
    title = "Revenue by day",
    titles = { revenue = "Revenue" },
    formats = { day = "d mmm" },
    width = 600,
  },
  report.table(table_of),
  report.markdown("Numbers are **net** of returns."),
}

if opt.save then
  page:save(opt.save)
  return print("written to " .. opt.save)
end

table_of.name = "Sales"
local relay = smtp.relay { url = env.get("SMTP_URL", "smtp://localhost"), name = "mail" }
local msg = mime.message {
  from = opt.from,
  to = opt.to,
  subject = "Sales",
  report = page, -- HTML with its style, the chart within, and the same as text
  attachments = { xlsx.book({ table_of }):part("sales.xlsx") },
  auto_submitted = "auto-generated",
}

-- What a key was mailed for is not mailed again, also when this run is killed and started once more.
local key = ("sales of %s from %s for %s"):format(time.today():format "%Y-%m-%d", fs.absolute(path), opt.to)
local r = outbox.send(msg, { key = not opt.again and key or nil, via = relay, wait = "10m" })
if r.state == "sent" then print(#rows .. " rows mailed to " .. opt.to) end
if r.state == "duplicate" then print "mailed already today; --again mails it once more" end
