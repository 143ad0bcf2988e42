---@meta outbox
-- Made from moonpost's binding table by `moonpost types`.

---@class outbox.WorkerOptions
---@field retry? outbox.Retry schedule of further tries
---@field in_doubt? "hold"|"resend"|"skip"|function what becomes of mails of which nobody knows whether a server took them: who has taken a mail for delivery may not lose it, so it is sent again with the same Message-ID; hold leaves it to a person (default resend)
---@field suppression? string|string[] scopes of the suppression list, besides "*"
---@field suppress_on? string a Lua pattern: a recipient whose refusal ("5.1.1 no such user", "550 …") it matches is suppressed from then on
---@field failover_on? string a Lua pattern: a refusal for good that it matches is tried with the next relay too
---@field on_sent? fun(item: batch.Item, reply: batch.Reply) called after a mail was sent and that is on disk, at least once
---@field on_failed? fun(item: batch.Item, reply: batch.Reply) the same for one that failed for good
---@field on_deferred? fun(item: batch.Item, reply: batch.Reply) the same for one that is tried again later

---@class outbox.SendOptions
---@field key? string what the message is known by: it is sent once, however often it is put (default a new one)
---@field via? string|smtp.Relay|table|function the relay that takes it, by name or as it is, a list in order of failover, or a function that gets a batch.Delivery and gives one of these (default what route.choose says, else the script's only relay)
---@field from? string envelope sender instead of the message's; "" is the null sender
---@field to? string|string[] envelope recipients instead of the message's
---@field not_before? number|string|time.Time when it may be sent: a date, or a time from now such as "2h" (default at once)
---@field expires? number|string|time.Time when it is too late: what has not been sent by then fails (default never)
---@field key_ttl? number|string after which the key may be used again (default never)
---@field strict? boolean raise where the key was put before with another message
---@field wait? number|string how long the call waits for tries that are due later (default 0)
---@field retry? outbox.Retry schedule of further tries
---@field in_doubt? "hold"|"resend"|"skip"|function what becomes of mails of which nobody knows whether a server took them: who has taken a mail for delivery may not lose it, so it is sent again with the same Message-ID; hold leaves it to a person (default resend)
---@field suppression? string|string[] scopes of the suppression list, besides "*"
---@field suppress_on? string a Lua pattern: a recipient whose refusal ("5.1.1 no such user", "550 …") it matches is suppressed from then on
---@field failover_on? string a Lua pattern: a refusal for good that it matches is tried with the next relay too
---@field on_sent? fun(item: batch.Item, reply: batch.Reply) called after a mail was sent and that is on disk, at least once
---@field on_failed? fun(item: batch.Item, reply: batch.Reply) the same for one that failed for good
---@field on_deferred? fun(item: batch.Item, reply: batch.Reply) the same for one that is tried again later

---@class outbox.PutOptions
---@field key? string what the message is known by: it is sent once, however often it is put (default a new one)
---@field via? string|smtp.Relay|table|function the relay that takes it, by name or as it is, a list in order of failover, or a function that gets a batch.Delivery and gives one of these (default what route.choose says, else the script's only relay)
---@field from? string envelope sender instead of the message's; "" is the null sender
---@field to? string|string[] envelope recipients instead of the message's
---@field not_before? number|string|time.Time when it may be sent: a date, or a time from now such as "2h" (default at once)
---@field expires? number|string|time.Time when it is too late: what has not been sent by then fails (default never)
---@field key_ttl? number|string after which the key may be used again (default never)
---@field strict? boolean raise where the key was put before with another message

---@class outbox.Queued
---@field id integer the store's number for it
---@field key string that it was put with
---@field state "duplicate"|"ready"|"claimed"|"intent"|"sent"|"deferred"|"failed"|"suppressed"|"in_doubt"|"held"|"cancelled" of several parts that of the one that is farthest from its end
---@field code? integer of the last reply; nil before the first, and where no server said it
---@field enhanced? string the reply's status code, such as 4.2.1
---@field text? string the last reply, or ours
---@field due? integer when it is tried next, in seconds since 1970; nil: at once, or never
---@field expires? integer after which it is not sent any more
---@field attempts integer tries that count for the schedule
---@field relay? string through which it went last
---@field recipients string[] those still to be tried
---@field message_id? string the same in every attempt
---@field created integer when it was put, in seconds since 1970
---@field parts integer mail to several sites is cut into so many
---@field dry? boolean of outbox.send: true in a dry run

---@class outbox.SuppressOptions
---@field reason? string why, for people: "complaint", "5.1.1 no such user"
---@field scope? string where it holds: mail that names the scope (default *, everywhere)
---@field expires? number|string|time.Time until when: a date, or a time from now such as "30d" (default for ever)

---@class outbox.Suppression
---@field address string in lower case
---@field scope string "*" holds everywhere
---@field reason? string why, for people
---@field source? string the script or batch that put it there
---@field expires? integer in seconds since 1970
---@field created integer when it was put there, in seconds since 1970

---Durable mail: what `outbox.put` has taken is in the store and is delivered once by a worker (`moonpost work`), whatever ends the process in between. A dry run and a check put nothing; `--redirect` sends what would be put as a test mail at once.
---@class outboxlib
local outbox = {}

---Puts a message into the queue and gives its number. When it returns, the message is durable. A key that was put before gives "duplicate" and the number of the first, and nothing is queued; if that says something else, a warning is logged. Date, Message-ID and boundaries may differ.
---```lua
---print(outbox.put(msg, { key = "order-4711", via = "bulk", expires = "3d" })) --> 1	queued
---print(outbox.put(msg, { key = "order-4711", via = "bulk" })) --> 1	duplicate
---```
---@param message mime.Part
---@param options outbox.PutOptions
---@return integer
---@return "queued"|"duplicate"|"dry"|"redirected"
function outbox.put(message, options) end

---Puts a message and delivers it at once, in this process: `state` is "sent", or "duplicate" where the key was sent before. Without success the message stays in the queue for the next run with the same key, or for a worker, and the script ends with a batch's exit status: 5 if it is tried again later, 6 if it failed, 7 if it is in doubt.
---```lua
---local r = outbox.send(msg, { key = "report-2026-10", via = relay, wait = "1h" })
---print(r.state, r.code) --> sent 250
---```
---@param message mime.Part
---@param options outbox.SendOptions
---@return outbox.Queued
function outbox.send(message, options) end

---Says how `moonpost work SCRIPT` delivers the queue after the script's top level: retries, what becomes of mail in doubt, and functions to be told. Mail goes through the script's relays by the names that it was put with.
---```lua
---smtp.relay{ name = "bulk", url = env.SMTP_URL }
---outbox.worker{
---  retry = { attempts = 8, give_up = "3d" },
---  on_failed = function(item, reply) print(item.key, reply.text) end,
---}
---```
---@param options outbox.WorkerOptions
function outbox.worker(options) end

---Tells what became of the message with a key; nil where none was put.
---```lua
---outbox.put(msg, { key = "order-4711", via = "bulk" })
---print(outbox.get("order-4711").state, outbox.get("order-4712")) --> ready	nil
---```
---@param key string
---@return outbox.Queued?
function outbox.get(key) end

---Withdraws a message from the queue: true if nothing of it had left. The key stays taken.
---```lua
---outbox.put(msg, { key = "order-4711", via = "bulk" })
---print(outbox.cancel("order-4711"), outbox.get("order-4711").state) --> true	cancelled
---```
---@param key string
---@return boolean
function outbox.cancel(key) end

---Puts addresses on the list of those who are not mailed, and gives their number: one, a list, or rows with a column `email` or `address`, also as an iterator. `Ann@X.org` and `ann@x.org` are one; a newer entry replaces an older one.
---```lua
---outbox.suppress("Ann@Example.org", { reason = "complaint" })
---print(outbox.suppressed("ann@example.org").reason) --> complaint
---```
---@param who string|table|(fun(): any)
---@param options? outbox.SuppressOptions
---@return integer
function outbox.suppress(who, options) end

---Tells why an address is not mailed: everywhere, or in a scope. Nil if it is.
---```lua
---outbox.suppress(rows, { scope = "news" })
---print(outbox.suppressed("bob@example.org"), outbox.suppressed("bob@example.org", "news").scope) --> nil	news
---```
---@param address string
---@param scope? string
---@return outbox.Suppression?
function outbox.suppressed(address, scope) end

---Takes addresses off the list of a scope, else off that which holds everywhere, and gives how many were on it.
---```lua
---outbox.suppress{ "ann@example.org", "bob@example.org" }
---print(outbox.unsuppress("Ann@example.org"), outbox.suppressed("ann@example.org")) --> 1	nil
---```
---@param who string|table|(fun(): any)
---@param scope? string
---@return integer
function outbox.unsuppress(who, scope) end

---Iterates over the list of a scope, else over that which holds everywhere, in order of address.
---```lua
---outbox.suppress{ "bob@example.org", "ann@example.org" }
---for s in outbox.suppressions() do
---  print(s.address)
---end --> ann@example.org bob@example.org
---```
---@param scope? string
---@return fun(): outbox.Suppression?
function outbox.suppressions(scope) end

return outbox
