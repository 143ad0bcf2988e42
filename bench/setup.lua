-- What the workloads have in common: the variables of README.md.
local setup = {}

function setup.number(name, default)
  return tonumber(env.get(name, default))
end

function setup.text()
  local file = assert(io.open(env.BENCH_DIR .. "/w1.txt", "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function setup.relay()
  return smtp.relay{
    host = env.BENCH_ADDR,
    tls = "none",
    local_hostname = "bench.example",
    connections = setup.number("BENCH_CONNS", 1),
    in_flight = setup.number("BENCH_INFLIGHT", 1),
  }
end

return setup
