-- Mails what is new in events.jsonl, one JSON value on each line, by the template digest.html.
--
--   moonpost check digest.lua                  finds mistakes, sends nothing
--   moonpost run --sink digest.lua             sends into a sink on this machine and says where the mail lies
--   moonpost test                              runs digest_test.lua
--   0 7 * * *  SMTP_URL=smtp://user:password@mail.example.org:587 moonpost run /home/ann/digest/digest.lua --to team@example.org
--
-- Without a script of one's own, for folders and mailboxes too: moonpost run @digest --help
local flags, fs, json, kv = require "flags", require "fs", require "json", require "kv"
local outbox, template = require "outbox", require "template"

local opt = flags.parse {
  about = "Mails what is new in a file of JSON lines.",
  events = { type = "path", help = "the file; each value has id, time, kind, title and url (default: events.jsonl beside the script)" },
  from = { default = "Digest <digest@example.org>", help = "the sender" },
  to = { default = "team@example.org", help = "who gets it" },
}

local path = fs.absolute(opt.events or script.path "events.jsonl")

-- Numbers grow from line to line, so the last one tells what is new. A mail that was begun and of which nobody knows
-- whether it went out is made again as it was: up to `till`.
local told = kv.get(path, { last = 0 })
local newest, count, groups, by_kind = told.last, 0, {}, {}
for event in json.lines(path) do
  if event.id > told.last and event.id <= (told.till or event.id) then
    newest, count = math.max(newest, event.id), count + 1
    local group = by_kind[event.kind]
    if not group then
      group = { kind = event.kind, events = {} }
      by_kind[event.kind], groups[#groups + 1] = group, group
    end
    group.events[#group.events + 1] = event
  end
end

if count > 0 then
  local page = template.load(script.path "digest.html")
  local msg = mime.message {
    from = opt.from,
    to = opt.to,
    subject = count .. " new",
    html = page:render { count = count, groups = groups }, -- the plain text is made of it
    auto_submitted = "auto-generated",
  }
  local relay = smtp.relay { url = env.get("SMTP_URL", "smtp://localhost"), name = "mail" }
  kv.set(path, { last = told.last, till = newest })
  local r = outbox.send(msg, { key = ("%s: %d to %d for %s"):format(path, told.last + 1, newest, opt.to), via = relay })
  -- What waits for the server is sent by the next run; what it refused is told again with what comes later.
  local last = ({ sent = newest, duplicate = newest, failed = told.last })[r.state]
  if last then kv.set(path, { last = last }) end
end
print(count .. " new")
