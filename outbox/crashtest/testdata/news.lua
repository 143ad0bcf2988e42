-- The batch that is killed. Everything that a test varies comes in by the environment.
local batch, csv = require "batch", require "csv"

local filler = ("The quick brown fox jumps over the lazy dog.\n"):rep(12)
local lmtp = env.CRASH_PROTOCOL == "lmtp"
local way = smtp.relay {
  name = "way",
  protocol = env.CRASH_PROTOCOL,
  host = "127.0.0.1",
  port = tonumber(env.CRASH_PORT),
  connections = tonumber(env.CRASH_CONNECTIONS),
  in_flight = tonumber(env.CRASH_IN_FLIGHT),
  rate = env.CRASH_RATE, -- one that is set is halved by a 421, one that was measured may be next to nothing
  timeouts = { greeting = "2s", hello = "2s", mail = "2s", rcpt = "2s", data = "2s", body = "2s", final = "2s" },
}
local function tell(item)
  local file = assert(io.open(env.CRASH_TOLD, "a"))
  file:write(item.key .. "\n")
  file:close()
end
print(batch.run {
  id = "crash",
  source = csv.rows(env.CRASH_ROWS),
  key = function(row) return row.key end,
  message = function(row)
    return mime.message {
      from = "News <news@example.org>",
      to = { row.key .. "@example.net", lmtp and row.key .. "@copy.example.net" or nil },
      subject = "News for " .. row.key,
      text = filler,
    }
  end,
  via = way,
  retry = { attempts = 8, first = "200ms", factor = 1.5, cap = "1s" },
  wait = "1m",
  on_sent = tell,
})
