-- A relay that keeps to what its provider and the big domains allow, and has
-- somewhere else to go when the first server can't be had.
local relay = smtp.relay {
  url = env.get("SMTP_URL", "smtp://localhost:2525"),
  fallback = { env.get("SMTP_URL2", "smtp://localhost:2526") }, -- tried at once on connect failure and 4xx
  connections = 4,
  messages_per_connection = 100,
  lifetime = "5m",
  rate = { "200/s", "50000/d" },
  burst = { 20, 1000 }, -- both hold; each has its own burst
  recipient_rate = "500/s",
  per_domain = {
    ["slow.example"] = { connections = 1, rate = "10/s" }, -- mail that waits here holds up no other
    ["*"] = { connections = 3 },
  },
}

local people = { "a@slow.example", "b@slow.example", "c@slow.example", "d@quick.example", "e@quick.example" }
for _, address in ipairs(people) do
  relay:submit(mime.message { from = "news@example.org", to = address, subject = "Hello", text = "Hello!" }, { tag = address })
end

local order = {}
for r in relay:results() do
  assert(r.ok, r.error)
  order[#order + 1] = r.tag
end
print("last: " .. order[#order], "sent: " .. relay:stats().sent)

-- Without a provider: straight to the domains' own servers, which are looked
-- up, but for one. Each domain is a site of its own, with its own connections.
local direct = smtp.relay {
  mx = { ["partner.example"] = { "mail.partner.example:2525", "backup.partner.example" }, ["*"] = true },
  local_hostname = "out.example.org",
  connections = 3,
  total_connections = 50,
}
local r = direct:send(mime.message { from = "news@example.org", to = { "f@partner.example", "g@other.example" }, text = "Hello!" })
print("direct: " .. #r.accepted .. " of " .. #r.results)
