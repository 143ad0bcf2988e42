-- An invitation that calendars answer: Outlook, Gmail and Apple's Mail show it as a meeting. The zone goes with it,
-- so that it stays at ten o'clock in summer and winter; what calendars would refuse is an error here.
local calendar = require "calendar"

local event = {
  uid = "planning-2026-03@example.org", -- the same in all mails about it
  summary = "Planning with {{.name}}",
  location = "Room 7",
  start = "2026-03-02T10:00",
  duration = "1h",
  tz = "Europe/Berlin",
  rrule = "FREQ=WEEKLY;BYDAY=MO;COUNT=4",
  organizer = "Desk <desk@example.org>",
  attendees = "{{.name}} <{{.email}}>",
  alarm = "15m",
}

local invite = mime.template {
  from = "Desk <desk@example.org>",
  to = "{{.name}} <{{.email}}>",
  subject = "Planning, Mondays at ten",
  text = "Dear {{.name}},\n\nlet us plan the quarter on Mondays at ten.\n",
  calendar = calendar.request(event),
}

local msg = invite:render { name = "Ann Lee, Sales", email = "ann@example.org" }
print(msg:tree())
print(msg:attachments()[1]:data():match "SUMMARY[^\r]*")

smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) conn:send_message(msg):check() end)

-- Without the organizer there is nobody to answer.
event.organizer = nil
print(pcall(calendar.request, event))
