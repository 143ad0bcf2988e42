-- S/MIME: the body is signed as it is now, and the signature goes along in smime.p7s.
-- The keys in data/ are throw-away ones that everybody has: use your own.
local me = mime.smime {
  cert_file = script.path("data/ann-example.pem"), -- PEM; key_file and chain_file where they are apart
}

local msg = mime.message {
  from = "Ann <ann@example.org>",
  to = "bob@example.org",
  subject = "Figures",
  text = "Dear Bob,\n\nsee the table.\n",
  attachments = { script.path("data/sales.csv") },
}
msg:sign(me) -- last: what would change the body raises from here on
print(msg:tree())
print(pcall(msg.attach, msg, mime.text("one more")))

-- Encrypted to Bob, and to Ann for her own copy. The subject stays legible.
local everybody = mime.smime { recipients = { script.path("data/bob-example.crt"), script.path("data/ann-example.pem") } }
local secret = mime.message {
  from = "Ann <ann@example.org>",
  to = "bob@example.org",
  subject = "More figures",
  text = "Between you and me: 52876.45\n",
}
secret:sign(me):encrypt(everybody)
print(secret.content_type, secret.filename, tostring(secret):find("52876", 1, true))

smtp.with(
  env.get("SMTP_URL", "smtp://localhost:2525"),
  function(conn) print(conn:send_message(msg).code, conn:send_message(secret).code) end
)
