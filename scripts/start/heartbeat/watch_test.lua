-- Run by `moonpost test`. Each case runs watch.lua in a folder of its own, with a sink in the place of the server.
local test, sink = require "test", require "sink"

local function watcher(t, fail)
  local s = sink.start { fail = fail }
  return s,
    function(status)
      local files = { ["two.csv"] = "name,command\nweb,exit " .. status .. "\ndisk,true\n" }
      return t:run("watch.lua", { sink = s, args = { "--checks", "two.csv" }, files = files })
    end
end

test.case("a failure is told once, and that it is over", function(t)
  local s, run = watcher(t)
  t:equal(run(0).stdout, "0 changed, 0 fail\n")
  t:equal(run(3).stdout, "1 changed, 1 fail\n")
  t:equal(run(3).stdout, "0 changed, 1 fail\n")
  t:equal(run(0).stdout, "1 changed, 0 fail\n")

  t:equal(s:count(), 2)
  t:equal(s:find({ nth = 1 }).Subject, "1 check fails")
  t:match(s:find({ nth = 1 }):text(), "web: exit status 3, before: well")
  t:equal(s:find({ nth = 2 }).Subject, "all is well again")
end)

test.case("what the server refuses is told by the next run", function(t)
  local s, run = watcher(t, { { rcpt = "ops@example.org", code = 451, first = 1 } })
  t:equal(run(3).exit, 1)
  t:equal(run(3).exit, 0)
  t:equal(s:count(), 1)
end)
