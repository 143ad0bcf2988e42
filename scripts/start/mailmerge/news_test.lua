-- Run by `moonpost test`. Each case runs news.lua in a folder of its own, with a sink in the place of the server.
local test, sink = require "test", require "sink"

local people = "email,name,city\nann@x.test,Ann,Oslo\nbob@x.test,Bob & Co,Bergen\n"

test.case("everyone gets one mail", function(t)
  local s = sink.start()
  local r = t:run("news.lua", { sink = s, args = { "--people", "two.csv", "--issue", "May" }, files = { ["two.csv"] = people } })

  t:equal(r.exit, 0)
  t:equal(r.stdout, "2 mailed, 0 before, 0 failed\n")
  t:equal(s:count(), 2)

  local msg = s:find { to = "bob@x.test" }
  t:equal(msg.Subject, "News of May for Bob & Co")
  t:match(msg:html(), "Dear Bob &amp; Co,")
end)

test.case("a refused address is named, the others are mailed", function(t)
  local s = sink.start { fail = { { rcpt = "ann@x.test", code = 550 } } }
  local r = t:run("news.lua", { sink = s, args = { "--people", "two.csv" }, files = { ["two.csv"] = people } })

  t:equal(r.exit, 6)
  t:equal(s:count(), 1)
  t:match(r.stdout, "ann@x.test was not mailed: 550")
end)

test.case("killed and run again, it mails nobody twice", function(t)
  local s = sink.start()
  local options = { sink = s, args = { "--people", "two.csv" }, files = { ["two.csv"] = people }, kill_after = 1 }
  t:equal(t:run("news.lua", options).killed, true)
  options.kill_after = nil
  local r = t:run("news.lua", options)
  t:equal(s:count(), 2)
  t:equal(r.exit, 7) -- the mail whose answer the kill cut off: moonpost batch settle decides about it
end)
