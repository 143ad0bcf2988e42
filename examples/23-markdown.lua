-- A body in Markdown: it gives the HTML, a text for readers without, and, asked
-- for, the pictures that it shows. Values in the gaps are never markup.
local report = mime.template {
  from = "Sales <sales@example.org>",
  to = "{{.name}} <{{.email}}>",
  subject = "Your region, {{.name}}",
  markdown = [[
# Dear {{.name}},

these are the sales of *{{.region}}*:

| Month | Sum |
|-------|----:|
{{range .months}}| {{.name}} | {{.sum | number "#,##0.00"}} |
{{end}}

- [x] counted
- [ ] checked, see <https://example.org/sales>

![our sign](logo.png)
]],
  embed = { files = script.path("data") }, -- logo.png goes with the message
}

local msg = report:render {
  name = "Ann *Star*",
  email = "ann@example.org",
  region = "East | West",
  months = { { name = "January", sum = 1204.5 }, { name = "February", sum = 31 } },
}
print(msg:tree())
print(msg:text())

smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) conn:send_message(msg):check() end)
