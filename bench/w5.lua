-- One mail of 2 KB to BENCH_RCPTS people at once, BENCH_COUNT times over.
local setup = require "setup"

local way = setup.way()
local recipients = setup.number("BENCH_RCPTS", 500)
local letter = mime.template {
  from = "Example News <news@example.com>",
  to = "undisclosed-recipients:;",
  subject = "Order {{.n}} has shipped",
  message_id = "<{{.n}}.bench@example.com>",
  text = setup.text(),
}
for n = 1, setup.number("BENCH_COUNT", 10) do
  local to = {}
  for k = 0, recipients - 1 do
    to[k + 1] = "user" .. n .. "." .. k .. "@example.net"
  end
  way:submit(letter:render { n = n }, { to = to })
end
way:close()
