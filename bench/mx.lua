-- A batch straight to the hosts of its recipients' domains: five of them are at BENCH_STALLS, five at BENCH_BUSY, five
-- at BENCH_REJECTS, and all others at BENCH_ADDR.
local setup, batch, csv = require "setup", require "batch", require "csv"

local hosts = { ["*"] = env.BENCH_ADDR }
for k = 1, 5 do
  hosts["stalls" .. k .. ".example"] = env.get("BENCH_STALLS", env.BENCH_ADDR)
  hosts["busy" .. k .. ".example"] = env.get("BENCH_BUSY", env.BENCH_ADDR)
  hosts["rejects" .. k .. ".example"] = env.get("BENCH_REJECTS", env.BENCH_ADDR)
end
local text = setup.text()
batch.run {
  id = "mx",
  source = csv.rows(env.BENCH_DIR .. "/people.csv"),
  key = function(row) return row.email end,
  message = function(row) return mime.message { from = "news@example.com", to = row.email, subject = "Order " .. row.n, text = text } end,
  via = smtp.relay { name = "mx", mx = hosts, tls = "none", local_hostname = "bench.example", timeouts = { greeting = "10s" } },
  retry = { attempts = 2, first = "5s", factor = 1 },
  wait = "2m",
}
