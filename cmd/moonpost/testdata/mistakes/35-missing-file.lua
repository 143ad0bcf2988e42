local msg = mime.message{
  from = "a@example.org", to = "b@example.org", text = "see attachment",
  attachments = { "invoice.pdf" },
}
