-- @invite: invites people to an event, tells them of its changes, and calls it off.
local batch, calendar, csv, flags = require "batch", require "calendar", require "csv", require "flags"
local hash, json, kv, log, template, time = require "hash", require "json", require "kv", require "log", require "template", require "time"
local job = require "modules.job"

local opt = flags.parse {
  about = "Sends an invitation that calendars understand. The same again with another time or place is an update to all; who is new on the list gets the invitation; nobody gets anything twice.",
  id = { required = true, help = "what the event is known by, as planning-2027; another name is another event" },
  from = { help = "organizer, as in \"Desk <desk@example.org>\", to whom the answers go" },
  people = { type = "path", help = "CSV file of those to invite, with a column email and maybe name" },
  charset = { help = "charset of that file, as windows-1252 (default: utf-8)" },
  to = { type = "list", help = "or somebody to invite, as \"Ann <ann@example.org>\"" },
  summary = { help = "what it is: the title in the calendar and the subject" },
  start = { help = "when it begins, as \"2027-01-12 10:00\"; a date alone means the whole day" },
  duration = { type = "duration", help = "how long it takes (default: 1h, or the whole day where the start has no time)" },
  zone = { help = "zone of the start, as Europe/Berlin or UTC" },
  location = { help = "where it is" },
  text = { type = "path", help = "template of the mail's text, of name email summary when location (default: time and place)" },
  alarm = { type = "duration", help = "how long before it calendars remind" },
  rrule = { help = "how it recurs, as FREQ=WEEKLY;COUNT=10" },
  except = { type = "list", help = "date on which it does not recur, as 2027-02-09" },
  guests = { type = "boolean", help = "show everybody who else is invited" },
  cancel = { type = "boolean", help = "call the event off: tells all who were invited" },
  withdraw = { type = "boolean", help = "call it off for those alone who were invited and are no longer on the list" },
  relay = { help = "URL of the server (default: $SMTP_URL, else the local one)" },
  wait = { type = "duration", default = "10m", help = "how long to wait for those whom the server puts off" },
}

job.no_words(opt)
if opt.id:find "[^!-~]" then
  job.fail("--id stands in calendars, too: letters without accents, digits and signs, no blanks; got " .. opt.id)
end
local kept = kv.get(opt.id)
if opt.cancel and not kept then job.fail("nobody was invited to " .. opt.id .. ", so there is nothing to cancel") end
if not opt.cancel then
  for _, name in ipairs { "from", "summary", "start", "zone" } do
    if not opt[name] then job.fail("give --" .. name) end
  end
  if not (opt.people or opt.to[1]) then job.fail("give --people FILE or --to ADDRESS") end
  if opt.zone == "local" then job.fail("--zone local means nothing to others: name the zone, as Europe/Berlin") end
end
kept = kept or { people = {}, rounds = {} }

-- Keeps what was done. Of two runs at once the second stops, as it read what is no longer so.
local function save()
  local read = kept.revision or 0
  kept.revision = read + 1
  kv.update(opt.id, function(now)
    if (now and now.revision or 0) ~= read then error("another run for " .. opt.id .. " goes on at the same time; this one stops", 0) end
    return kept
  end)
end

