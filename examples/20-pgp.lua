-- PGP/MIME: signed with your key, encrypted to the keys of the recipients.
-- The keys in data/ are throw-away ones that everybody has: use your own.
local ann = mime.pgp {
  key_file = script.path("data/ann-example.asc"), -- gpg --export-secret-keys --armor ann@example.org
  passphrase = env.get("PGP_PASSPHRASE", "throw-away"),
}
local bob = mime.pgp {
  recipients = { script.path("data/bob-example.asc"), script.path("data/ann-example.asc") },
  sign_with = ann, -- inside the encryption, where only Bob sees it
}

local function letter(subject)
  return mime.message { from = "Ann <ann@example.org>", to = "bob@example.org", subject = subject, text = "Grüße\n" }
end

local signed = letter("Signed"):sign(ann)
print(signed:tree())
local closed = letter("Encrypted"):encrypt(bob)
print(closed:tree())

smtp.with(
  env.get("SMTP_URL", "smtp://localhost:2525"),
  function(conn) print(conn:send_message(signed).code, conn:send_message(closed).code) end
)
