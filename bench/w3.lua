-- A short text with a file of any size, streamed from the disk; BENCH_COUNT times over.
local setup = require "setup"

local way = setup.way()
local letter = mime.template {
  from = "Example News <news@example.com>",
  to = "user{{.n}}@example.net",
  subject = "Order {{.n}} has shipped",
  message_id = "<{{.n}}.bench@example.com>",
  text = setup.text(),
  attachments = { env.BENCH_DIR .. "/big.bin" },
}
for n = 1, setup.number("BENCH_COUNT", 1) do
  way:submit(letter:render { n = n })
end
way:close()
