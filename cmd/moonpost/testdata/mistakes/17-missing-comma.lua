local msg = mime.message{
  from = "news@example.org",
  to   = "ann@example.org"
  subject = "News",
}
