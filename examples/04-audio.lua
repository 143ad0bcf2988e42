-- A voice message, built part by part as with Python's email.mime.
local msg = mime.multipart {
  "mixed",
  mime.text("A call came in at 14:05; listen to it below.\n"),
  mime.audio { path = script.path("data/call.wav"), filename = "call.wav", disposition = "attachment" },
  headers = { From = "pbx@example.org", To = "ann@example.org", Subject = "Voice message (0:01)" },
}
print(msg[2].content_type)

smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) conn:send_message(msg):check() end)
