-- Run by `moonpost test`. Each case runs invite.lua in a folder of its own, with a sink in the place of the server.
local test, sink = require "test", require "sink"

local people = "email,name\nann@x.test,Ann\nbob@x.test,Bob\n"

-- The calendar's text, each property on one line.
local function ics(msg)
  for part in msg:walk() do
    if part.content_type == "text/calendar" then return (part:data():gsub("\r\n[ \t]", ""):gsub("\r\n", "\n")) end
  end
end

test.case("each is invited once, told of a change, and of the end", function(t)
  local s = sink.start()
  local function run(...)
    return t:run("invite.lua", { sink = s, args = { "--people", "two.csv", ... }, files = { ["two.csv"] = people } }).stdout
  end
  t:equal(run(), "2 mailed, 0 before, 0 failed\n")
  t:equal(run(), "0 mailed, 2 before, 0 failed\n")
  t:equal(run("--version", "1"), "2 mailed, 0 before, 0 failed\n")
  t:equal(run("--version", "2", "--cancel"), "2 mailed, 0 before, 0 failed\n")

  local first = ics(s:find { to = "ann@x.test" })
  t:match(first, "\nMETHOD:REQUEST\n")
  t:match(first, "mailto:ann@x.test")
  t:ok(not first:find("bob@x.test", 1, true)) -- nobody sees who else is invited
  t:match(ics(s:find { to = "ann@x.test", nth = 2 }), "\nSEQUENCE:1\n")
  t:match(ics(s:find { to = "ann@x.test", nth = 3 }), "\nMETHOD:CANCEL\n")
end)