-- Those on the list by their address, and in its order. A bad address ends it before anybody is mailed.
local function list()
  local people, by_address = {}, {}
  local function add(name, address)
    local key = address:lower()
    if not by_address[key] then
      by_address[key] = { email = address, name = name ~= "" and name or nil }
      people[#people + 1] = by_address[key]
    end
  end
  for _, word in ipairs(opt.to) do
    for _, person in ipairs(mime.address.parse(word)) do
      add(person.name, person.address)
    end
  end
  if opt.people then
    for row, line in csv.rows(opt.people, { charset = opt.charset }) do
      if not row.email then job.fail(opt.people .. " has no column email") end
      local ok, parsed = pcall(mime.address.parse, row.email)
      if not ok or #parsed ~= 1 then job.fail(("%s: line %d: not an address: %q"):format(opt.people, line, row.email), 1) end
      add(row.name or parsed[1].name, parsed[1].address)
    end
  end
  if #people == 0 then job.fail("there is nobody on the list") end
  return people, by_address
end

local function event()
  local from = mime.address.parse(opt.from)[1]
  local start, whole_day = time.parse(opt.start, opt.zone), opt.start:find "^%d+%-%d+%-%d+$"
  local known = kept.event and mime.address.parse(kept.event.organizer)[1].address
  if known and known:lower() ~= from.address:lower() then
    local what = "the organizer of %s is %s, and calendars take changes from nobody else: --cancel it, and give another --id"
    job.fail(what:format(opt.id, known))
  end
  if not opt.rrule and start:add { days = 1 } < time.now() then job.fail("--start is past: " .. opt.start) end
  return {
    uid = kept.event and kept.event.uid or opt.id .. "@" .. from.address:match "[^@]+$",
    summary = opt.summary,
    start = start:format(whole_day and "%Y-%m-%d" or "%Y-%m-%d %H:%M:%S"),
    duration = opt.duration or (not whole_day and 3600 or nil),
    tz = opt.zone,
    location = opt.location,
    organizer = opt.from,
    alarm = opt.alarm,
    rrule = opt.rrule,
    except = opt.except[1] and opt.except or nil,
  }
end

-- What changes the event for all. The others on the list belong to it where they are shown.
local function print_of(ev, by_address)
  local addresses = {}
  for address in pairs(opt.guests and by_address or {}) do
    addresses[#addresses + 1] = address
  end
  table.sort(addresses)
  return hash.sha256(json.encode { ev, addresses })
end

local page = opt.text and template.load(opt.text)
local prefix = { request = "", update = "Updated: ", cancel = "Cancelled: " }

local function when_of(ev)
  local start = time.parse(ev.start, ev.tz)
  local text = start:format "%A, %-d %B %Y"
  if #ev.start > 10 then text = text .. start:format ", %H:%M" .. " (" .. ev.tz .. ")" end
  return text .. (ev.rrule and ", and repeated as the calendar shows" or "")
end

local function message(kind, ev, person, guests)
  local when = when_of(ev)
  local row = { name = person.name or person.email, email = person.email, summary = ev.summary, when = when, location = ev.location or "" }
  local text = prefix[kind] .. ev.summary .. "\n\n" .. when .. (ev.location and "\n" .. ev.location or "") .. "\n"
  if page and kind ~= "cancel" then text = page:render(row) end
  local dated = {}
  for name, value in pairs(ev) do
    dated[name] = value
  end
  local to = person.name and { name = person.name, address = person.email } or person.email
  dated.attendees = guests or { to }
  return mime.message {
    from = ev.organizer,
    to = to,
    subject = prefix[kind] .. ev.summary,
    text = text,
    calendar = kind == "cancel" and calendar.cancel(dated) or calendar.request(dated),
  }
end

-- Mails each person once under the name of the batch; kind tells what somebody gets.
local function mail(name, kind, ev, people, guests)
  return batch.run {
    id = "invite " .. opt.id .. " " .. name,
    source = people,
    key = function(person) return person.email:lower() .. (kept.rounds[person.email:lower()] or "") end,
    message = function(person) return message(kind(person), ev, person, guests) end,
    via = job.relay(opt),
    wait = opt.wait,
    on_failed = function(item, reply)
      log.error("not mailed: " .. item.key .. ": " .. (reply.code > 0 and reply.code .. " " or "") .. reply.text)
    end,
  }
end

local function told(summary, what)
  local line = ("%s: %d %s, %d failed"):format(opt.id, summary.sent, what, summary.failed)
  if summary.already > 0 then line = line .. (", %d before"):format(summary.already) end
  if summary.deferred > 0 then line = line .. (", %d put off: run it again"):format(summary.deferred) end
  if summary.in_doubt > 0 then line = line .. (", %d in doubt"):format(summary.in_doubt) end
  print(line)
end

local function sorted(people)
  local all = {}
  for _, person in pairs(people) do
    all[#all + 1] = person
  end
  table.sort(all, function(a, b) return a.email < b.email end)
  return all
end

local function off() return "cancel" end

if opt.cancel then
  if not kept.cancelled then
    kept.cancelled, kept.event.sequence = true, kept.event.sequence + 1
    save()
  end
  told(mail("cancel " .. kept.event.sequence, off, kept.event, sorted(kept.people)), "told that it is called off")
  return
end

local people, by_address = list()
local ev = event()
local print_now = print_of(ev, by_address)
if not kept.event then
  ev.sequence = 0
else
  ev.sequence = kept.event.sequence + ((kept.cancelled or kept.print ~= print_now) and 1 or 0)
end
local guests
if opt.guests then
  guests = {}
  for i, person in ipairs(people) do
    guests[i] = person.name and { name = person.name, address = person.email } or person.email
  end
end
-- What is wrong with the event is said before anything is kept or mailed, of the time as it was given.
local start = ev.start
ev.start = opt.start
message("request", ev, people[1], guests)
ev.start = start

local gone = {}
for address, person in pairs(kept.people) do
  if not by_address[address] then gone[address] = person end
end
for address, person in pairs(by_address) do
  local known = kept.people[address]
  person.since = known and known.since or ev.sequence -- the version with which somebody was invited
  kept.people[address] = person
end
kept.event, kept.print, kept.cancelled = ev, print_now, nil
save()
local function kind(person) return person.since < ev.sequence and "update" or "request" end
told(mail(tostring(ev.sequence), kind, ev, people, guests), ev.sequence == 0 and "invited" or "told of the change")

local left = sorted(gone)
if #left == 0 then return end
if not opt.withdraw then
  local names = {}
  for i = 1, math.min(5, #left) do
    names[i] = left[i].email
  end
  if #left > 5 then names[6] = ("and %d more"):format(#left - 5) end
  log.info("invited, but no longer on the list: " .. table.concat(names, ", ") .. "; --withdraw tells them that it is called off for them")
  return
end
local summary = mail("withdraw " .. ev.sequence, off, ev, left)
told(summary, "told that it is called off for them")
if summary.left == 0 then
  for address in pairs(gone) do
    kept.people[address], kept.rounds[address] = nil, " again" .. (kept.rounds[address] or "")
  end
  save()
end
