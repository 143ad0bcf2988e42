-- Failures are raised as objects with fields; a partial refusal is no failure.
local function try(recipients)
  local msg = mime.message { from = "desk@example.org", to = recipients, subject = "Hi", text = "Hello\n" }
  return pcall(smtp.with, env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) return conn:send_message(msg) end)
end

-- The sink refuses 550@…: one good recipient is enough for a result.
local ok, r = try { "ann@example.org", "550@example.org" }
assert(ok, r)
for address, why in pairs(r.refused) do
  print("refused", address, why.code)
end

-- Nobody left: an error object.
local sent, e = try { "550@example.org" }
if not sent and smtp.is_error(e, "recipients_refused") then
  print(e.kind, e.code or e.recipients["550@example.org"].code, e.temporary, e.delivered)
end
