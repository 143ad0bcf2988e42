-- Mails news.html to everyone in people.csv.
--
--   moonpost check news.lua                    finds mistakes, sends nothing
--   moonpost run --sink news.lua               sends into a sink on this machine and says where the mails lie
--   moonpost test                              runs news_test.lua
--   moonpost run --redirect me@example.org news.lua
--   moonpost run news.lua --issue 2026-11      sends it, through the server that SMTP_URL names:
--                                              SMTP_URL=smtp://user:password@mail.example.org:587
--   moonpost run news.lua --help               the flags declared below
local csv, flags, template = require "csv", require "flags", require "template"

local opt = flags.parse {
  about = "Mails the news to everyone in a CSV file.",
  issue = { default = "October", help = "which issue it is; stands in the subject" },
  people = { type = "path", help = "CSV file with the columns email and name (default: people.csv beside the script)" },
  from = { default = "News <news@example.org>", help = "the sender" },
}

-- Cut once and filled for each row. Values are escaped, and a column that is missing is an error.
local page = template.load(script.path("news.html"))

-- Up to four connections at once, at most 10 messages a second.
local relay = smtp.relay {
  url = env.get("SMTP_URL", "smtp://localhost"),
  connections = 4,
  rate = "10/s",
}

for row, line in csv.rows(opt.people or script.path("people.csv")) do
  local msg = mime.message {
    from = opt.from,
    to = { name = row.name, address = row.email },
    subject = "News of " .. opt.issue .. " for " .. row.name,
    html = page:render(row), -- the plain text for those who want it is made of the HTML
  }
  relay:submit(msg, { tag = line })
end
relay:close() -- waits until all are sent

-- What became of each. A failure that nobody looks at is printed at the end and gives exit status 6.
local failed = 0
for r in relay:results() do
  if not r.ok then
    failed = failed + 1
    print("line " .. r.tag .. " was not mailed: " .. r.error)
  end
end
print(relay:stats().sent .. " mailed, " .. failed .. " failed")
if failed > 0 then os.exit(6) end
