---@meta calendar
-- Made from moonpost's binding table by `moonpost types`.

---@class calendar.Event
---@field uid string by which calendars find the event again: the same for all its mails
---@field summary string what calendars show as its title
---@field start string|number|time.Time when it begins; a date alone means whole days
---@field duration? number|string how long it takes; or finish (default one day, of whole days)
---@field finish? string|number|time.Time when it ends; of whole days the last one
---@field tz? string zone, such as Europe/Berlin: of texts that name none, and the one in which the event is repeated (default local)
---@field location? string where
---@field description? string text about it
---@field url? string page about it
---@field organizer string|table who gets the answers: the sender of the mail
---@field attendees string|calendar.Attendee|(string|calendar.Attendee)[] who is invited: addresses, or { name=, address=, role=, rsvp= }
---@field alarm? number|string|(number|string)[] reminders so long before the start, such as "15m"
---@field rrule? string how it is repeated: FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10
---@field except? string|number|time.Time|(string|number|time.Time)[] repetitions that are left out, by their dates
---@field occurrence? string|number|time.Time start of the one repetition that is changed or cancelled
---@field sequence? integer counts the changes (default 0, of cancel 1)
---@field status? "confirmed"|"tentative" how sure it is (default confirmed)
---@field filename? string name of the copy that people can save (default invite.ics)

---@class calendar.Attendee
---@field name? string the name that calendars show
---@field address string the address, as in the mail's To
---@field role? "required"|"optional"|"chair"|"none" which part is taken (default required)
---@field rsvp? boolean whether an answer is asked for (default true)

---Invitations to meetings, which `mime.message` and `mime.template` take as `calendar =`. Outlook, Gmail and Apple's mail show them with buttons to answer. A changed event keeps its `uid` and has a higher `sequence`.
---@class calendarlib
local calendar = {}

---Invites to an event, or tells of a change. The sender of the mail should be the organizer.
---```lua
---local event = { uid = "planning-2026-03@example.org", summary = "Planning", start = "2026-03-02T10:00", duration = "1h", tz = "Europe/Berlin", organizer = "Desk <desk@example.org>", attendees = "ann@example.org" }
---local invite = mime.message{ from = "Desk <desk@example.org>", to = "ann@example.org", subject = "Planning", text = "See you on Monday.", calendar = require("calendar").request(event) }
---print(invite:attachments()[1].filename) --> invite.ics
---```
---@param event calendar.Event
---@return mime.Calendar
function calendar.request(event) end

---Cancels an event: the fields are those with which people were invited.
---```lua
---local event = { uid = "planning-2026-03@example.org", summary = "Planning", start = "2026-03-02T10:00", duration = "1h", tz = "Europe/Berlin", organizer = "Desk <desk@example.org>", attendees = "ann@example.org" }
---print(calendar.cancel(event).method) --> CANCEL
---```
---@param event calendar.Event
---@return mime.Calendar
function calendar.cancel(event) end

return calendar
