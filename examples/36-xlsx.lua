-- A workbook as an attachment: numbers and dates that can be reckoned with,
-- totals, a filter and a chart. Rows may come from a file of any length.
local csv, xlsx = require "csv", require "xlsx"

local book = xlsx.book {
  title = "Sales by region",
  {
    name = "Sales",
    rows = csv.rows(script.path("data/sales.csv")),
    columns = { "region", "orders", "revenue" },
    titles = { region = "Region", orders = "Orders", revenue = "Revenue" },
    formats = { orders = "#,##0", revenue = "€ #,##0.00" },
    totals = { "orders", "revenue" },
    filter = true,
    charts = { { type = "bar", x = "region", y = "revenue", title = "Revenue by region" } },
  },
  {
    name = "Notes",
    header = false,
    columns = { "note" },
    widths = { note = 60 },
    rows = {
      { note = "Numbers are net of returns." },
      { note = "=1+2 is a text here: nothing that comes from outside becomes a formula." },
    },
  },
}

local msg = mime.message {
  from = "reports@example.org",
  to = "boss@example.org",
  subject = "Sales as a workbook",
  text = "Dear boss,\n\nthe numbers are attached.\n",
  attachments = { book:part("sales.xlsx") },
}
print(msg:tree())
smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) conn:send_message(msg):check() end)
