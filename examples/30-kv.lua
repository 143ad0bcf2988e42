-- Values that outlive the script: since when, how many, who has had one already.
local csv, kv, time = require "csv", require "kv", require "time"

local since = kv.get("last run", "never")
kv.set("last run", time.now():format("%Y-%m-%d"))
print("last run", since)

-- Exact, however many processes count; the count ends a day after it began.
for _ = 1, 3 do
  kv.incr("mails today", 1, { ttl = "1d" })
end
print("mails today", kv.get("mails today"))

-- A table is read, changed and written; where another process was faster, the function is called again.
local relay = smtp.relay { url = env.get("SMTP_URL", "smtp://localhost:2525") }
for row in csv.rows(script.path("data/people.csv")) do
  local fresh = false
  kv.update("welcomed", function(people)
    people = people or {}
    fresh, people[row.email] = not people[row.email], true
    return people
  end)
  if fresh then relay:send(mime.message { from = "me@example.org", to = row.email, subject = "Welcome", text = "Hello " .. row.name }) end
end
print("welcomed", relay:stats().sent)

-- Keys are the script's own; a name shares them with other scripts.
local shared = kv.open("newsletter")
shared:set("issue", { number = 12, title = "Autumn" })
print("issue", shared:get("issue").number, shared:get("issue").title)
