-- Mails what a report came to. None of the scripts beside this one may get that far.
return function(page, ...)
  local msg =
    mime.message { from = "reports@example.org", to = "sales@example.org", subject = "Sales", report = page, attachments = { ... } }
  smtp.with(env.get("SMTP_URL", "smtp://127.0.0.1:2525?tls=none"), function(conn) conn:send_message(msg) end)
end
