-- merge.lua as a batch: durable, each recipient once.
local setup, batch, csv, template = require "setup", require "batch", require "csv", require "template"

local page = template.new(setup.text())
batch.run {
  id = "bench",
  source = csv.rows(env.BENCH_DIR .. "/people.csv"),
  key = function(row) return row.email end,
  message = function(row)
    return mime.message {
      from = "Example News <news@example.com>",
      to = { name = row.name, address = row.email },
      subject = "Order " .. row.n .. " has shipped",
      text = page:render(row),
    }
  end,
  via = setup.way(),
}
