-- LMTP to a mail store: every recipient gets a final reply of its own.
local target = env.get("LMTP_URL", "lmtp+unix:///run/dovecot/lmtp")

smtp.with(target, function(conn)
  local r = conn:sendmail(
    "desk@example.org",
    { "ann@example.org", "bob@example.org" },
    mime.message { from = "desk@example.org", to = "team@example.org", subject = "To the store", text = "Hello\n" }
  )
  for i, one in ipairs(r.results) do
    print(i, one.address, one.code)
  end
end)
