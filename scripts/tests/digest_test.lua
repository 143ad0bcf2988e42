-- Tests of @digest, run by `moonpost test scripts`.
local test, sink = require "test", require "sink"

local function line(id, level, title) return ("{\"id\":%d,\"level\":\"%s\",\"title\":\"%s\"}\n"):format(id, level, title) end

-- Gives a function that runs the digest on a day of March 2026 with the files given.
local function daily(t, options, ...)
  local s, more = sink.start(options), { ... }
  local function run(day, files, ...)
    local args = { "--name", "Builds", "--from", "digest@x.test", "--to", "team@x.test", "--zone", "UTC" }
    for _, list in ipairs { more, { ... } } do
      for _, word in ipairs(list) do
        args[#args + 1] = word
      end
    end
    return t:run("@digest", { sink = s, files = files, args = args, now = ("2026-03-%02dT06:00:00Z"):format(day) })
  end
  return run, s
end

test.case("lines of JSON: each is told once, on the day after it came", function(t)
  local run, s =
    daily(t, nil, "--jsonl", "log.jsonl", "--link", "https://ci.x.test/{{.id}}", "--group", "{{.level}}", "--note", "no. {{.id}}")
  local log = line(1, "error", "Broken <again>") .. line(2, "info", "Built")
  t:equal(run(1, { ["log.jsonl"] = log }).stdout, "Builds: 2 new, mailed\n")
  t:golden("digest_lines.eml", s:find {})
  t:equal(run(1).stdout, "Builds: today's digest was mailed before; --again mails another\n")
  t:equal(run(2).stdout, "Builds: nothing new\n")
  t:equal(run(2, { ["log.jsonl"] = log .. line(2, "info", "Built") .. "broken\n{\"half" }).stdout, "Builds: 1 new, mailed\n")
  local msg = s:find { nth = 2 }
  t:equal(msg.Subject, "Builds: 1 new on 2026-03-02")
  t:match(msg:text(), "1 could not be read") -- the last line is just being written
  t:equal(run(3, { ["log.jsonl"] = line(3, "info", "Built anew") }).stdout, "Builds: 1 new, mailed\n") -- a fresh file, after rotation
end)

test.case("more on one day, filters, limits, and known by a field", function(t)
  local run, s = daily(t, nil, "--jsonl", "log.jsonl", "--where", "level=^err", "--show", "2", "--key", "id")
  local log = {}
  for i = 1, 5 do
    log[i] = line(i, "error", "No " .. i)
  end
  log[6] = line(6, "info", "Fine")
  t:equal(run(1, { ["log.jsonl"] = table.concat(log) }).stdout, "Builds: 5 new, mailed\n")
  local text = s:find({}):text()
  t:match(text, "log.jsonl %(5%)")
  t:match(text, "%- No 2%s+%- and 3 more")
  log[1] = line(1, "error", "The same by its number")
  log[7] = line(7, "error", "No 7")
  t:equal(run(1, { ["log.jsonl"] = table.concat(log) }, "--again").stdout, "Builds: 1 new, mailed\n")
end)

test.case("a mail that Gmail would clip is cut", function(t)
  local run, s = daily(t, nil, "--jsonl", "log.jsonl", "--group", "{{.level}}")
  local log = {}
  for i = 1, 900 do
    log[i] = line(i, "level " .. i % 9, ("x"):rep(300))
  end
  t:equal(run(1, { ["log.jsonl"] = table.concat(log) }).stdout, "Builds: 900 new, mailed\n")
  t:ok(#s:find({}):html() < 102 * 1024) -- where Gmail clips
  t:equal(select(2, s:find({}):text():gsub("%- xxx", "")), 200)
  t:ok(s:find({}):text():find("- and 78 more", 1, true))
end)

test.case("files, new and changed, and a mailbox", function(t)
  local run, s = daily(t, nil, "--files", "in[1]", "--files", "in[1]/*.pdf", "--mailbox", "inbox.mbox", "--group", "News")
  local mail =
    "From ann@x.test Sun Mar  1 05:00:00 2026\nFrom: Ann <ann@x.test>\nSubject: %s\nMessage-ID: <%s@x.test>\nDate: Sun, 1 Mar 2026 05:00:00 +0000\n\nHi\n\n"
  local one = mail:format("Lunch?", "1")
  run(1, { ["in[1]/a.pdf"] = "1", ["in[1]/deep/b.pdf"] = "1", ["inbox.mbox"] = one .. one })
  local text = s:find({}):text()
  t:match(text, "News %(3%)") -- what two sources hold is told once, and so is a mail that lies there twice
  t:match(text, "Lunch%? %(Ann <ann@x.test>, 2026%-03%-01 05:00%)")
  t:match(text, "b.pdf %(.-, 1 B%)")
  t:ok(os.rename(t.dir .. "/inbox.mbox", t.dir .. "/read"))
  local r = run(2, { ["in[1]/a.pdf"] = "22", ["in[1]/caf\233 x.pdf"] = "1" }, "--link", "file:/{{.path}}")
  t:match(r.stderr, "inbox.mbox is not there and is left out")
  text = s:find({ nth = 2 }):text()
  t:match(text, "News %(2%)")
  t:match(text, "a.pdf")
  t:match(text, "file:/in%[1%]/caf\239\191\189%%20x.pdf")
  run(3, { ["inbox.mbox"] = one .. mail:format("Dinner?", "2") })
  t:match(s:find({ nth = 3 }):text(), "^Builds: 1 new%s.*Dinner%?")
end)

test.case("what was away for a while is not told anew", function(t)
  local run, s = daily(t, nil, "--files", "in/*.pdf", "--jsonl", "log.jsonl", "--where", "title=^[^t]")
  local files = { ["in/a.pdf"] = "1", ["log.jsonl"] = line(1, "info", "One") .. "{\"title\":{\"a\":1}}\n" }
  t:equal(run(1, files).stdout, "Builds: 1 new, mailed\n")
  for _, name in ipairs { "in", "log.jsonl" } do
    t:ok(os.rename(t.dir .. "/" .. name, t.dir .. "/away" .. name))
  end
  t:equal(run(2).stdout, "Builds: nothing new\n")
  for _, name in ipairs { "in", "log.jsonl" } do
    t:ok(os.rename(t.dir .. "/away" .. name, t.dir .. "/" .. name))
  end
  t:equal(run(3).stdout, "Builds: nothing new\n")
  t:equal(s:count(), 1)
end)

test.case("what the server doesn't take is told later, all of it, once", function(t)
  local run, s = daily(t, { fail = { { rcpt = "team@x.test", code = 451, first = 1 } } }, "--jsonl", "log.jsonl", "--wait", "0s")
  local r = run(1, { ["log.jsonl"] = line(1, "info", "One") })
  t:equal({ r.exit, r.stdout }, { 5, "Builds: 1 new, the mail waits for the server: the next run sends it\n" })
  r = run(2, { ["log.jsonl"] = line(1, "info", "One") .. line(2, "info", "Two") })
  t:equal({ r.exit, r.stdout }, { 0, "Builds: 1 new, mailed\n" })
  t:equal(
    { s:count(), s:find({ nth = 1 }).Subject, s:find({ nth = 2 }).Subject },
    { 2, "Builds: 1 new on 2026-03-01", "Builds: 1 new on 2026-03-02" }
  )
end)

test.case("refused for good: the next run tells it again", function(t)
  local run, s = daily(t, { fail = { { rcpt = "team@x.test", code = 550, first = 1 } } }, "--jsonl", "log.jsonl")
  t:equal(run(1, { ["log.jsonl"] = line(1, "info", "One") }).exit, 6)
  t:equal(run(1).stdout, "Builds: 1 new, mailed\n")
  t:equal(s:count(), 1)
end)

test.case("a beginning without a mail, and a mail without news", function(t)
  local run, s = daily(t, nil, "--jsonl", "log.jsonl")
  t:equal(run(1, { ["log.jsonl"] = line(1, "info", "Old") }, "--skip").stdout, "Builds: 1 taken for told\n")
  t:equal(run(1).stdout, "Builds: nothing new\n")
  run(1, nil, "--always")
  t:equal(s:find({}).Subject, "Builds: 0 new on 2026-03-01")
end)
