-- An invitation that calendars answer: Outlook and Gmail show it as a meeting.
-- What they would refuse is an error here that names the property.
local content = [[
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Desk//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:planning-2026-03@example.org
DTSTAMP:20260225T090000Z
DTSTART:20260302T090000Z
DTEND:20260302T100000Z
ORGANIZER;CN=Desk:mailto:desk@example.org
ATTENDEE;CN="{{.name}}";RSVP=TRUE:mailto:{{.email}}
SUMMARY:Planning with {{.name}}
LOCATION:Room 7
END:VEVENT
END:VCALENDAR
]]

local invite = mime.template {
  from = "Desk <desk@example.org>",
  to = "{{.name}} <{{.email}}>",
  subject = "Planning, Monday at ten",
  text = "Dear {{.name}},\n\nlet us plan the quarter on Monday at ten.\n",
  calendar = { method = "REQUEST", content = content },
}

local msg = invite:render { name = "Ann Lee, Sales", email = "ann@example.org" }
print(msg:tree())
print(msg:attachments()[1]:data():match("SUMMARY[^\r]*"))

smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) conn:send_message(msg):check() end)

-- Without the organizer there is nobody to answer.
local nobody = content:gsub("ORGANIZER[^\n]*\n", ""):gsub("{{.email}}", "ann@example.org")
print(pcall(mime.message, { from = "desk@example.org", to = "ann@example.org", calendar = { content = nobody } }))
