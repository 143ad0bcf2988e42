-- A newsletter that may be ended at any instant and run again: each person gets it once.
local batch, csv, hash, template = require "batch", require "csv", require "hash", require "template"

local relay = smtp.relay { url = env.get("SMTP_URL", "smtp://localhost:2525"), name = "news", connections = 4, rate = "100/s" }
local page = template.load(script.path("data/welcome.html"))
local brochure = mime.part { path = script.path("data/brochure.pdf") } -- encoded once

local summary = batch.run {
  id = "news-2026-10", -- the same id never mails a key twice
  source = csv.rows(script.path("data/people.csv")),
  key = function(row) return row.email:lower() end,
  to = "email",
  message = function(row)
    local leave = "https://example.org/leave/" .. hash.hmac("sha256", "a secret of yours", row.email)
    return mime.message {
      from = "News <news@example.org>",
      to = { name = row.name, address = row.email },
      subject = "October, " .. row.name,
      html = page:render(row),
      inline = { logo = script.path("data/logo.png") },
      attachments = { brochure },
      list = { unsubscribe = { leave }, one_click = true },
    }
  end,
  via = relay,
  retry = { attempts = 5, first = "1m", cap = "1h", give_up = "2d" },
  wait = "10m",
  stop_if = { failed = "20%", after = 10 },
  on_failed = function(item, reply) print("failed", item.key, reply.code, reply.text) end,
}
print(summary)

for item in batch.items(summary.batch, { state = { "failed", "in_doubt" } }) do
  print(item.key, item.state, item.text)
end
