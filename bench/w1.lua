-- One personal mail of 2 KB to each of BENCH_COUNT people, over BENCH_CONNS connections.
-- BENCH_INFLIGHT lets so many mails be on their way before a reply is awaited (needs CHUNKING).
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
local letter = mime.template{
  from = "Example News <news@example.com>",
  to = '"User {{.n}}" <user{{.n}}@example.net>',
  subject = "Order {{.n}} has shipped",
  message_id = "<{{.n}}.bench@example.com>",
  text = text:gsub("{{N}}", "{{.n}}"),
}
local row = {}
for n = 1, number("BENCH_COUNT", 100) do
  row.n = n
  relay:submit(letter:render(row))
end
relay:close()
