-- Tests of @invite, run by `moonpost test scripts`.
local test, sink = require "test", require "sink"

local people = "email,name\nann@x.test,Ann\nbob@x.test,\"Lee, Bob\"\n"

-- Gives a function that invites, with other arguments in the place of the usual ones.
local function inviter(t, options)
  local s = sink.start(options)
  return function(files, ...)
    local args = {
      "--id",
      "plan-27",
      "--from",
      "Desk <desk@x.test>",
      "--summary",
      "Planning",
      "--zone",
      "Europe/Berlin",
      "--people",
      "people.csv",
      ...,
    }
    return t:run("@invite", { sink = s, files = files, args = args, now = "2026-11-26T10:00:00Z" })
  end,
    s
end

-- The calendar's text, unfolded.
local function ics(msg)
  for part in msg:walk() do
    if part.content_type == "text/calendar" then return (part:data():gsub("\r\n[ \t]", ""):gsub("\r\n", "\n")) end
  end
end

test.case("each is invited alone, once; who is new later, too", function(t)
  local run, s = inviter(t)
  t:equal(run({ ["people.csv"] = people }, "--start", "2027-01-12 10:00").stdout, "plan-27: 2 invited, 0 failed\n")
  local msg = s:find { to = "bob@x.test" }
  t:equal({ msg.Subject, msg.To }, { "Planning", "\"Lee, Bob\" <bob@x.test>" })
  t:match(msg:text(), "Tuesday, 12 January 2027, 10:00 %(Europe/Berlin%)")
  local event = ics(msg)
  t:match(event, "\nUID:plan%-27@x.test\n")
  t:match(event, "\nSEQUENCE:0\n")
  t:match(event, "\nMETHOD:REQUEST\n")
  t:match(event, "mailto:bob@x.test")
  t:ok(not event:find("ann@x.test", 1, true))

  t:equal(run({ ["people.csv"] = people }, "--start", "2027-01-12 10:00").stdout, "plan-27: 0 invited, 0 failed, 2 before\n")
  t:equal(
    run({ ["people.csv"] = people .. "cy@x.test,\n" }, "--start", "2027-01-12 10:00").stdout,
    "plan-27: 1 invited, 0 failed, 2 before\n"
  )
  t:equal(s:count(), 3)
end)

test.case("another time is an update to all, and the end is told to all", function(t)
  local run, s = inviter(t)
  run({ ["people.csv"] = people }, "--start", "2027-01-12 10:00")
  local more = { ["people.csv"] = people .. "cy@x.test,Cy\n" }
  t:equal(run(more, "--start", "2027-01-13 10:00", "--location", "Room 7").stdout, "plan-27: 3 told of the change, 0 failed\n")
  t:equal(s:find({ to = "cy@x.test" }).Subject, "Planning")
  local msg = s:find { to = "ann@x.test", nth = 2 }
  t:equal(msg.Subject, "Updated: Planning")
  t:match(ics(msg), "\nSEQUENCE:1\n")
  t:match(msg:text(), "Room 7")

  local function cancel() return t:run("@invite", { sink = s, args = { "--id", "plan-27", "--cancel" } }).stdout end
  t:equal(cancel(), "plan-27: 3 told that it is called off, 0 failed\n")
  t:equal(cancel(), "plan-27: 0 told that it is called off, 0 failed, 3 before\n")
  msg = s:find { to = "ann@x.test", nth = 3 }
  t:equal(msg.Subject, "Cancelled: Planning")
  t:match(ics(msg), "\nMETHOD:CANCEL\n")
  t:match(ics(msg), "\nSEQUENCE:2\n")
  t:equal(run(nil, "--start", "2027-01-13 10:00", "--location", "Room 7").stdout, "plan-27: 3 told of the change, 0 failed\n")
  t:match(ics(s:find { to = "ann@x.test", nth = 4 }), "\nSEQUENCE:3\n")
end)

test.case("who leaves the list is told on demand alone, and can come back", function(t)
  local run, s = inviter(t)
  run({ ["people.csv"] = people }, "--start", "2027-01-12 10:00")
  local one = { ["people.csv"] = "email\nann@x.test\n" }
  t:match(run(one, "--start", "2027-01-12 10:00").stderr, "no longer on the list: bob@x.test; %-%-withdraw")
  t:equal(s:count(), 2)
  t:match(run(one, "--start", "2027-01-12 10:00", "--withdraw").stdout, "1 told that it is called off for them, 0 failed\n")
  t:equal(s:find({ to = "bob@x.test", nth = 2 }).Subject, "Cancelled: Planning")
  t:equal(run({ ["people.csv"] = people }, "--start", "2027-01-12 10:00").stdout, "plan-27: 1 invited, 0 failed, 2 before\n")
end)

test.case("a whole day, each week but for one; the organizer stays", function(t)
  local run, s = inviter(t)
  local weekly = { "--start", "2027-01-12", "--rrule", "FREQ=WEEKLY;COUNT=3", "--alarm", "1d" }
  t:equal(run({ ["people.csv"] = people }, unpack(weekly)).stdout, "plan-27: 2 invited, 0 failed\n")
  local event = ics(s:find { to = "ann@x.test" })
  t:match(event, "\nDTSTART;VALUE=DATE:20270112\n")
  t:match(event, "\nRRULE:FREQ=WEEKLY;COUNT=3\n")
  t:match(event, "\nTRIGGER:%-P")
  t:match(s:find({}):text(), "Tuesday, 12 January 2027, and repeated")

  weekly[#weekly + 1], weekly[#weekly + 2] = "--except", "2027-01-19"
  t:equal(run(nil, unpack(weekly)).stdout, "plan-27: 2 told of the change, 0 failed\n")
  event = ics(s:find { to = "ann@x.test", nth = 2 })
  t:match(event, "\nSEQUENCE:1\n")
  t:match(event, "\nEXDATE;VALUE=DATE:20270119\n")

  local r = run(nil, "--from", "other@x.test", unpack(weekly))
  t:equal({ r.exit, s:count() }, { 2, 4 })
  t:match(r.stderr, "the organizer of plan%-27 is desk@x.test")
end)

test.case("with guests, all see all and hear of who is new", function(t)
  local run, s = inviter(t)
  run({ ["people.csv"] = people }, "--start", "2027-01-12 10:00", "--guests")
  t:match(ics(s:find { to = "ann@x.test" }), "mailto:bob@x.test")
  t:equal(
    run({ ["people.csv"] = people .. "cy@x.test,\n" }, "--start", "2027-01-12 10:00", "--guests").stdout,
    "plan-27: 3 told of the change, 0 failed\n"
  )
end)

test.case("a text of one's own, and who is refused is named", function(t)
  local run, s = inviter(t, { fail = { { rcpt = "bob@x.test", code = 550 } } })
  local files = { ["people.csv"] = people, ["text.txt"] = "Dear {{.name}},\ncome to {{.summary}}!\n" }
  local r = run(files, "--start", "2027-01-12 10:00", "--text", "text.txt")
  t:equal({ r.exit, r.stdout }, { 6, "plan-27: 1 invited, 1 failed\n" })
  t:match(r.stderr, "not mailed: bob@x.test: 550")
  t:match(s:find({}):text(), "^Dear Ann,%s+come to Planning!")
end)
