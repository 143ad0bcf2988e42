-- Run by `moonpost test`. Each case runs digest.lua in a folder of its own, with a sink in the place of the server.
local test, sink = require "test", require "sink"

local function event(id)
  return ("{\"id\":%d,\"time\":\"2026-11-02T08:15:00Z\",\"kind\":\"order\",\"title\":\"Order %d & more\",\"url\":\"https://x.test/%d\"}\n"):format(
    id,
    id,
    id
  )
end

-- Gives the sink and what runs the script on a day of November.
local function daily(t, fail)
  local s = sink.start { fail = fail }
  return s,
    function(day, events, kill_after)
      return t:run("digest.lua", {
        sink = s,
        args = { "--events", "some.jsonl" },
        files = { ["some.jsonl"] = events },
        now = ("2026-11-%02dT07:00:00Z"):format(day),
        kill_after = kill_after,
      })
    end
end

test.case("each event is told once", function(t)
  local s, run = daily(t)
  t:equal(run(1, event(1) .. event(2)).stdout, "2 new\n")
  t:equal(run(2, event(1) .. event(2)).stdout, "0 new\n")
  t:equal(run(3, event(2) .. event(3)).stdout, "1 new\n")
  t:equal(s:count(), 2)

  local msg = s:find { nth = 2 }
  t:equal(msg.Subject, "1 new")
  t:match(msg:html(), "<a href=\"https://x.test/3\">Order 3 &amp; more</a> 08:15")
end)

test.case("a mail that waits for the server is sent by the next run, as it was", function(t)
  local s, run = daily(t, { { rcpt = "team@example.org", code = 451, first = 1 } })
  t:equal(run(1, event(1)).exit, 5)
  t:equal(run(2, event(1) .. event(2)).stdout, "1 new\n")
  t:equal(run(3, event(1) .. event(2)).stdout, "1 new\n")
  t:equal(s:count(), 2)
end)

test.case("what the server refuses for good is told with what comes later", function(t)
  local s, run = daily(t, { { rcpt = "team@example.org", code = 550, first = 1 } })
  t:equal(run(1, event(1)).exit, 6)
  t:equal(run(2, event(1) .. event(2)).stdout, "2 new\n")
  t:equal(s:count(), 1)
end)

test.case("killed when the server has the mail, and run again: it is the same mail", function(t)
  local s, run = daily(t)
  t:equal(run(1, event(1), 1).killed, true)
  t:equal(run(2, event(1) .. event(2)).stdout, "1 new\n")
  t:equal(run(3, event(1) .. event(2)).stdout, "1 new\n")
  t:equal(s:find({ nth = 1 })["Message-ID"], s:find({ nth = 2 })["Message-ID"]) -- the answer was cut off; readers show one
  t:match(s:find({ nth = 3 }):html(), "Order 2")
  t:equal(s:count(), 3)
end)
