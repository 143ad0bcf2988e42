---@meta route
-- Made from moonpost's binding table by `moonpost types`.

---@class route.Member
---@field [1] string|smtp.Relay a relay or pool
---@field weight? integer its share of the pool's mail, beside those of the others (default: 1)

---Where mail goes: named relays, pools that share it, limits by domain, and functions that choose. It is asked by `batch.run` and `outbox` where `via` is not given, or names a pool. `moonpost route explain` shows what it says.
---@class routelib
local route = {}

---Defines a relay, as smtp.relay would make it. It is made when mail goes through it for the first time.
---```lua
---local route = require "route"
---route.relay("ses", { url = env.SMTP_URL, rate = "14/s", connections = 10, slow_down_on = "^454" })
---```
---@param name string
---@param options string|smtp.RelayOptions
function route.relay(name, options) end

---Names a pool of relays and other pools, which share its mail by weight; those that are down give their share to the rest. Mail that one can't take goes on to the others, the heaviest first.
---```lua
---local route = require "route"
---route.relay("ses", env.SMTP_URL)
---route.relay("own", { mx = true })
---route.pool("bulk", { { "ses", weight = 3 }, { "own", weight = 1 } })
---```
---@param name string
---@param members (string|smtp.Relay|route.Member)[]
function route.pool(name, members) end

---Limits the mail of every relay to a domain; "*" is for each domain that isn't named. What a relay's own per_domain says stands before it. It comes before the relays are used.
---```lua
---local route = require "route"
---route.limit("gmail.com", { connections = 5, messages_per_connection = 50, rate = "20/s" })
---```
---@param domain string
---@param limits smtp.DomainLimits
function route.limit(domain, limits) end

---Limits the mail that relays with mx send to large providers, by what these document or careful senders do: gmail, outlook, yahoo, icloud, gmx (with web.de), proton, t-online; without a name all of them. What route.limit and per_domain say stands before it. Gives the domains.
---```lua
---local route = require "route"
---local domains = route.preset("gmail", "outlook")
---print(domains[1]) --> gmail.com
---```
---@param ... string
---@return string[]
function route.preset(...) end

---Sets the function that says which way a mail goes: a relay, a pool, or a list of these in order of failover.
---```lua
---local route = require "route"
---route.relay("ses", env.SMTP_URL)
---route.relay("own", { mx = true })
---route.choose(function(d)
---  return d.domain == "partner.example" and { "own", "ses" } or "ses"
---end)
---```
---@param fn fun(delivery: batch.Delivery): string|smtp.Relay|(string|smtp.Relay)[]
function route.choose(fn) end

---Sets the function that may send the next try of a mail another way; nil leaves it as it is.
---```lua
---local route = require "route"
---route.relay("ses", env.SMTP_URL)
---route.on_deferred(function(d, reply)
---  if d.attempts >= 3 then return { relay = "ses" } end
---end)
---```
---@param fn fun(delivery: batch.Delivery, reply: batch.Reply): string|smtp.Relay|(string|smtp.Relay)[]|{ relay: any }?
function route.on_deferred(fn) end

return route
