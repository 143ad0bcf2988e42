-- Run by `moonpost test`. The case runs report.lua in a folder of its own, with a sink in the place of the server.
local test, sink = require "test", require "sink"

local sales = "day,region,orders,revenue\n2026-10-01,North,3,1200.50\n2026-10-01,South,1,99.50\n2026-10-02,North,2,700.00\n"

test.case("numbers, chart, table and workbook", function(t)
  local s = sink.start()
  local r = t:run("report.lua", { sink = s, args = { "--sales", "some.csv" }, files = { ["some.csv"] = sales } })
  t:equal(r.stdout, "3 rows mailed to boss@example.org\n")

  local msg = s:find {}
  t:match(msg:text(), "Revenue: € 2,000")
  t:match(msg:text(), "Total +6 +2,000.00")
  t:match(msg:html(), "<img[^>]+src=\"cid:") -- the chart
  t:equal(msg:attachments()[1].filename, "sales.xlsx")
end)

test.case("once a day, also when it is killed", function(t)
  local s = sink.start()
  local function run(day, kill_after)
    local files, now = { ["some.csv"] = sales }, ("2026-11-%02dT07:00:00Z"):format(day)
    return t:run("report.lua", { sink = s, args = { "--sales", "some.csv" }, files = files, now = now, kill_after = kill_after })
  end
  t:equal(run(1, 1).killed, true)
  t:equal(run(1).stdout, "3 rows mailed to boss@example.org\n")
  t:equal(run(1).stdout, "mailed already today; --again mails it once more\n")
  t:equal(s:find({ nth = 1 })["Message-ID"], s:find({ nth = 2 })["Message-ID"]) -- the answer was cut off; readers show one
  t:equal(s:count(), 2)
  t:equal(run(2).stdout, "3 rows mailed to boss@example.org\n")
end)

test.case("a broken row mails nothing", function(t)
  local s = sink.start()
  local r =
    t:run("report.lua", { sink = s, args = { "--sales", "some.csv" }, files = { ["some.csv"] = sales .. "2026-10-03,North,many,1\n" } })
  t:equal({ r.exit, s:count() }, { 1, 0 })
end)
