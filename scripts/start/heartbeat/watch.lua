-- Runs the commands of checks.csv and mails those whose result is another than the last time.
--
--   moonpost check watch.lua                   finds mistakes, runs nothing
--   moonpost run --dry-run watch.lua           runs the commands, sends nothing and remembers nothing
--   moonpost test                              runs watch_test.lua
--   */5 * * * *  SMTP_URL=smtp://user:password@mail.example.org:587 moonpost run /home/ann/watch/watch.lua --to ops@example.org
--
-- For a single command or a web address no script is needed: moonpost run @heartbeat --help
local csv, exec, flags, fs = require "csv", require "exec", require "flags", require "fs"
local hash, kv, outbox = require "hash", require "kv", require "outbox"

local opt = flags.parse {
  about = "Runs commands and mails those that ended with another status than the last time.",
  checks = { type = "path", help = "CSV file with the columns name and command (default: checks.csv beside the script)" },
  from = { default = "Watch <watch@example.org>", help = "the sender" },
  to = { default = "ops@example.org", help = "who is told" },
}

local path = fs.absolute(opt.checks or script.path "checks.csv")

-- What each check came to the last time. Who is new is thought to have been well.
local known = kv.get(path, { results = {}, mails = 0 })
local results, changes, states, failed = {}, {}, {}, 0
for row in csv.rows(path) do
  local r = exec.sh(row.command, { timeout = "30s" })
  local result = r.timed_out and "no end within 30s" or r.code == 0 and "well" or "exit status " .. r.code
  if result ~= "well" then failed = failed + 1 end
  local before = known.results[row.name] or "well"
  if result ~= before then changes[#changes + 1] = ("%s: %s, before: %s\n%s%s"):format(row.name, result, before, r.stdout, r.stderr) end
  results[row.name], states[#states + 1] = result, row.name .. ": " .. result
end

if #changes > 0 then
  local msg = mime.message {
    from = opt.from,
    to = opt.to,
    subject = failed == 0 and "all is well again" or failed == 1 and "1 check fails" or failed .. " checks fail",
    text = table.concat(changes, "\n"),
    auto_submitted = "auto-generated",
  }
  -- A run that is killed once the mail is out tells the same changes by the same key, under which nothing goes twice.
  local key = hash.sha256(table.concat({ path, opt.to, known.mails, table.concat(states, "\n") }, "\n"))
  local relay = smtp.relay { url = env.get("SMTP_URL", "smtp://localhost"), name = "mail" }
  local r = outbox.send(msg, { key = "watch " .. key, via = relay })
  if r.state == "sent" or r.state == "duplicate" then kv.set(path, { results = results, mails = known.mails + 1 }) end
end
print(#changes .. " changed, " .. failed .. " fail")
