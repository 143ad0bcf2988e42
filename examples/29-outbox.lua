-- Single mails that arrive once: put into the queue for a worker, or put and sent at once.
local outbox = require "outbox"

local function receipt(order, to)
  return mime.message {
    from = "Shop <shop@example.org>",
    to = to,
    subject = "Your order " .. order,
    text = "Thank you! We have got your order " .. order .. ".",
  }
end

-- Put, and done: `moonpost work relays.lua` delivers it, on this machine or another. The key makes it safe to say again.
for _ = 1, 2 do
  local id, state = outbox.put(receipt("4711", "ann@example.org"), { key = "order-4711", via = "bulk", expires = "3d" })
  print(id, state)
end
print(outbox.get("order-4711").state)

-- What has not left can be withdrawn.
outbox.put(receipt("4712", "bob@example.org"), { key = "order-4712", via = "bulk", not_before = "2h" })
print("cancelled", outbox.cancel("order-4712"))

-- Who asked to be left alone is not mailed by anybody, however the address is spelt.
outbox.suppress("Cem@Example.org", { reason = "asked for it" })
print("suppressed", outbox.suppressed("cem@example.org") ~= nil)

-- Put and sent by this process. If the server says "later" or the power goes, the next run with this key sends it.
local relay = smtp.relay { url = env.get("SMTP_URL", "smtp://localhost:2525"), name = "bulk" }
for _, to in ipairs { "ann@example.org", "cem@example.org", "ann@example.org" } do
  local r = outbox.send(receipt("4713", to), { key = "order-4713 " .. to, via = relay, wait = "1m" })
  print(to, r.state, r.code or r.text)
end
