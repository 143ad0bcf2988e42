-- All rows of a table as a workbook in a mail, written to a file: what reports with an attachment do.
local sql, xlsx, fs = require "sql", require "xlsx", require "fs"

local db = sql.open("sqlite:" .. env.BENCH_DIR .. "/sales.db", { read_only = true })
local book = xlsx.book { { name = "Sales", rows = db:rows("select * from sales"), freeze = 1 } }
local msg = mime.message {
  from = "reports@example.org",
  to = "sales@example.org",
  subject = "Sales",
  text = "All rows are attached.",
  attachments = { book:part("sales.xlsx") },
}
db:close()
fs.write(env.BENCH_DIR .. "/sales.eml", msg:bytes())
