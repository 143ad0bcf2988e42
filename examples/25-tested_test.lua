-- Run by `moonpost test examples`: the script's server is a sink that fails by rule.
local test, sink = require "test", require "sink"

-- Runs the script for Ann and Bob and gives how it ended, and the sink.
local function alarm(t, fail)
  local s = sink.start { fail = fail }
  local r = t:run("25-tested.lua", {
    sink = s,
    args = { "--people", "two.csv" },
    files = { ["two.csv"] = "email,name\nann@x.test,Ann\nbob@x.test,Bob\n" },
  })
  return r, s
end

test.case("everyone is told", function(t)
  local r, s = alarm(t)
  t:equal(r.stdout, "ann@x.test\ttold\nbob@x.test\ttold\n")
  t:equal(r.exit, 0)
  t:golden("alarm.eml", s:find { to = "ann@x.test" })
end)

test.case("who is busy is tried again", function(t)
  local r, s = alarm(t, { { rcpt = "ann@*", code = 451, first = 2 } })
  t:equal(r.exit, 0)
  t:equal(s:count(), 2)
end)

test.case("whoever may have it doesn't get it twice", function(t)
  local r, s = alarm(t, { { rcpt = "bob@*", stage = "after_dot", action = "drop" } })
  t:match(r.stdout, "bob@x.test\tin doubt")
  t:equal(#s:all { to = "bob@x.test" }, 1)
end)

test.case("a refusal holds up nobody", function(t)
  local r, s = alarm(t, { { rcpt = "ann@*", code = 550, text = "no such user" } })
  t:equal(r.stdout, "ann@x.test\t5.1.1 no such user\nbob@x.test\ttold\n")
  t:equal({ r.exit, s:count() }, { 6, 1 })
end)
