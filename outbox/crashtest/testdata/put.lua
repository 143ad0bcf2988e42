-- Puts mail by its keys, as often as it is run.
local csv, outbox = require "csv", require "outbox"

local filler = ("The quick brown fox jumps over the lazy dog.\n"):rep(12)
for row in csv.rows(env.CRASH_ROWS) do
  outbox.put(
    mime.message {
      from = "shop@example.org",
      to = row.key .. "@example.net",
      subject = "Order " .. row.key,
      text = filler,
    },
    { key = row.key, via = "way" }
  )
end
