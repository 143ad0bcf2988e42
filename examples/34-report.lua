-- A report from a CSV file: numbers that matter, a table with sums and links, text for readers without HTML.
local csv, report = require "csv", require "report"

local rows, revenue, orders = {}, 0, 0
for row in csv.rows(script.path("data/sales.csv")) do
  rows[#rows + 1] = row
  revenue, orders = revenue + tonumber(row.revenue), orders + tonumber(row.orders)
end
table.sort(rows, function(a, b) return tonumber(a.revenue) > tonumber(b.revenue) end)

local page = report.page {
  preheader = ("%d regions, best: %s"):format(#rows, rows[1].region),
  report.heading("Sales by region"),
  "Good morning,\nthese are the sales of the last month.",
  report.tiles {
    { title = "Revenue", value = revenue, format = "€ #,##0", change = 0.031, note = "since May" },
    { title = "Orders", value = orders, format = "#,##0", change = -0.012, note = "since May" },
    { title = "Regions", value = #rows },
  },
  report.table {
    rows = rows,
    columns = { "region", "orders", "revenue" },
    titles = { region = "Region", orders = "Orders", revenue = "Revenue" },
    formats = { orders = "#,##0", revenue = "#,##0.00" },
    totals = { "orders", "revenue" },
    links = { region = "https://example.org/sales?region={{.region | urlencode}}" },
  },
  report.markdown("All numbers are **net** of returns, see [the rules](https://example.org/rules)."),
}
print(page:text())

local msg = mime.message { from = "reports@example.org", to = "boss@example.org", subject = "Sales report", report = page }
smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) conn:send_message(msg):check() end)
