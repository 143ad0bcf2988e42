-- Mails news.html to everyone in people.csv, once: end it at any moment and run it again, and nobody is mailed twice.
--
--   moonpost check news.lua                    finds mistakes, sends nothing
--   moonpost run --sink news.lua               sends into a sink on this machine and says where the mails lie
--   moonpost test                              runs news_test.lua
--   moonpost run --redirect me@example.org news.lua
--   moonpost run news.lua --issue 2026-11      sends it, through the server that SMTP_URL names:
--                                              SMTP_URL=smtp://user:password@mail.example.org:587
--   moonpost run news.lua --help               the flags declared below
local batch, csv, flags, template = require "batch", require "csv", require "flags", require "template"

local opt = flags.parse {
  about = "Mails the news to everyone in a CSV file.",
  issue = { default = "October", help = "which issue it is; stands in the subject, and each person gets each issue once" },
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

local summary = batch.run {
  id = "news-" .. opt.issue, -- another issue is another batch
  source = csv.rows(opt.people or script.path("people.csv")),
  key = function(row) return row.email:lower() end, -- one mail for each
  message = function(row)
    return mime.message {
      from = opt.from,
      to = { name = row.name, address = row.email },
      subject = "News of " .. opt.issue .. " for " .. row.name,
      html = page:render(row), -- the plain text for those who want it is made of the HTML
    }
  end,
  via = relay,
  wait = "10m", -- for servers that say "later"; what is left then is sent by the next run
  on_failed = function(item, reply) print(item.key .. " was not mailed: " .. reply.code .. " " .. reply.text) end,
}
print(summary.sent .. " mailed, " .. summary.already .. " before, " .. summary.failed .. " failed")
