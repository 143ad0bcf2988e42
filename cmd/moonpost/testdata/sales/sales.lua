-- The month's sales as a mail: figures, a chart, a table, and all rows as a workbook.
local sql, chart, xlsx, report = require "sql", require "chart", require "xlsx", require "report"

local db = sql.open(env.DATABASE_URL, { read_only = true })
local days =
  db:query("select day, sum(orders) as orders, sum(revenue) as revenue from sales where day >= ? group by day order by day", "2026-09-01")
local products = db:query(
  "select product, sum(orders) as orders, sum(revenue) as revenue, sum(refunds) as refunds from sales group by product order by product"
)
local book = xlsx.book { { name = "Sales", rows = db:rows("select * from sales order by day, serial"), freeze = 1 } }

local page = report.page {
  title = "Sales in September",
  report.heading("Sales in September"),
  report.tiles { { title = "Days", value = #days }, { title = "Products", value = #products } },
  chart.line { rows = days, x = "day", y = "revenue", title = "Revenue", width = 600 },
  chart.bar { rows = products, x = "product", y = "orders", title = "Orders by product", width = 600 },
  report.table {
    rows = products,
    titles = { product = "Product", orders = "Orders", revenue = "Revenue", refunds = "Refunds" },
    formats = { orders = "#,##0", revenue = "#,##0.00", refunds = "#,##0.00" },
    totals = { "orders", "revenue", "refunds" },
  },
  report.markdown("Numbers are **net** of returns."),
}
local msg = mime.message {
  from = "reports@example.org",
  to = "sales@example.org",
  subject = "Sales in September",
  report = page,
  attachments = { book:part("sales.xlsx") },
}
db:close()
smtp.with(env.get("SMTP_URL", "smtp://127.0.0.1:2525?tls=none"), function(conn) conn:send_message(msg) end)
