-- One mail of 2 KB to BENCH_RCPTS people at once, BENCH_COUNT times over.
local number = function(name, default) return tonumber(env.get(name, default)) end

local file = assert(io.open(env.BENCH_DIR .. "/w1.txt", "rb"))
local text = file:read("*a")
file:close()

local relay = smtp.relay{
  host = env.BENCH_ADDR,
  tls = "none",
  local_hostname = "bench.example",
  connections = number("BENCH_CONNS", 1),
  in_flight = number("BENCH_INFLIGHT", 1),
}
local recipients = number("BENCH_RCPTS", 500)
local letter = mime.template{
  from = "Example News <news@example.com>",
  to = "undisclosed-recipients:;",
  subject = "Order {{.n}} has shipped",
  message_id = "<{{.n}}.bench@example.com>",
  text = text:gsub("{{N}}", "{{.n}}"),
}
for n = 1, number("BENCH_COUNT", 10) do
  local to = {}
  for k = 0, recipients - 1 do
    to[k + 1] = "user" .. n .. "." .. k .. "@example.net"
  end
  relay:submit(letter:render{ n = n }, { to = to })
end
relay:close()
