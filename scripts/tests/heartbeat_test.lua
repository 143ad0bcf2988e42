-- Tests of @heartbeat, run by `moonpost test scripts`.
local test, sink = require "test", require "sink"

-- Gives a function that runs the check at a minute of the day, with what the command shall say and its status.
local function watcher(t, options, ...)
  local s, more = sink.start(options), { ... }
  local function run(minute, output, status)
    local args = { "--name", "disk", "--from", "watch@x.test", "--to", "ops@x.test", "--run", "cat out; exit $(cat status)", unpack(more) }
    return t:run("@heartbeat", {
      sink = s,
      args = args,
      files = { out = output .. "\n", status = tostring(status or 0) },
      now = ("2026-03-01T%02d:%02d:00Z"):format(minute / 60, minute % 60),
    })
  end
  return run, s
end

local function subjects(s)
  local list = {}
  for m in s:messages() do
    list[#list + 1] = m.Subject
  end
  return list
end

test.case("a change is mailed, the same again is not", function(t)
  local run, s = watcher(t)
  t:equal(run(0, "90% full").stdout, "disk: well (exit status 0), noted\n")
  t:equal(run(5, "90% full").stdout, "disk: well (exit status 0), unchanged\n")
  t:equal(run(10, "91% full").stdout, "disk: well (exit status 0), mailed: changed\n")
  t:equal(subjects(s), { "disk: changed (exit status 0)" })
  t:golden("heartbeat_changed.eml", s:find {})
end)

test.case("a failure, and that it is over", function(t)
  local run, s = watcher(t, nil, "--compare", "status")
  run(0, "fine")
  run(5, "broken", 3)
  run(10, "broken otherwise", 3)
  run(65, "fine")
  t:equal(subjects(s), { "disk: failed (exit status 3)", "disk: fine again (exit status 0)" })
  t:equal(s:find({ nth = 1 }).Importance, "high")
  t:match(s:find({ nth = 2 }):text(), "failed   for 1h%s")
end)

test.case("a failure that doesn't last is not told", function(t)
  local run, s = watcher(t, nil, "--failures", "2", "--compare", "status")
  t:equal(run(5, "", 1).stdout, "disk: failed (exit status 1), 1 of 2 in a row\n")
  t:equal(run(15, "fine").stdout, "disk: well (exit status 0), noted\n")
  run(20, "", 1)
  t:equal(s:count(), 0)
  run(30, "", 1)
  t:equal(subjects(s), { "disk: failed (exit status 1)" })
end)

test.case("what may differ is ignored, what must be there is missed", function(t)
  local run, s = watcher(t, nil, "--ignore", "%d+ ms", "--ignore", "pid=%d+", "--expect", "pong")
  run(0, "pong in 3 ms, pid=17")
  run(5, "pong in 14 ms, pid=18")
  t:equal(s:count(), 0)
  run(10, "no route")
  t:equal(subjects(s), { "disk: failed (\"pong\" is not in the output)" })
end)

test.case("silence after a mail; what still differs then is told", function(t)
  local run, s = watcher(t, nil, "--quiet-for", "1h", "--compare", "status")
  run(0, "")
  run(5, "", 1)
  t:equal(run(10, "").stdout, "disk: well (exit status 0), a mail was sent not long ago: kept for later\n")
  t:equal(s:count(), 1)
  run(66, "")
  t:equal(subjects(s), { "disk: failed (exit status 1)", "disk: fine again (exit status 0)" })
end)

test.case("what fails at once is told, a reminder while it fails, and each result on demand", function(t)
  local run, s = watcher(t, nil, "--remind", "1h", "--compare", "status")
  run(0, "", 1)
  run(30, "", 1)
  run(60, "", 1)
  t:equal(subjects(s), { "disk: failed (exit status 1)", "disk: still failing (exit status 1)" })

  run = watcher(t, nil, "--always", "--name", "all")
  t:equal(run(0, "x").stdout, "all: well (exit status 0), mailed: result\n")
end)

test.case("while the server says later, the mail waits, and goes out once", function(t)
  local run, s = watcher(t, { fail = { { rcpt = "ops@x.test", code = 451, first = 1 } } })
  local r = run(0, "broken", 1)
  t:equal(r.exit, 5)
  t:equal(r.stdout, "disk: failed (exit status 1), the mail waits for the server\n")
  r = run(30, "broken", 1)
  t:equal({ r.exit, r.stdout }, { 0, "disk: failed (exit status 1), unchanged\n" })
  run(35, "broken", 1)
  t:equal(subjects(s), { "disk: failed (exit status 1)" })
end)

test.case("killed when the server has it: not told twice", function(t)
  local s = sink.start()
  local function run(kill_after)
    local args = { "--run", "exit 1", "--from", "watch@x.test", "--to", "ops@x.test" }
    return t:run("@heartbeat", { sink = s, args = args, kill_after = kill_after })
  end
  t:equal(run(1).killed, true)
  run()
  local ids = {}
  for m in s:messages() do
    ids[m["Message-ID"]] = true
  end
  local n = 0
  for _ in pairs(ids) do
    n = n + 1
  end
  t:equal(n, 1) -- the answer was cut off: sent again with the same Message-ID, and readers show one
end)

test.case("one of two is refused: the other is told once, and the status says it", function(t)
  local run, s = watcher(t, nil, "--to", "550@x.test")
  local r = run(0, "broken", 1)
  t:equal(r.exit, 6)
  t:match(r.stderr, "not mailed: 550@x.test: 550 refused on demand")
  run(5, "broken", 1)
  t:equal(#s:all { to = "ops@x.test" }, 1)
end)

test.case("refused for good: the next run tries again", function(t)
  local run, s = watcher(t, { fail = { { rcpt = "ops@x.test", code = 550, first = 1 } } })
  t:equal(run(0, "broken", 1).exit, 6)
  t:equal(run(5, "broken", 1).exit, 0)
  t:equal(s:count(), 1)
end)

test.case("output that is no text, on both ways, and much of it", function(t)
  local run, s = watcher(t)
  run(0, "a")
  local many = {}
  for i = 1, 300 do
    many[i] = "line " .. i .. " \255\27[31mred\27[0m"
  end
  t:equal(run(5, table.concat(many, "\n")).exit, 0)
  local msg = s:find {}
  t:match(msg:text(), "line 200 \239\191\189red%s")
  t:match(msg:text(), "%(and 100 more lines: see output.txt%)")
  t:match(msg:attachments()[1]:data(), "line 300 ")
end)

test.case("a name and a text of several lines", function(t)
  local s = sink.start()
  local args = { "--run", "echo a\necho b", "--expect", "a\nc", "--from", "watch@x.test", "--to", "ops@x.test" }
  t:equal(t:run("@heartbeat", { sink = s, args = args }).exit, 0)
  t:equal(s:find({}).Subject, "echo a echo b: failed (\"a c\" is not in the output)")
end)

test.case("too slow", function(t)
  local s = sink.start()
  local args = { "--run", "sleep 20", "--within", "100ms", "--from", "watch@x.test", "--to", "ops@x.test" }
  local r = t:run("@heartbeat", { sink = s, args = args })
  t:equal(r.stdout, "sleep 20: failed (no end within 100ms), mailed: failed\n")
end)

test.case("where nothing can be remembered, as on a full disk, a failure is mailed all the same", function(t)
  local s = sink.start()
  local function run(command)
    local args = { "--run", command, "--name", "disk", "--from", "watch@x.test", "--to", "ops@x.test", "--store", "none/x.db" }
    return t:run("@heartbeat", { sink = s, args = args })
  end
  local r = run "echo full; exit 1"
  t:equal({ r.exit, r.stdout }, { 4, "disk: failed (exit status 1), mailed: failed\n" })
  t:match(s:find({}):text(), "note     nothing can be remembered.*there is no folder.*full")
  t:equal(run("true").exit, 4)
  t:equal(s:count(), 1)
end)
