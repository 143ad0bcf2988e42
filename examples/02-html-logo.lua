-- HTML with an inline image: <img src="cid:logo"> shows inline.logo.
-- The plain text alternative is made from the HTML.
local msg = mime.message {
  from = "News <news@example.org>",
  to = "ann@example.org",
  subject = "October news",
  html = [[
    <p><img src="cid:logo" alt="Moonpost"></p>
    <h1>October</h1>
    <p>Read it <a href="https://example.org/october">on our site</a>.</p>]],
  inline = { logo = script.path("data/logo.png") },
}
print(msg:tree())

smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) conn:send_message(msg):check() end)
