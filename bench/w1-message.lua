-- As w1.lua, with a message of its own made for each mail.
local number = function(name, default) return tonumber(env.get(name, default)) end

local file = assert(io.open(env.BENCH_DIR .. "/w1.txt", "rb"))
local text = file:read("*a")
file:close()
local pieces = {}
for piece in (text .. "{{N}}"):gmatch("(.-){{N}}") do
  pieces[#pieces + 1] = piece
end

local relay = smtp.relay{
  host = env.BENCH_ADDR,
  tls = "none",
  local_hostname = "bench.example",
  connections = number("BENCH_CONNS", 1),
  in_flight = number("BENCH_INFLIGHT", 1),
}
for n = 1, number("BENCH_COUNT", 100) do
  relay:submit(mime.message{
    from = "Example News <news@example.com>",
    to = '"User ' .. n .. '" <user' .. n .. "@example.net>",
    subject = "Order " .. n .. " has shipped",
    message_id = "<" .. n .. ".bench@example.com>",
    text = table.concat(pieces, tostring(n)),
  })
end
relay:close()
