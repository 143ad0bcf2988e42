-- A mail merge by hand: rows from a CSV file, a shared attachment, a relay
-- that sends over several connections. @mailmerge is this with options.
local csv, template = require "csv", require "template"

local page = template.load(script.path("data/welcome.html"))
local brochure = mime.part { path = script.path("data/brochure.pdf") } -- encoded once, whoever gets it
local logo = mime.image { path = script.path("data/logo.png"), cid = "logo", disposition = "inline" }
local relay = smtp.relay { url = env.get("SMTP_URL", "smtp://localhost:2525"), connections = 3, rate = "100/s" }

for row, number in csv.rows(script.path("data/people.csv")) do
  relay:submit(
    mime.message {
      from = "Welcome <welcome@example.org>",
      to = { name = row.name, address = row.email },
      subject = "Welcome, " .. row.name,
      html = page:render(row),
      inline = { logo = logo },
      attachments = { brochure },
    },
    { tag = number }
  )
end

local sent = 0
for r in relay:results() do
  if r.ok then
    sent = sent + 1
  else
    print("row " .. r.tag, r.error)
  end
end
print(sent .. " sent")
