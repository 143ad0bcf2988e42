---@meta time
-- Made from moonpost's binding table by `moonpost types`.

---@class time.ParseOptions
---@field zone? string zone of a text that names none (default local)
---@field layout? string how the text is written, in the letters of os.date: %d.%m.%Y %H:%M

---@class time.Parts
---@field year integer the year
---@field month? integer 1 to 12 (default 1)
---@field day? integer day of the month (default 1)
---@field hour? integer 0 to 23 (default 0)
---@field minute? integer 0 to 59 (default 0)
---@field second? integer 0 to 59 (default 0)
---@field zone? string zone in which they are meant (default local)

---@class time.Step
---@field years? integer years by the calendar
---@field months? integer months by the calendar
---@field weeks? integer weeks by the calendar
---@field days? integer days by the calendar: the same time of day
---@field hours? number hours on the clock
---@field minutes? number minutes on the clock
---@field seconds? number seconds on the clock

---A moment in a zone; it never changes. `==`, `<` and `<=` compare moments, whatever their zones; `t + "2h"`, `t + seconds` and `t - "2h"` give times on the clock, `t2 - t1` seconds; `tostring` gives ISO 8601. Every option that takes a date takes a time.
---@class time.Time
---@field year integer the year
---@field quarter integer 1 to 4
---@field month integer 1 to 12
---@field day integer day of the month
---@field hour integer 0 to 23
---@field minute integer 0 to 59
---@field second integer 0 to 59
---@field weekday integer 1 is Monday, 7 Sunday (ISO 8601; the wday of os.date begins with 1 for Sunday)
---@field yday integer day of the year, from 1
---@field week integer week of the year (ISO 8601): the first has the year's first Thursday
---@field days_in_month integer 28 to 31
---@field zone string short name of the zone then, such as "CEST", or its offset
---@field offset integer seconds east of UTC
---@operator add(number|string): time.Time
---@operator sub(time.Time): number
---@operator sub(number|string): time.Time
local time_Time = {}

---A later time, or an earlier one for negative numbers: first years and months, where a day that the month lacks becomes its last; then weeks and days, which keep the time of day; then hours, minutes and seconds on the clock. A number is seconds.
---```lua
---print(time.parse("2026-01-31", "UTC"):add{ months = 1 }) --> 2026-02-28T00:00:00Z
---```
---@param step time.Step|number|string
---@return time.Time
function time_Time:add(step) end

---Writes the time in the letters of os.date (`%-d` has no leading zero), or as "iso", "rfc5322", "http", "date" (2026-10-05), "time" (10:00:00) or "datetime" (both). Names of days and months are English.
---```lua
---print(time.parse("2026-10-05", "UTC"):format("%-d %B %Y")) --> 5 October 2026
---```
---@param layout? string
---@return string
function time_Time:format(layout) end

---ISO 8601 and RFC 3339, with the offset.
---```lua
---print(time.parse("2026-10-05T10:00+02:00"):iso()) --> 2026-10-05T10:00:00+02:00
---```
---@return string
function time_Time:iso() end

---As in the Date field of a mail.
---```lua
---print(time.parse("2026-10-05T10:00+02:00"):rfc5322()) --> Mon, 05 Oct 2026 10:00:00 +0200
---```
---@return string
function time_Time:rfc5322() end

---Seconds since 1970, as os.time has them.
---```lua
---print(time.parse("2026-10-05", "UTC"):unix()) --> 1791158400
---```
---@return number
function time_Time:unix() end

---The same moment in another zone.
---```lua
---print(time.parse("2026-10-05T12:00Z"):in_zone("America/New_York").hour) --> 8
---```
---@param zone string
---@return time.Time
function time_Time:in_zone(zone) end

---The beginning of the unit in which the time lies; a week begins on Monday.
---```lua
---print(time.parse("2026-10-08", "UTC"):start_of("week"):format("date")) --> 2026-10-05
---```
---@param unit "year"|"quarter"|"month"|"week"|"day"|"hour"|"minute"|"second"
---@return time.Time
function time_Time:start_of(unit) end

---Seconds from the other time to this one, as `t - earlier`.
---```lua
---print(time.parse("2026-10-06", "UTC"):since(time.parse("2026-10-05", "UTC"))) --> 86400
---```
---@param earlier time.Time
---@return number
function time_Time:since(earlier) end

---Dates and times: read, reckoned with, written. A zone is a name such as "Europe/Berlin", "UTC", "local" or an offset such as "+02:00".
---@class timelib
local time = {}

---The present moment, in the zone given, else in the machine's.
---```lua
---print(time.now("UTC").year >= 2026) --> true
---```
---@param zone? string
---@return time.Time
function time.now(zone) end

---The moment at which the present day began, in the zone given, else in the machine's.
---```lua
---print(time.today("Europe/Berlin").hour) --> 0
---```
---@param zone? string
---@return time.Time
function time.today(zone) end

---Reads ISO 8601 (`2026-10-05`, `2026-10-05T10:00:00+02:00`, `2026-10-05 10:00`), RFC 5322 (`Mon, 05 Oct 2026 10:00:00 +0200`), `os.time()` numbers, or a text by a layout of one's own. The second argument is a zone, or options; a text that names no zone is in that one, else in the machine's.
---```lua
---print(time.parse("05.10.2026", { layout = "%d.%m.%Y", zone = "UTC" })) --> 2026-10-05T00:00:00Z
---```
---@param date string|number|time.Time
---@param options? time.ParseOptions|string
---@return time.Time
function time.parse(date, options) end

---Puts a time together; what is left out is 1 or 0.
---```lua
---print(time.new{ year = 2026, month = 10, day = 5, hour = 9, zone = "Europe/Berlin" }) --> 2026-10-05T09:00:00+02:00
---```
---@param parts time.Parts
---@return time.Time
function time.new(parts) end

---Waits; seconds or a duration such as "500ms". An interrupt or --timeout ends the wait and the script.
---```lua
---time.sleep("10ms")
---```
---@param duration number|string
function time.sleep(duration) end

---Gives a duration such as "2h30m" in seconds.
---```lua
---print(time.duration("2h30m")) --> 9000
---```
---@param duration number|string
---@return number
function time.duration(duration) end

---Writes seconds as a duration, to the millisecond.
---```lua
---print(time.format_duration(93784.5)) --> 1d2h3m4s500ms
---```
---@param seconds number
---@return string
function time.format_duration(seconds) end

return time
