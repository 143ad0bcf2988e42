-- A mail merge as people write it: a row of a CSV file, a template filled from it, a message, a relay.
-- BENCH_MODE=rows reads the rows alone.
local setup, csv, template = require "setup", require "csv", require "template"

local page = template.new(setup.text())
local rows_alone = env.get("BENCH_MODE", "send") == "rows"
local way = setup.way()
for row in csv.rows(env.BENCH_DIR .. "/people.csv") do
  if not rows_alone then
    way:submit(mime.message {
      from = "Example News <news@example.com>",
      to = { name = row.name, address = row.email },
      subject = "Order " .. row.n .. " has shipped",
      text = page:render(row),
    })
  end
end
way:close()
