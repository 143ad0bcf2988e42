-- What the workloads have in common: the variables of README.md.
local setup = {}

function setup.number(name, default) return tonumber(env.get(name, default)) end

function setup.text(name)
  local file = assert(io.open(env.BENCH_DIR .. "/" .. (name or "w1.txt"), "rb"))
  local text = file:read("*a")
  file:close()
  return (text:gsub("{{N}}", "{{.n}}"))
end

-- The way out: a relay, or where only building counts, the octets of each message are made and dropped.
function setup.way()
  local mode = env.get("BENCH_MODE", "send")
  if mode == "build" or mode == "rows" then
    return { submit = function(_, msg) return msg:size() end, close = function() end }
  elseif mode == "flat" then
    return { submit = function(_, msg) return msg:bytes() end, close = function() end }
  end
  return smtp.relay {
    host = env.BENCH_ADDR,
    tls = "none",
    local_hostname = "bench.example",
    connections = setup.number("BENCH_CONNS", 1),
    in_flight = setup.number("BENCH_INFLIGHT", 1),
  }
end

return setup
