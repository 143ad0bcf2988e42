-- Invites everyone in people.csv to an event, each once; with another --version it is an update, which calendars show
-- in the place of what they have.
--
--   moonpost check invite.lua                  finds mistakes, sends nothing
--   moonpost run --sink invite.lua             sends into a sink on this machine and says where the mails lie
--   moonpost test                              runs invite_test.lua
--   moonpost run invite.lua                    sends it, through the server that SMTP_URL names:
--                                              SMTP_URL=smtp://user:password@mail.example.org:587
--   moonpost run invite.lua --version 1        sends the change that was made below
--   moonpost run invite.lua --version 2 --cancel
--
-- Without a script of one's own, which counts the versions itself: moonpost run @invite --help
local batch, calendar, csv, flags = require "batch", require "calendar", require "csv", require "flags"

local opt = flags.parse {
  about = "Invites the people of a CSV file to an event.",
  people = { type = "path", help = "CSV file with the columns email and name (default: people.csv beside the script)" },
  version = { type = "integer", default = 0, help = "one more after each change of the event" },
  cancel = { type = "boolean", help = "call the event off" },
}

local function event(row)
  return {
    uid = "planning-2027@example.org", -- the same for ever: by it calendars know which event is meant
    sequence = opt.version,
    summary = "Planning of the year",
    start = "2027-01-12T10:00",
    duration = "90m",
    tz = "Europe/Berlin",
    location = "Room 7",
    organizer = "Desk <desk@example.org>", -- who gets the answers
    attendees = { { name = row.name, address = row.email } },
    alarm = "15m",
  }
end

local summary = batch.run {
  id = ("planning-2027 %d%s"):format(opt.version, opt.cancel and " cancel" or ""),
  source = csv.rows(opt.people or script.path("people.csv")),
  key = function(row) return row.email:lower() end,
  message = function(row)
    local ev = event(row)
    return mime.message {
      from = ev.organizer,
      to = { name = row.name, address = row.email },
      subject = (opt.cancel and "Cancelled: " or opt.version > 0 and "Updated: " or "") .. ev.summary,
      text = "Dear " .. row.name .. ",\n\nwe meet on Tuesday, 12 January, at ten, in room 7.\n",
      calendar = opt.cancel and calendar.cancel(ev) or calendar.request(ev),
    }
  end,
  via = smtp.relay { url = env.get("SMTP_URL", "smtp://localhost") },
  wait = "10m",
}
print(summary.sent .. " mailed, " .. summary.already .. " before, " .. summary.failed .. " failed")
