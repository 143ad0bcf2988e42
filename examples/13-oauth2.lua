-- Logs in with OAuth2: a function gives the access token. It is asked for each
-- connection, on the script's own thread, and once more when a token is refused.
local token, good_until

local function access_token()
  if not token or os.time() >= good_until then
    -- Ask your provider here; a helper program is the simplest way to do that.
    local helper = io.popen(env.get("TOKEN_COMMAND", "echo example-token"))
    token, good_until = helper:read("*l"), os.time() + 3000
    helper:close()
    print("got a token")
  end
  return token
end

local relay = smtp.relay {
  url = env.get("SMTP_URL", "smtp://localhost:2525"),
  user = "reports@example.org",
  token = access_token,
  auth = { "OAUTHBEARER", "XOAUTH2" }, -- the default; named to say that no password will do
}

for _, name in ipairs { "ann", "bob", "eve" } do
  relay:submit(
    mime.message {
      from = "reports@example.org",
      to = name .. "@example.org",
      subject = "Your report",
      text = "Nothing to worry about.",
    },
    { tag = name }
  )
end

for r in relay:results() do
  print(r.tag, r.ok and "sent" or r.error)
end
