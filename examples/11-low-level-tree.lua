-- The tree that mime.message makes by itself, built by hand.
local html = mime.multipart {
  "related",
  mime.text([[<p>Our sign: <img src="cid:sign"></p>]], "html"),
  mime.image { path = script.path("data/logo.png"), cid = "sign", disposition = "inline" },
}
local msg = mime.multipart {
  "mixed",
  mime.multipart { "alternative", mime.text("Our sign is attached.\n"), html },
  mime.part { path = script.path("data/brochure.pdf") },
}
msg.From, msg.To, msg.Subject = "desk@example.org", "Ann <ann@example.org>", "By hand"
msg["X-Desk"] = "7"

for part in msg:walk() do
  print(part.content_type, part.filename or "")
end
smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) conn:send_message(msg):check() end)
