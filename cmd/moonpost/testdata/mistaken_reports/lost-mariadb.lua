-- The database goes away in the middle of the rows.
local sql, report, xlsx, send = require "sql", require "report", require "xlsx", require "send"

local db, other = sql.open(env.MARIADB .. "mysql"), sql.open(env.MARIADB .. "mysql")
local backend = db:query("select connection_id() as id")[1].id
local function rows()
  local each = db:rows("select seq as n, repeat('x', 1000) as text from seq_1_to_100000")
  return function()
    local row, number = each()
    if number == 10 then other:exec("kill " .. backend) end
    return row
  end
end
local book = xlsx.book { { name = "Rows", columns = { "n", "text" }, rows = rows() } }
send(report.page { report.heading("Rows") }, book:part("rows.xlsx"))
