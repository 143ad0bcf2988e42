-- Run by `moonpost test`. Each case runs watch.lua in a folder of its own, with a sink in the place of the server.
local test, sink = require "test", require "sink"

local function watcher(t, fail)
  local s = sink.start { fail = fail }
  return s,
    function(minute, status, kill_after)
      local now = ("2026-11-01T10:%02d:00Z"):format(minute)
      local files = { ["two.csv"] = "name,command\nweb,exit " .. status .. "\ndisk,true\n" }
      return t:run("watch.lua", { sink = s, args = { "--checks", "two.csv" }, files = files, now = now, kill_after = kill_after })
    end
end

test.case("a failure is told once, and that it is over", function(t)
  local s, run = watcher(t)
  t:equal(run(0, 0).stdout, "0 changed, 0 fail\n")
  t:equal(run(5, 3).stdout, "1 changed, 1 fail\n")
  t:equal(run(10, 3).stdout, "0 changed, 1 fail\n")
  t:equal(run(15, 0).stdout, "1 changed, 0 fail\n")

  t:equal(s:count(), 2)
  t:equal(s:find({ nth = 1 }).Subject, "1 check fails")
  t:match(s:find({ nth = 1 }):text(), "web: exit status 3, before: well")
  t:equal(s:find({ nth = 2 }).Subject, "all is well again")
end)

test.case("what the server puts off is told by the next run", function(t)
  local s, run = watcher(t, { { rcpt = "ops@example.org", code = 451, first = 1 } })
  t:equal(run(0, 3).exit, 5)
  t:equal(run(30, 3).exit, 0)
  t:equal(run(35, 3).stdout, "0 changed, 1 fail\n")
  t:equal(s:count(), 1)
end)

test.case("killed when the server has the mail, and run again: it is the same mail", function(t)
  local s, run = watcher(t)
  t:equal(run(0, 3, 1).killed, true)
  t:equal(run(5, 3).stdout, "1 changed, 1 fail\n")
  t:equal(run(10, 3).stdout, "0 changed, 1 fail\n")
  t:equal(s:find({ nth = 1 })["Message-ID"], s:find({ nth = 2 })["Message-ID"]) -- the answer was cut off; readers show one
  t:equal(s:count(), 2)
end)
