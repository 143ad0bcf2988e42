-- Delivers what put.lua has put.
local outbox = require "outbox"

smtp.relay {
  name = "way",
  host = "127.0.0.1",
  port = tonumber(env.CRASH_PORT),
  connections = tonumber(env.CRASH_CONNECTIONS),
  in_flight = tonumber(env.CRASH_IN_FLIGHT),
}
outbox.worker {
  on_sent = function(item)
    local file = assert(io.open(env.CRASH_TOLD, "a"))
    file:write(item.key .. "\n")
    file:close()
  end,
}
