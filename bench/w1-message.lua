-- As w1.lua, with a message of its own made for each mail.
local setup = require "setup"

local pieces = {}
for piece in (setup.text() .. "{{.n}}"):gmatch("(.-){{%.n}}") do
  pieces[#pieces + 1] = piece
end

local way = setup.way()
for n = 1, setup.number("BENCH_COUNT", 100) do
  way:submit(mime.message {
    from = "Example News <news@example.com>",
    to = "\"User " .. n .. "\" <user" .. n .. "@example.net>",
    subject = "Order " .. n .. " has shipped",
    message_id = "<" .. n .. ".bench@example.com>",
    text = table.concat(pieces, tostring(n)),
  })
end
way:close()
