-- Tests of @mailmerge, run by `moonpost test scripts`.
local test, sink = require "test", require "sink"

local files = {
  ["people.csv"] = "email,name\nann@x.test,Ann\nbob@x.test,Bob & Co\n550@x.test,Nobody\n",
  ["page.html"] = "<title>News for {{.name}}</title><p>Dear {{.name}},",
  ["accents.html"] = "<title lang=\"de\">Gr&uuml;&szlig;e &amp;\n mehr f&#252;r {{.name}}</title><p>Dear {{.name}},",
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
  t:match(r.stderr, "not mailed: 550@x.test: 550")
  local msg = s:find { to = "bob@x.test" }
  t:equal(msg.Subject, "News for Bob & Co")
  t:match(msg:html(), "Dear Bob &amp; Co,")
  t:golden("mailmerge_ann.eml", s:find { to = "ann@x.test" })
end)

test.case("who may have got the mail when the server went away is not mailed again", function(t)
  local r, s = merge(t, { fail = { { nth = 1, action = "drop" } } }, "--html", "accents.html", "--connections", "1")
  t:equal(s:find({ to = "bob@x.test" }).Subject, "Grüße & mehr für Bob & Co")
  t:equal(r.exit, 7)
  t:equal(#s:all { to = "ann@x.test" }, 1)
  t:match(r.stdout, "^3 rows: 1 mailed, 1 failed, 1 in doubt\n$")
end)

test.case("killed while it sends, and run again: everyone once", function(t)
  local s = sink.start()
  local function run(kill_after)
    return t:run("@mailmerge", {
      sink = s,
      kill_after = kill_after,
      files = files,
      args = { "--csv", "people.csv", "--from", "news@x.test", "--html", "page.html", "--connections", "1" },
    })
  end
  local r = run(1)
  t:equal({ r.exit, r.killed, s:count() }, { 137, true, 1 })
  r = run()
  t:equal(s:count(), 2)
  t:equal(r.exit, 7) -- the one whose answer the kill cut off
  t:match(r.stdout, "^3 rows: 1 mailed, 1 failed, 1 in doubt\n$")
  t:equal(run().exit, 7)
  t:equal(s:count(), 2)
end)
