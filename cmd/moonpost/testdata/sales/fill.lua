-- Makes the table of sales in the database at DATABASE_URL: the same rows in each, with all that databases have their
-- own ways with.
local sql = require "sql"

local db = sql.open(env.DATABASE_URL, { create = true })
db:exec("drop table if exists sales")
db:exec [[create table sales (
  day date not null, product varchar(40) not null, orders integer not null, revenue decimal(14,2) not null,
  refunds decimal(14,2), serial bigint not null)]]
local products = { "Tea", "Café crème", "茶 (green)", "O'Brien's <blend>" }
for i = 0, 119 do
  local day = ("2026-%02d-%02d"):format(9 + math.floor(i / 4 / 30), i / 4 % 30 + 1)
  local refund = i % 7 == 0 and ("%d.%02d"):format(i, i % 100) or sql.null
  db:exec(
    "insert into sales (day, product, orders, revenue, refunds, serial) values (?, ?, ?, ?, ?, ?)",
    day,
    products[i % 4 + 1],
    i * 13 % 50,
    ("%d.%02d"):format(1000 + i * 37, i * 7 % 100),
    refund,
    "90071992547409" .. 93 + i
  )
end
print(db:query("select count(*) as n from sales")[1].n)
db:close()
