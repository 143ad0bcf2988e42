-- Text and page, a picture of 20 KB in the page and a file of 200 KB, to each of BENCH_COUNT people.
local setup = require "setup"

local way = setup.way()
local letter = mime.template {
  from = "Example News <news@example.com>",
  to = "\"User {{.n}}\" <user{{.n}}@example.net>",
  subject = "Order {{.n}}: café ✓ shipped",
  message_id = "<{{.n}}.bench@example.com>",
  text = setup.text("w2.txt"),
  html = setup.text("w2.html"),
  inline = { ["logo@bench"] = env.BENCH_DIR .. "/logo.png" },
  attachments = { { path = env.BENCH_DIR .. "/attach.bin", type = "application/pdf", filename = "report.pdf" } },
}
local row = {}
for n = 1, setup.number("BENCH_COUNT", 100) do
  row.n = n
  way:submit(letter:render(row))
end
way:close()
