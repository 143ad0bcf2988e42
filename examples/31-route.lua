-- Two ways out that share the mail, limits by domain, and a function that chooses.
local batch, route = require "batch", require "route"

route.relay(
  "ses",
  { url = env.get("SES_URL", "smtp://ses.example.net:587?tls=none"), rate = "14/s", connections = 10, slow_down_on = "^454" }
)
route.relay("own", { mx = true, local_hostname = "out.example.org", connections = 3 })
route.relay("partner", "smtp://mail.partner.example")
route.pool("bulk", { { "ses", weight = 3 }, { "own", weight = 1 } }) -- a member that is down gives its share to the other

route.preset("gmail", "yahoo") -- for relays with mx
route.limit("gmail.com", { connections = 5, rate = "20/s" }) -- for all relays, before the preset

route.choose(function(d)
  if d.domain == "partner.example" then
    return { "partner", "bulk" } -- in order of failover
  end
  return "bulk"
end)
route.on_deferred(function(d)
  if d.attempts >= 3 then return "ses" end
end)

local summary = batch.run {
  id = "notice-2026-10",
  source = { "ann@gmail.com", "bob@partner.example", "cem@x.example", "dana@x.example", "eve@x.example" },
  message = function(to)
    return mime.message { from = "Notices <notices@example.org>", to = to, subject = "New terms", text = "Our terms change on 1 November." }
  end,
}
print(summary.sent)
