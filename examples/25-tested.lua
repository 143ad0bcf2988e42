-- Raises an alarm: everyone on the list gets it once, whatever the server does. 25-tested_test.lua proves it.
local csv, flags = require "csv", require "flags"

local opt = flags.parse {
  people = { type = "path", help = "CSV file with email and name (default: data/people.csv beside the script)" },
  text = { default = "the cellar is under water", help = "what happened" },
}
local relay = smtp.relay { name = "alarm", url = env.get("SMTP_URL", "smtp://localhost:2525") }

local function tell(row)
  local msg = mime.message {
    from = "Alarm <alarm@example.org>",
    to = row.email,
    subject = "Alarm: " .. opt.text,
    text = ("Dear %s,\n\n%s.\n"):format(row.name, opt.text),
  }
  for _ = 1, 3 do
    local ok, e = pcall(relay.send, relay, msg)
    if ok then return "told" end
    if e.delivered == "unknown" then return "in doubt" end -- maybe told: not again
    if not e.temporary then return e.message end
  end
  return "not reached"
end

local missed = 0
for row in csv.rows(opt.people or script.path("data/people.csv")) do
  local outcome = tell(row)
  print(row.email, outcome)
  if outcome ~= "told" then missed = missed + 1 end
end
os.exit(missed == 0 and 0 or 6)
