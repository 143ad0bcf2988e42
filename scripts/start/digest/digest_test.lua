-- Run by `moonpost test`. Each case runs digest.lua in a folder of its own, with a sink in the place of the server.
local test, sink = require "test", require "sink"

local function event(id)
  return ("{\"id\":%d,\"time\":\"2026-11-02T08:15:00Z\",\"kind\":\"order\",\"title\":\"Order %d & more\",\"url\":\"https://x.test/%d\"}\n"):format(
    id,
    id,
    id
  )
end

local function daily(t, fail)
  local s = sink.start { fail = fail }
  return s,
    function(events) return t:run("digest.lua", { sink = s, args = { "--events", "some.jsonl" }, files = { ["some.jsonl"] = events } }) end
end

test.case("each event is told once", function(t)
  local s, run = daily(t)
  t:equal(run(event(1) .. event(2)).stdout, "2 new\n")
  t:equal(run(event(1) .. event(2)).stdout, "0 new\n")
  t:equal(run(event(2) .. event(3)).stdout, "1 new\n")
  t:equal(s:count(), 2)

  local msg = s:find { nth = 2 }
  t:equal(msg.Subject, "1 new")
  t:match(msg:html(), "<a href=\"https://x.test/3\">Order 3 &amp; more</a> 08:15")
end)

test.case("what the server refuses is told by the next run", function(t)
  local s, run = daily(t, { { rcpt = "team@example.org", code = 451, first = 1 } })
  t:equal(run(event(1)).exit, 1)
  t:equal(run(event(1)).stdout, "1 new\n")
  t:equal(s:count(), 1)
end)
