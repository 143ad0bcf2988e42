-- One personal mail of 2 KB to each of BENCH_COUNT people, from a template.
local setup = require "setup"

local way = setup.way()
local letter = mime.template {
  from = "Example News <news@example.com>",
  to = "\"User {{.n}}\" <user{{.n}}@example.net>",
  subject = "Order {{.n}} has shipped",
  message_id = "<{{.n}}.bench@example.com>",
  text = setup.text(),
}
local row = {}
for n = 1, setup.number("BENCH_COUNT", 100) do
  row.n = n
  way:submit(letter:render(row))
end
way:close()
