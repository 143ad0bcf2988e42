-- Tests of @report, run by `moonpost test scripts`.
local test, sink, sql = require "test", require "sink", require "sql"

local sales = "day,region,orders,revenue\n2026-10-01,North,12,1204.50\n2026-10-02,North,9,880.25\n2026-10-03,South,15,1500.00\n"

-- Runs the report of sales.csv on a day of November and gives how it ended, and the sink.
local function mail(t, day, s, ...)
  local args = { "--csv", "sales.csv", "--title", "Sales", "--from", "reports@x.test", "--to", "boss@x.test", "--zone", "UTC", ... }
  local files = {
    ["sales.csv"] = sales,
    ["intro.md"] = "The **{{.rows}}** days up to {{.date}}.\n",
    ["own.html"] = "<h1>{{.title}}</h1>{{range .rows}}<p>{{.region}} {{.revenue}}</p>{{end}}",
  }
  return t:run("@report", { sink = s, files = files, args = args, now = ("2026-11-%02dT06:00:00Z"):format(day) })
end

test.case("numbers, a chart, a table, a workbook and CSV, once a day", function(t)
  local s = sink.start()
  local more = {
    "--intro",
    "intro.md",
    "--tile",
    "Revenue=sum:revenue",
    "--tile",
    "Best day=max:orders",
    "--chart",
    "line:day:orders,revenue",
    "--columns",
    "day,revenue,orders",
    "--titles",
    "revenue=Revenue in €",
    "--formats",
    "revenue=#,##0.00",
    "--totals",
    "revenue,orders",
    "--xlsx",
    "sales.xlsx",
    "--attach-csv",
    "sales.csv",
  }
  t:equal(mail(t, 1, s, unpack(more)).stdout, "Sales: 3 rows, mailed\n")
  t:equal(mail(t, 1, s, unpack(more)).stdout, "Sales: 3 rows, mailed already today; --again mails it once more\n")
  local msg = s:find {}
  t:equal(msg.Subject, "Sales, 2026-11-01")
  local text = msg:text()
  t:match(text, "^Sales")
  t:match(text, "The 3 days up to 2026%-11%-01%.")
  t:match(text, "Revenue: 3,584.75")
  t:match(text, "Best day: 15")
  t:match(text, "Revenue in €")
  t:match(text, "Total +3,584.75 +36")
  t:match(msg:html(), "<img[^>]+cid:")
  t:equal(#msg:attachments(), 2)
  t:equal(msg:attachments()[1].filename, "sales.xlsx")
  t:match(msg:attachments()[2]:data(), "^day,region,orders,Revenue in €\r\n2026%-10%-01,North,12,1204.50\r\n")
  t:equal(s:count(), 1)
  t:equal(mail(t, 1, s, "--again").stdout, "Sales: 3 rows, mailed\n")
  t:equal(mail(t, 2, s).stdout, "Sales: 3 rows, mailed\n")
  t:equal(s:count(), 3)
  t:equal(mail(t, 2, s, "--once-per", "week").stdout, "Sales: 3 rows, mailed\n") -- a Monday
  t:equal(mail(t, 8, s, "--once-per", "week").stdout, "Sales: 3 rows, mailed already this week; --again mails it once more\n")
  t:equal(mail(t, 9, s, "--once-per", "week").stdout, "Sales: 3 rows, mailed\n")
end)

test.case("of a database, which is only read", function(t)
  local s = sink.start()
  local db = sql.open("sqlite:" .. t.dir .. "/shop.db", { create = true })
  db:exec "create table sales (day text, revenue numeric)"
  db:exec("insert into sales values (?, ?), (?, ?)", "2026-10-01", 12.5, "2026-09-01", 1)
  db:close()
  local function report(query, ...)
    local args = { "--source", "sqlite:shop.db", "--query", query, "--from", "a@x.test", "--to", "b@x.test", ... }
    return t:run("@report", { sink = s, args = args })
  end
  t:equal(report("select day, revenue from sales where day >= ?", "--param", "2026-10-01").stdout, "Report: 1 row, mailed\n")
  t:match(s:find({}):text(), "2026%-10%-01 +12.5")
  t:equal(report("select day, revenue from sales where day >= ?", "--param", "2026-09-01").stdout, "Report: 2 rows, mailed\n")
  t:ok(os.rename(t.dir .. "/shop.db", t.dir .. "/other.db")) -- another database is another report
  t:equal(
    report("select day, revenue from sales where day >= ?", "--param", "2026-10-01", "--source", "sqlite:other.db").stdout,
    "Report: 1 row, mailed\n"
  )
  t:ok(os.rename(t.dir .. "/other.db", t.dir .. "/shop.db"))
  t:equal(report("select * from sales where day > '2030'", "--title", "None", "--only-if-rows").stdout, "None: no rows, nothing mailed\n")
  t:equal(
    report("select * from sales where day > '2030'", "--title", "None", "--chart", "bar:day:revenue", "--totals", "revenue").stdout,
    "None: 0 rows, mailed\n"
  )
  t:equal(s:count(), 4)
end)

test.case("a page of one's own, and one to look at", function(t)
  local s = sink.start()
  t:equal(mail(t, 1, s, "--html", "own.html").exit, 0)
  t:match(s:find({}):html(), "<h1>Sales</h1><p>North 1204.50</p>")
  t:equal(mail(t, 1, s, "--save", "page.html").stdout, "Sales: 3 rows, written to page.html\n")
  t:match(io.open(t.dir .. "/page.html"):read "*a", "Sales")
  t:equal(s:count(), 1)
end)

test.case("killed when the server has it, and started again: it is one mail", function(t)
  local s = sink.start()
  local function run(kill_after)
    local args = { "--csv", "sales.csv", "--from", "a@x.test", "--to", "b@x.test", "--to", "c@x.test" }
    return t:run("@report", { sink = s, files = { ["sales.csv"] = sales }, args = args, kill_after = kill_after })
  end
  t:equal(run(1).killed, true)
  t:equal(run().stdout, "Report: 3 rows, mailed\n")
  t:equal(run().stdout, "Report: 3 rows, mailed already today; --again mails it once more\n")
  local first = s:find({ to = "b@x.test" })["Message-ID"]
  for _, m in ipairs(s:all { to = "b@x.test" }) do
    t:equal(m["Message-ID"], first) -- the answer was cut off: sent again, and readers show one
  end
  t:equal(#s:all { to = "c@x.test" }, 1)
end)

test.case("files of one name in two folders are two reports, however they are written", function(t)
  local s = sink.start()
  local function run(path)
    local args = { "--csv", path, "--from", "a@x.test", "--to", "b@x.test" }
    return t:run("@report", { sink = s, files = { ["a/sales.csv"] = sales, ["b/sales.csv"] = sales }, args = args }).stdout
  end
  t:equal(run "a/sales.csv", "Report: 3 rows, mailed\n")
  t:equal(run "./b/../a/sales.csv", "Report: 3 rows, mailed already today; --again mails it once more\n")
  t:equal(run "b/sales.csv", "Report: 3 rows, mailed\n")
  t:equal(s:count(), 2)
end)
