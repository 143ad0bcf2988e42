---@meta batch
-- Made from moonpost's binding table by `moonpost types`.

---@class batch.Options
---@field id string name of the batch; each key is mailed once in it, for ever
---@field source any[]|fun(): any, integer? rows: a list, or an iterator such as csv.rows gives; a row is a table or a string
---@field key? string|fun(row: any, number: integer): string|number a column, or a function that gives the key; rows that are strings are their own
---@field to? string|fun(row: any, number: integer): any a column, or a function that gives the address: then an address that cannot be mailed is found before anything is sent
---@field message mime.Template|fun(row: any): mime.Part? makes the message of a row, maybe more than once; nil skips the row this time. A mime.template is filled without Lua
---@field via? string|smtp.Relay|table|fun(d: batch.Delivery): any a relay, the name of one or of a pool, a list in order of failover, or a function that gives any of these (default what route.choose says, else the script's only relay)
---@field retry? batch.Retry schedule of further tries
---@field wait? number|string how long the call waits for tries that are due later, once nothing else is left (default 0)
---@field in_doubt? "hold"|"resend"|"skip"|fun(item: batch.Item): string what becomes of mails of which nobody knows whether a server took them: hold leaves them to a person, skip takes them for sent (default hold)
---@field suppression? string|string[] scopes of the suppression list, besides "*"
---@field suppress_on? string a Lua pattern: a recipient whose refusal ("5.1.1 no such user", "550 …") it matches is suppressed from then on
---@field stop_if? batch.StopIf ends the run when too much fails
---@field hours? batch.Hours times of the week in which the batch may send
---@field not_before? number|string|time.Time a date, or a duration from now, before which nothing is sent
---@field expires? number|string|time.Time a date, or a duration from now, after which nothing is sent any more
---@field rate? string|string[] messages at most, whatever way they go
---@field failover_on? string a Lua pattern: a refusal for good that it matches is tried with the next relay too
---@field states? integer Lua states that render, for more than one core (default 1)
---@field prepare? fun() called once before the source is read, in the one process that reads it
---@field on_sent? fun(item: batch.Item, reply: batch.Reply) called after a mail was sent and that is on disk, at least once
---@field on_failed? fun(item: batch.Item, reply: batch.Reply) the same for one that failed for good
---@field on_deferred? fun(item: batch.Item, reply: batch.Reply) the same for one that is tried again later

---@class batch.retryOptions
---@field attempts? integer tries in all (default 5)
---@field first? number|string wait before the second (default "1m")
---@field factor? number by which the wait grows each time (default 2)
---@field cap? number|string longest wait (default "1h")
---@field give_up? number|string age at which a mail is given up (default "2d")

---@class batch.stopOptions
---@field failed integer|string a number of failures, or a share of what was tried, such as "5%"
---@field after? integer so many must have been tried first (default 0)

---@class batch.hoursOptions
---@field days? string|string[] "mon-fri", "mon,wed,fri" or a list of these (default all)
---@field from? string time of day at which sending begins (default "00:00")
---@field to? string time of day at which it ends; one before from is on the next day (default "24:00")
---@field tz? string zone, such as "Europe/Berlin" (default the machine's)

---@class batch.ItemsOptions
---@field state? string|string[] only those in one of these states: sent, deferred, failed, suppressed, in_doubt, pending, ready, held, cancelled
---@field key? string|string[] only those of these keys

---@class batch.SettleOptions
---@field as "sent"|"resend"|"failed" they were sent; or they are sent again, by the next run; or they are given up
---@field keys? string|string[] only those of these keys

---@class batch.Item
---@field key string its key in the batch
---@field to? string the recipient, the first of several; nil while not known
---@field recipients string[] those still to be mailed, or that were
---@field row any the row, a fresh copy; nil where it cannot be read
---@field state string "pending", "ready", "sent", "deferred", "failed", "suppressed", "in_doubt", "held" …
---@field attempts integer tries so far, those that were merely slowed down left out
---@field relay? string the relay of the last try
---@field message_id? string without angle brackets
---@field due? integer when it is tried next, in seconds since 1970
---@field code integer of the last reply; 0 where no server said it
---@field enhanced? string its enhanced status
---@field text string its words, or ours

---@class batch.Reply
---@field code integer three digits; 0 where no server said it
---@field enhanced? string enhanced status, such as "5.1.1"
---@field message string the server's words, or ours
---@field text string the same
---@field queue_id? string the server's name for the message, if it told one

---@class batch.Record
---@field id string its id
---@field state string "open" or "cancelled"
---@field created integer when it began, in seconds since 1970
---@field updated integer when something of it changed last
---@field total integer mails that it knows
---@field counts table<string, integer> mails by state: sent, deferred, failed, in_doubt …

---@class batch.Complaint
---@field text string what was wrong
---@field n integer how often
---@field key? string of the first
---@field hint? string what to do about it

---What a run of a batch did; tostring gives it as a text of a few lines.
---@class batch.Summary
---@field batch string id of the batch
---@field sent integer mails sent by this run
---@field already integer sent before it
---@field failed integer failed for good, in the whole batch
---@field refused integer recipients refused for good by this run, of mails that went to others
---@field deferred integer to be tried again later
---@field in_doubt integer nobody knows whether a server took them
---@field suppressed integer to people on the suppression list
---@field skipped integer for which the message function gave nil this time
---@field duplicate integer rows with a key that the source had already given
---@field changed integer rows that are others than before, of mails that were still to be sent
---@field gone integer mails still to be sent that the source gives no more: they are not sent
---@field bad_rows integer rows without a key
---@field left integer mails that this run would have sent and did not
---@field stopped string? why the run came to its end before its mail did: "stop_if", "hours", "expired", "declined"; else nil
---@field seconds number how long it took
---@field rate number mails sent a second
---@field errors batch.Complaint[] what went wrong, the most frequent first
local batch_Summary = {}

---A mail that is about to be sent, for the functions that say which way it goes.
---@class batch.Delivery
---@field from string envelope sender; "" is the null sender
---@field to string the recipient, the first of several
---@field recipients string[] all recipients
---@field domain string domain of `to`, in lower case
---@field size integer octets of the message
---@field attempts integer tries so far, those that were merely slowed down left out
---@field batch string? id of the batch; nil for mail that was put by itself
---@field last batch.Reply? what was said to the last try; nil before the first
---@field relay string? the relay of the last try; nil before the first
local batch_Delivery = {}

---Gives the decoded text of a field of the message, or nil.
---```lua
---local function via(d)
---  return d:header("X-Stream") == "bulk" and "bulk" or "main"
---end
---```
---@param name string
---@return string?
function batch_Delivery:header(name) end

---Mail to many people, once each: end it at any instant and run it again, and nobody is mailed twice or missed. What was said about each mail lies in the store (see `moonpost batch`).
---@class batchlib
local batch = {}

---Mails every row of the source that was not mailed before, and gives a summary. Each key is mailed once in the batch, for ever; rows without a key and mails that fail are counted and named, and the rest goes on. The source is read whole before anything is sent. Callbacks are called with `item.key`, `to`, `row`, `relay`, `attempts`, `message_id`, and what the server said. Raises where nothing could be sent: a broken source, a store that cannot be used, a batch that another process runs.
---```lua
---local csv = require "csv"
---local summary = batch.run{
---  id = "news-2026-10", source = csv.rows("people.csv"), key = "email", via = relay,
---  message = function(row) return mime.message{ from = "news@example.org", to = row.email, subject = "October", text = "Dear " .. row.name } end,
---}
---print(summary.sent, summary.failed) --> 1 0
---```
---@param options batch.Options
---@return batch.Summary
function batch.run(options) end

---Iterates over the mails of a batch, as the store has them.
---```lua
---batch.run{ id = "hello", source = { "ann@example.org" }, via = relay, message = hello }
---for item in batch.items("hello", { state = "sent" }) do
---  print(item.key, item.to, item.state) --> ann@example.org ann@example.org sent
---end
---```
---@param id string
---@param options? batch.ItemsOptions
---@return fun(): batch.Item?
function batch.items(id, options) end

---Lists the batches of the store, the newest first.
---```lua
---batch.run{ id = "hello", source = { "ann@example.org" }, via = relay, message = hello }
---for _, b in ipairs(batch.list()) do print(b.id, b.counts.sent) end --> hello 1
---```
---@return batch.Record[]
function batch.list() end

---Gives what the store knows of a batch, or nil.
---```lua
---print(batch.get("none")) --> nil
---```
---@param id string
---@return batch.Record?
function batch.get(id) end

---Opens mails again that failed, all or those of some keys, and gives their number: the next run of the batch tries them afresh.
---```lua
---batch.run{ id = "hello", source = { "550@example.org" }, via = relay, message = hello }
---print(batch.retry("hello")) --> 1
---```
---@param id string
---@param keys? string|string[]
---@return integer
function batch.retry(id, keys) end

---Decides about mails in doubt, all or those of some keys, and gives their number.
---```lua
---batch.run{ id = "hello", source = { "ann@example.org" }, via = relay, message = hello }
---print(batch.settle("hello", { as = "sent" })) --> 0
---```
---@param id string
---@param options batch.SettleOptions
---@return integer
function batch.settle(id, options) end

---Ends a batch: what was still to be sent is not. Gives the number of those mails.
---```lua
---batch.run{ id = "hello", source = { "ann@example.org" }, via = relay, message = hello }
---print(batch.cancel("hello")) --> 0
---```
---@param id string
---@return integer
function batch.cancel(id) end

---Deletes a batch with all its mails from the store: their keys can be mailed again.
---```lua
---batch.run{ id = "hello", source = { "ann@example.org" }, via = relay, message = hello }
---batch.forget("hello")
---print(batch.get("hello")) --> nil
---```
---@param id string
function batch.forget(id) end

return batch
