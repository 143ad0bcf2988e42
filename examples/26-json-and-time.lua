-- Contracts as JSON lines, and who must be told that the day of notice comes near.
local json, time, url, hash = require "json", require "time", require "url", require "hash"

local today = time.parse(env.get("TODAY", "2026-09-14"), "UTC")
local secret = env.get("LINK_SECRET", "only for this example")

local function remind(conn, contract, notice)
  -- Nobody can guess the link of another one.
  local link = url.build {
    scheme = "https",
    host = "example.org",
    path = "/contracts/" .. contract.id,
    query = { sign = hash.hmac("sha256", secret, contract.id) },
  }
  conn
    :send_message(mime.message {
      from = "Contracts <desk@example.org>",
      to = { name = contract.customer, address = contract.email },
      subject = ("Give notice by %s?"):format(notice:format("%-d %B")),
      text = ("You can give notice for %d more days:\n\n%s\n"):format((notice - today) / time.duration("1d"), link),
      date = time.now(),
      attachments = { { data = json.encode(contract, { indent = 2 }), filename = "contract.json" } },
    })
    :check()
end

smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn)
  for contract, line in json.lines(script.path("data/contracts.jsonl")) do
    if contract.ends == json.null then
      print(line, contract.customer, "has no end")
    else
      -- A month before the 31st of October is the 30th of September.
      local notice = time.parse(contract.ends, "UTC"):add { months = -contract.notice }
      local due = notice < today + "30d"
      print(line, contract.customer, notice, due and "is told" or "has time")
      if due then remind(conn, contract, notice) end
    end
  end
end)
