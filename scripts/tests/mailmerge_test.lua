-- Tests of @mailmerge, run by `moonpost test scripts`.
local test, sink = require "test", require "sink"

local files = {
  ["people.csv"] = "email,name\nann@x.test,Ann\nbob@x.test,Bob & Co\n550@x.test,Nobody\n",
  ["page.html"] = "<title>News for {{.name}}</title><p>Dear {{.name}},",
  ["wrong.html"] = "<title>News</title><p>Dear {{.nmae}},",
}

local function merge(t, options, ...)
  local s = sink.start(options)
  local r = t:run("@mailmerge", { sink = s, files = files, args = { "--csv", "people.csv", "--from", "News <news@x.test>", ... } })
  return r, s
end

test.case("one mail for each row, and who was refused is named", function(t)
  local r, s = merge(t, nil, "--html", "page.html")
  t:equal(r.stdout, "3 rows: 2 mailed, 1 failed\n")
  t:equal(r.exit, 6)
  t:match(r.stderr, "line 4: .*550@x.test")
  local msg = s:find { to = "bob@x.test" }
  t:equal(msg.Subject, "News for Bob & Co")
  t:match(msg:html(), "Dear Bob &amp; Co,")
  t:golden("mailmerge_ann.eml", s:find { to = "ann@x.test" })
end)

test.case("a template that fits no row sends nothing", function(t)
  local r, s = merge(t, nil, "--html", "wrong.html")
  t:equal(r.exit, 1)
  t:match(r.error, "field \"nmae\" is missing")
  t:equal(s:count(), 0)
end)

test.case("a server that goes away is reported for each row it cost", function(t)
  local r, s = merge(t, { fail = { { nth = 1, action = "drop" } } }, "--html", "page.html", "--connections", "1")
  t:equal(r.exit, 6)
  t:equal(#s:all { to = "ann@x.test" }, 1)
  t:match(r.stdout, "^3 rows: 1 mailed, 2 failed\n$")
end)

test.case("killed while it sends", function(t)
  local s = sink.start()
  local r = t:run("@mailmerge", {
    sink = s,
    kill_after = 1,
    files = files,
    args = { "--csv", "people.csv", "--from", "news@x.test", "--html", "page.html", "--connections", "1" },
  })
  t:equal({ r.exit, r.killed, s:count() }, { 137, true, 1 })
end)
