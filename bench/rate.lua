-- A batch at BENCH_RATE, on a store that several processes share.
local setup, batch = require "setup", require "batch"

local n = 0
batch.run {
  id = "rate",
  source = function()
    n = n + 1
    return n <= setup.number("BENCH_COUNT", 10) and { email = "user" .. n .. "@example.net" } or nil
  end,
  key = function(row) return row.email end,
  message = function(row) return mime.message { from = "news@example.com", to = row.email, subject = "Hello", text = "Hello" } end,
  via = smtp.relay { name = "way", host = env.BENCH_ADDR, tls = "none", connections = 4, rate = env.BENCH_RATE },
}
