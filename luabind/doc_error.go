package luabind

// errorKinds lists the kinds of error objects and what they mean.
func errorKinds() []Field {
	return []Field{
		{"connect", "smtplib's SMTPConnectError", "no connection: unknown host, refused, dropped before the greeting, or a greeting that is a refusal"},
		{"helo", "SMTPHeloError", "EHLO and HELO were refused"},
		{"auth", "SMTPAuthenticationError", "the login was refused, or refused by us: no password goes over clear text"},
		{"not_supported", "SMTPNotSupportedError", "the server lacks an extension that was asked for"},
		{"sender_refused", "SMTPSenderRefused", "MAIL was refused"},
		{"recipients_refused", "SMTPRecipientsRefused", "no recipient was accepted, or fewer than were wanted"},
		{"data", "SMTPDataError", "the content was refused"},
		{"response", "SMTPResponseException", "another command was refused"},
		{"disconnected", "SMTPServerDisconnected", "the server closed the connection, or there is none"},
		{"tls", "", "encryption failed: certificate, name, version"},
		{"timeout", "", "the server didn't answer in time"},
		{"protocol", "", "the server's answer was no SMTP"},
		{"size", "", "the message is larger than the server takes"},
		{"mime", "", "a message that can't be built or read"},
		{"argument", "", "a wrong value or option in the script"},
		{"template", "", "a template that can't be read or filled"},
		{"sql", "", "what a database refuses, or that can't be reached"},
		{"http", "", "a request of http that got no answer, or none that can be used; its stage tells more"},
		{"io", "", "a file or stream that can't be read or written"},
		{"sandbox", "", "something that --sandbox doesn't allow"},
		{"store", "", "the store of what is sent can't be used, or another process runs the batch"},
		{"cancelled", "", "Ctrl-C or --timeout ended the script"},
		{"script", "", "what Lua code raised itself, by error or by a mistake"},
	}
}

// errorExample is how scripts meet error objects.
const errorExample = `local ok, e = pcall(smtp.connect, { host = "mail.example.org", port = 2525 })
if not ok and e.kind == "connect" and e.temporary then
  print("later: " .. e.message)
end`

const errorDoc = "Every failure of a moonpost call is raised as an object: tostring(e) is one line, and its fields tell the rest. " +
	"pcall catches it; smtp.is_error(e, kind) tells one kind; error(e) raises it again. An uncaught one ends the script with status 1. " +
	"A server's reply to a single verb, such as conn:rcpt, is a value and no error."
