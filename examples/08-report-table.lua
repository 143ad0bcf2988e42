-- A report from a CSV file: an HTML table by template, the data attached.
local csv, template = require "csv", require "template"

local rows, total = {}, 0
for row in csv.rows(script.path("data/sales.csv")) do
  rows[#rows + 1] = row
  total = total + tonumber(row.revenue)
end
table.sort(rows, function(a, b) return tonumber(a.revenue) > tonumber(b.revenue) end)

local page = template.new(
  [[
<h1>Sales by region</h1>
<table border="1" cellpadding="4" style="border-collapse: collapse">
  <tr><th>Region</th><th>Orders</th><th>Revenue</th></tr>
  {{range .rows}}<tr><td>{{.region}}</td><td align="right">{{.orders}}</td><td align="right">{{.revenue}}</td></tr>
  {{end}}
</table>
<p>Total: <b>{{.total}}</b></p>]],
  { html = true }
)

local msg = mime.message {
  from = "reports@example.org",
  to = "boss@example.org",
  subject = "Sales report",
  html = page:render { rows = rows, total = ("%.2f"):format(total) },
  attachments = { { data = csv.encode(rows, { columns = { "region", "orders", "revenue" } }), filename = "sales.csv" } },
}
print(msg:text())
smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) conn:send_message(msg):check() end)
