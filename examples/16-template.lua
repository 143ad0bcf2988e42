-- A template of messages: cut once, filled in Go for every row. What the
-- messages share, such as the brochure, is encoded once.
local csv = require "csv"

local letter = mime.template {
  from = "Welcome <welcome@example.org>",
  to = "{{.name}} <{{.email}}>", -- a comma or a quote in a name does no harm
  subject = "Welcome, {{.name}}",
  text = "Dear {{.name}},\n\n{{if eq .city \"Berlin\"}}see you at our desk{{else}}we come to {{.city}}{{end}} soon.\n",
  html = "<p>Dear {{.name}},</p><p><a href=\"https://example.org/?to={{.email}}\">See where we are</a></p>",
  list = { unsubscribe = "https://example.org/unsubscribe?{{.email}}", one_click = true },
  envelope = { from = "bounces@example.org" },
  attachments = { script.path("data/brochure.pdf") },
}

local relay = smtp.relay { url = env.get("SMTP_URL", "smtp://localhost:2525") }
for row in csv.rows(script.path("data/people.csv")) do
  local msg = letter:render(row) -- a message like any other
  if row.city == "Oslo" then print(msg.Subject, msg:size() > 1000) end
  relay:submit(msg, { tag = row.email })
end

local sent = 0
for r in relay:results() do
  if r.ok then
    sent = sent + 1
  else
    print(r.tag, r.error)
  end
end
print(sent .. " sent")
