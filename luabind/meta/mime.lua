---@meta mime
-- Made from moonpost's binding table by `moonpost types`.

---@class mime.TextOptions
---@field [integer] any the text
---@field subtype? string plain, html … (default plain)
---@field charset? string charset to write (default utf-8)
---@field flowed? boolean format=flowed (RFC 3676)
---@field delsp? boolean flowed, and lines may be broken where there is no blank, as in Chinese
---@field cid? string Content-ID, for cid: links in HTML
---@field filename? string file name shown to the reader
---@field disposition? "inline"|"attachment" shown in place or as an attachment
---@field description? string Content-Description
---@field encoding? "7bit"|"8bit"|"quoted-printable"|"base64" force a transfer encoding
---@field language? string Content-Language, such as de or de, en
---@field filename_compat? "both"|"strict" whether a name beyond ASCII is also written as old readers want it (default both)
---@field headers? table further header fields
---@field params? table further parameters of Content-Type

---@class mime.MediaOptions
---@field [integer] any the bytes
---@field path? string file to read; streamed when sent
---@field data? any the bytes, or a function that returns chunks until nil
---@field type? string media type, such as application/zip
---@field subtype? string the type's second half, for image and audio
---@field cid? string Content-ID, for cid: links in HTML
---@field filename? string file name shown to the reader
---@field disposition? "inline"|"attachment" shown in place or as an attachment
---@field description? string Content-Description
---@field encoding? "7bit"|"8bit"|"quoted-printable"|"base64" force a transfer encoding
---@field language? string Content-Language, such as de or de, en
---@field filename_compat? "both"|"strict" whether a name beyond ASCII is also written as old readers want it (default both)
---@field headers? table further header fields
---@field params? table further parameters of Content-Type

---@class mime.MultipartOptions
---@field [integer] any the subtype, if it is not mixed, and the parts
---@field subtype? string mixed, alternative, related … (default mixed)
---@field boundary? string fix the boundary
---@field preamble? string text before the first part
---@field epilogue? string text after the last part
---@field cid? string Content-ID, for cid: links in HTML
---@field filename? string file name shown to the reader
---@field disposition? "inline"|"attachment" shown in place or as an attachment
---@field description? string Content-Description
---@field encoding? "7bit"|"8bit"|"quoted-printable"|"base64" force a transfer encoding
---@field language? string Content-Language, such as de or de, en
---@field filename_compat? "both"|"strict" whether a name beyond ASCII is also written as old readers want it (default both)
---@field headers? table further header fields
---@field params? table further parameters of Content-Type

---@class mime.MessageOptions
---@field from? any author: "Name <a@b.example>", { name=, address= } or a list
---@field to? any recipients
---@field cc? any recipients of copies
---@field bcc? any recipients whom nobody sees
---@field reply_to? any where answers go
---@field sender? any who sends, where it isn't the author
---@field envelope? mime.Envelope envelope other than the header says
---@field subject? string the subject
---@field text? string plain text body
---@field html? string HTML body; alone it gives a derived text part
---@field markdown? string body in Markdown, which gives the HTML and with it a text part
---@field report? report.Page a page that report.page makes: text, HTML and pictures
---@field charset? string charset of the bodies (default utf-8)
---@field inline? table images for cid: links by name: paths, parts or { data=, filename= }
---@field attachments? any paths, parts or { data=, filename= }
---@field alternatives? any further forms of the body, as parts
---@field calendar? mime.Calendar an invitation (RFC 5546), with a copy as an attachment
---@field embed? mime.Embed pictures of the HTML that become inline parts
---@field list? mime.List mailing list fields (RFC 2369, 2919, 8058)
---@field in_reply_to? string|string[] Message-ID of the message answered
---@field references? string|string[] Message-IDs of the thread
---@field date? any os.time() number, RFC 5322 or ISO 8601 text (default now)
---@field message_id? string Message-ID instead of a fresh one
---@field priority? "high"|"normal"|"low" Importance and X-Priority
---@field auto_submitted? string auto-generated, auto-replied or no (RFC 3834)
---@field receipt_to? any who is told when the message is displayed, if its reader agrees (RFC 8098)
---@field feedback_id? string campaign:customer:kind:sender, by which Gmail counts complaints
---@field headers? table further header fields
---@field dkim? mime.DKIM|mime.DKIM[] signer or signers, which mime.dkim makes

---@class mime.ParseOptions
---@field [integer] any the bytes
---@field path? string file to read
---@field max_depth? integer parts within parts that are taken apart (default 100)
---@field max_parts? integer parts that are taken apart (default 10000)
---@field max_header? integer|string size of one header (default 1MiB)

---@class mime.Envelope
---@field from? string envelope sender; "" is the null sender
---@field to? string|string[] envelope recipients

---@class mime.List
---@field id? string List-Id
---@field unsubscribe? string|string[] https: and mailto: addresses to leave the list
---@field one_click? boolean RFC 8058 one-click; needs an https: address
---@field subscribe? string|string[] addresses to join the list
---@field post? string|string[] address to write to the list; NO when nobody may
---@field owner? string|string[] address of who runs the list
---@field help? string|string[] address for help with the list
---@field archive? string|string[] address of the list's archive

---@class mime.DKIMOptions
---@field domain string signing domain (d=); the author's, or receivers don't count the signature for it
---@field selector string name of the key below _domainkey.DOMAIN
---@field key_file? string file of the private key: RSA or Ed25519 in PEM, or an Ed25519 key of 32 bytes in base64
---@field key? string the private key itself, in place of key_file
---@field canonicalization? string of header and body: relaxed or simple (default relaxed/relaxed)
---@field headers? string|string[] fields to sign, From always (default those of RFC 6376, List-Unsubscribe, Feedback-ID …)
---@field oversign? boolean|string[] fields of which nobody may add another; false for none (default From, To, Subject, Date …)
---@field expires? number|string how long the signature holds (default for ever)
---@field identity? string for whom the domain signs (i=): "name@DOMAIN" or "@sub.DOMAIN"

---@class mime.SMIMEOptions
---@field cert_file? string PEM file with your certificate; the key and the chain may be in it too
---@field key_file? string PEM file with the private key (RSA or ECDSA) (default cert_file)
---@field chain_file? string PEM file with the certificates between yours and the root
---@field passphrase? string opens the private key
---@field opaque? boolean pack the body into the signature, instead of signing beside it
---@field recipients? string|string[] PEM files of certificates, or such texts, to encrypt to

---@class mime.PGPOptions
---@field key_file? string file with your private key, armored or not
---@field key? string the private key itself, in place of key_file
---@field passphrase? string opens the private key
---@field recipients? string|string[] files of public keys, or armored keys themselves, to encrypt to
---@field sign_with? mime.PGP your key, to sign within the encryption

---@class mime.Calendar
---@field method? string REQUEST, CANCEL …; what the content says unless given
---@field content? string the iCalendar object; an invitation needs UID, DTSTAMP, DTSTART, ORGANIZER and ATTENDEE
---@field filename? string name of the copy that people can save (default invite.ics)

---@class mime.Embed
---@field data? boolean pictures in data: URLs
---@field files? string folder of the files that the page names without a scheme

---@class mime.DeliveryReport
---@field type "bounce"|"delay"|"relayed"|"delivered"|"complaint"|"receipt"|"other" the worst that befell any recipient: failed is bounce, delayed is delay; relayed went to a server without reports
---@field recipients mime.ReportedRecipient[] the recipients it is about; a complaint may name none
---@field message_id? string Message-ID of the message reported on, with angle brackets
---@field envelope_id? string the envid that was given when it was sent
---@field reporter? string the server or program that reports
---@field feedback? string of complaints: "abuse", "fraud" …; "not-spam" and "auth-failure" have the type other


---@class mime.ReportedRecipient
---@field address string as you sent to it, if the report tells, else as the last server had it
---@field final? string as the last server had it, when that differs
---@field action? string failed, delayed, delivered, relayed or expanded; of receipts displayed, deleted …
---@field status? string RFC 3463 code, such as "5.1.1"
---@field text? string the diagnosis
---@field server? string the server that gave it


---@class mime.ReplyOptions
---@field from? any author: "Name <a@b.example>", { name=, address= } or a list
---@field to? any recipients
---@field cc? any recipients of copies
---@field bcc? any recipients whom nobody sees
---@field reply_to? any where answers go
---@field sender? any who sends, where it isn't the author
---@field envelope? mime.Envelope envelope other than the header says
---@field subject? string the subject
---@field text? string plain text body
---@field html? string HTML body; alone it gives a derived text part
---@field markdown? string body in Markdown, which gives the HTML and with it a text part
---@field report? report.Page a page that report.page makes: text, HTML and pictures
---@field charset? string charset of the bodies (default utf-8)
---@field inline? table images for cid: links by name: paths, parts or { data=, filename= }
---@field attachments? any paths, parts or { data=, filename= }
---@field alternatives? any further forms of the body, as parts
---@field calendar? mime.Calendar an invitation (RFC 5546), with a copy as an attachment
---@field embed? mime.Embed pictures of the HTML that become inline parts
---@field list? mime.List mailing list fields (RFC 2369, 2919, 8058)
---@field in_reply_to? string|string[] Message-ID of the message answered
---@field references? string|string[] Message-IDs of the thread
---@field date? any os.time() number, RFC 5322 or ISO 8601 text (default now)
---@field message_id? string Message-ID instead of a fresh one
---@field priority? "high"|"normal"|"low" Importance and X-Priority
---@field auto_submitted? string auto-generated, auto-replied or no (RFC 3834)
---@field receipt_to? any who is told when the message is displayed, if its reader agrees (RFC 8098)
---@field feedback_id? string campaign:customer:kind:sender, by which Gmail counts complaints
---@field headers? table further header fields
---@field dkim? mime.DKIM|mime.DKIM[] signer or signers, which mime.dkim makes
---@field all? boolean answer all recipients, not only the author
---@field own? any further addresses of yours, which get no copy either
---@field quote? boolean|fun(message: mime.Part): string put the message's text below yours; a function gives the line above it, such as "Ann wrote:" (default false)
---@field quote_html? boolean quote in HTML too, even if you give only text

---@class mime.ForwardOptions
---@field from? any author: "Name <a@b.example>", { name=, address= } or a list
---@field to? any recipients
---@field cc? any recipients of copies
---@field bcc? any recipients whom nobody sees
---@field reply_to? any where answers go
---@field sender? any who sends, where it isn't the author
---@field envelope? mime.Envelope envelope other than the header says
---@field subject? string the subject
---@field text? string plain text body
---@field html? string HTML body; alone it gives a derived text part
---@field markdown? string body in Markdown, which gives the HTML and with it a text part
---@field report? report.Page a page that report.page makes: text, HTML and pictures
---@field charset? string charset of the bodies (default utf-8)
---@field attachments? any paths, parts or { data=, filename= }
---@field alternatives? any further forms of the body, as parts
---@field calendar? mime.Calendar an invitation (RFC 5546), with a copy as an attachment
---@field embed? mime.Embed pictures of the HTML that become inline parts
---@field list? mime.List mailing list fields (RFC 2369, 2919, 8058)
---@field in_reply_to? string|string[] Message-ID of the message answered
---@field references? string|string[] Message-IDs of the thread
---@field date? any os.time() number, RFC 5322 or ISO 8601 text (default now)
---@field message_id? string Message-ID instead of a fresh one
---@field priority? "high"|"normal"|"low" Importance and X-Priority
---@field auto_submitted? string auto-generated, auto-replied or no (RFC 3834)
---@field receipt_to? any who is told when the message is displayed, if its reader agrees (RFC 8098)
---@field feedback_id? string campaign:customer:kind:sender, by which Gmail counts complaints
---@field headers? table further header fields
---@field dkim? mime.DKIM|mime.DKIM[] signer or signers, which mime.dkim makes
---@field inline? boolean|table<string, any> true puts the message's text below yours; a table has images for cid: links, as in mime.message
---@field title? string the line above an inline message (default Forwarded message)

---@class mime.ReportOptions
---@field type "delivery-status"|"disposition-notification"|"feedback-report" what is reported
---@field text? string the report for people
---@field fields table the report for programs: a table of fields by name, where a list gives a field several times; for delivery-status a list of such tables, first the message's, then one for each recipient
---@field original? mime.Part the message it is about
---@field headers_only? boolean return only the header of the original
---@field headers? table header fields of the report

---A part or a whole message. A key with a capital letter or a hyphen is a header field: `p["Subject"]`, `p.Subject = v` (nil deletes). Numbers are the parts within, `#p` their count, tostring(p) the octets. Of the fields below, `cid`, `filename` and `content_type` can be set.
---@class mime.Part
---@field cid string? Content-ID without brackets
---@field filename string? file name shown to the reader
---@field content_type string media type in lower case, without parameters
---@field envelope table from and to: who would get it from whom
---@field defects { code: string, where: string, text: string }[] what was wrong with a message that was read, contents among it: where is the part by its numbers, as in 2.1, and the header field
---@field message mime.Part? the message within a message/rfc822 part
---@field [string] string?
---@field [integer] mime.Part
local mime_Part = {}

---Adds parts to a multipart; gives the multipart.
---```lua
---m:attach(mime.text("hi"), logo)
---```
---@param ... mime.Part
---@return mime.Part
function mime_Part:attach(...) end

---Gives a field's decoded text, or replaces it.
---```lua
---msg:header("Subject", "Hello")
---```
---@param name string
---@param value? string
---@return string?
function mime_Part:header(name, value) end

---Iterates over name and decoded value in order; with a table it sets these fields.
---```lua
---for name, value in msg:headers() do
---  if name == "Subject" then print(name, value) end --> Subject Hi
---end
---```
---@param fields? table<string, string>
---@return fun(): string?
---@return string?
function mime_Part:headers(fields) end

---Adds a field beside those of the same name.
---```lua
---msg:add_header("Received-By", "desk")
---```
---@param name string
---@param value string
function mime_Part:add_header(name, value) end

---Lists the decoded values of all fields of that name.
---```lua
---msg:get_all("Received")
---```
---@param name string
---@return string[]
function mime_Part:get_all(name) end

---Lists the parts within.
---```lua
---for i, p in ipairs(msg:parts()) do print(i, p.content_type) end
-----> 1 multipart/alternative
-----> 2 application/pdf
---```
---@return mime.Part[]
function mime_Part:parts() end

---Iterates over the part itself and all parts within, depth first.
---```lua
---for p in msg:walk() do
---  if p.filename then print(p.content_type, p.filename) end --> application/pdf report.pdf
---end
---```
---@return fun(): mime.Part?
function mime_Part:walk() end

---Gives the plain text of the body in UTF-8.
---```lua
---print(msg:text()) --> Hello
---```
---@return string?
function mime_Part:text() end

---Gives the HTML of the body in UTF-8.
---```lua
---print(msg:html()) --> <p>Hello
---```
---@return string?
function mime_Part:html() end

---Gives a leaf's decoded octets.
---```lua
---local bytes = p:data()
---```
---@return string
function mime_Part:data() end

---Gives the leaf that is the body of that kind.
---```lua
---local leaf = msg:body("html")
---```
---@param kind "plain"|"html"
---@return mime.Part?
function mime_Part:body(kind) end

---Lists the leaves that are neither body nor inline image.
---```lua
---for _, p in ipairs(msg:attachments()) do print(p.filename) end --> report.pdf
---```
---@return mime.Part[]
function mime_Part:attachments() end

---Copies a message with other header fields; it gets a new Date and Message-ID, the bodies are shared.
---```lua
---local copy = msg:clone{ To = "ann@example.org" }
---```
---@param changes? table<string, string>
---@return mime.Part
function mime_Part:clone(changes) end

---Signs and gives the message. With DKIM it is signed whenever it is sent, each time for the octets that then go out; with S/MIME or PGP the body is signed at once, as it is now: files are read into memory, and it cannot be changed afterwards.
---```lua
---msg:sign(mime.dkim{ domain = "example.org", selector = "2026", key_file = "dkim.pem" })
---```
---@param signer mime.DKIM|mime.SMIME|mime.PGP
---@return mime.Part
function mime_Part:sign(signer) end

---Gives the octets as they would be sent; with a table as for a server that allows what it names. Without one, a message that was read comes as it was.
---```lua
---local octets = msg:bytes()
---```
---@param options? { utf8?: boolean, eight_bit?: boolean }
---@return string
function mime_Part:bytes(options) end

---Gives the number of octets.
---```lua
---print(msg:size() < 10000) --> true
---```
---@return integer
function mime_Part:size() end

---Writes the octets to a file.
---```lua
---msg:save("out.eml")
---```
---@param path string
function mime_Part:save(path) end

---Draws the tree of parts.
---```lua
---print(msg:tree())
-----> multipart/mixed
----->   multipart/alternative
----->     text/plain
----->     text/html
----->   application/pdf "report.pdf"
---```
---@return string
function mime_Part:tree() end

---Replaces a leaf's content: a text in UTF-8, or the bytes of anything else. Signed and encrypted parts can't be changed.
---```lua
---msg:body("plain"):set("Hello")
---```
---@param content string
function mime_Part:set(content) end

---Takes a part out of the multipart that holds it.
---```lua
---msg:remove(msg:attachments()[1])
---```
---@param part mime.Part
function mime_Part:remove(part) end

---Encrypts the body as it is now, attachments and all, and gives the message; its header stays legible. Sign before, so that the signature is within. Files are read into memory for it.
---```lua
---msg:sign(me):encrypt(mime.smime{ recipients = { "ann.crt", "bob.crt" } })
---```
---@param recipients mime.SMIME|mime.PGP
---@return mime.Part
function mime_Part:encrypt(recipients) end

---Reads a report about an earlier message: a delivery status notification (RFC 3464), a complaint (RFC 5965), a receipt (RFC 8098), or a bounce of Exim, qmail, Postfix or old Exchange in their own form. Gives nil for any other message: nothing is guessed from the words of a text.
---```lua
---local r = msg:delivery_report()
---if r and r.type == "bounce" then print(r.recipients[1].address, r.recipients[1].status) end
---```
---@return mime.DeliveryReport?
function mime_Part:delivery_report() end

---Tells whether a program sent the message, so that no program should answer it: Auto-Submitted other than no (RFC 3834), List-* fields, Precedence bulk, list or junk, a null sender (Return-Path or envelope), a report, or X-Auto-Response-Suppress with All, OOF or AutoReply.
---```lua
---if not msg:is_automatic() then answer(msg) end
---```
---@return boolean
function mime_Part:is_automatic() end

---A message with gaps. What its messages share is checked and encoded once, so that a rendered message costs next to nothing.
---@class mime.Template
local mime_Template = {}

---Fills the gaps from a table and gives a message like any other. A field that the table lacks raises and is named with its place; `{{.x | default "…"}}` allows for it.
---```lua
---local msg = letter:render{ name = "Ann", email = "ann@example.org" }
---```
---@param row? table
---@return mime.Part
function mime_Template:render(row) end

---A DKIM signer (RFC 6376, 8463).
---@class mime.DKIM
---@field domain string the signing domain, as DNS has it
---@field selector string the name of the key
---@field algorithm string rsa-sha256 or ed25519-sha256
local mime_DKIM = {}

---Gives the TXT record that receivers look for: its name, its value, and both as a line of a zone file.
---```lua
---local name, value = signer:dns()
---print(name) --> 2026._domainkey.example.org
---print(value) --> v=DKIM1; k=ed25519; p=LIKEasAAOPR2B1JdFWW14chvlppewacJgj381jMTPDg=
---```
---@return string
---@return string
---@return string
function mime_DKIM:dns() end

---A certificate to sign with, or certificates to encrypt to (RFC 8551).
---@class mime.SMIME
local mime_SMIME = {}

---An OpenPGP key to sign with, or keys to encrypt to (RFC 3156).
---@class mime.PGP
local mime_PGP = {}

---Messages: built part by part as with Python's email.mime, or from one table.
---@class mimelib
mime = {}

---Makes a text part; subtype is "plain" unless given.
---```lua
---local p = mime.text("<b>hi</b>", "html")
---```
---@param body string|mime.TextOptions
---@param subtype? string
---@param charset? string
---@return mime.Part
function mime.text(body, subtype, charset) end

---Makes an image part; the type is found from the bytes unless given.
---```lua
---local logo = mime.image{ path = "logo.png", cid = "logo" }
---```
---@param bytes string|mime.MediaOptions
---@param subtype? string
---@return mime.Part
function mime.image(bytes, subtype) end

---Makes an audio part; the type is found from the bytes unless given.
---```lua
---local call = mime.audio{ path = "call.mp3", disposition = "attachment" }
---```
---@param bytes string|mime.MediaOptions
---@param subtype? string
---@return mime.Part
function mime.audio(bytes, subtype) end

---Makes a part of any other type, from a file or bytes; with a file name and no disposition it is an attachment.
---```lua
---local pdf = mime.part{ path = "report.pdf" }
---```
---@param options mime.MediaOptions
---@return mime.Part
function mime.part(options) end

---Makes a multipart; subtype is "mixed" unless given.
---```lua
---local m = mime.multipart{ "related", root, img, headers = { Subject = "Q3" } }
---```
---@param subtype string|mime.Part|mime.MultipartOptions
---@param ... mime.Part
---@return mime.Part
function mime.multipart(subtype, ...) end

---Wraps a message as message/rfc822, to forward it.
---```lua
---msg:attach(mime.attached_message(original))
---```
---@param message mime.Part
---@return mime.Part
function mime.attached_message(message) end

---Builds a whole message from one table, with the tree of parts that it needs. Date and Message-ID are made when it is first sent, saved or measured, and then stay.
---```lua
---local msg = mime.message{ from = "me@example.org", to = "ann@example.org", subject = "Hi", text = "Hello" }
---```
---@param fields mime.MessageOptions
---@return mime.Part
function mime.message(fields) end

---Makes a template of messages: the fields of mime.message, with gaps such as {{.name}} in their strings, which are escaped by their place. Parts that were made before are shared by all messages and have no gaps.
---```lua
---local letter = mime.template{ from = "me@example.org", to = "{{.name}} <{{.email}}>", subject = "Hi {{.name}}", text = "Hello" }
---```
---@param fields mime.MessageOptions
---@return mime.Template
function mime.template(fields) end

---Reads a message, however broken it is: `defects` lists what was wrong. As long as nothing is changed, bytes() and save() give it back byte for byte, an mbox's From line included; after a change everything else stays as it was.
---```lua
---local msg = mime.parse{ path = "in.eml" }
---```
---@param message string|mime.ParseOptions
---@return mime.Part
function mime.parse(message) end

mime.address = {}

---Reads an address list.
---```lua
---print(mime.address.parse("Ann <ann@example.org>, bob@example.org")[1].name) --> Ann
---```
---@param text string
---@return { name: string, address: string }[]
function mime.address.parse(text) end

---Writes addresses as they stand in a header field.
---```lua
---print(mime.address.format{ name = "Jörg", address = "j@example.org" }) --> =?utf-8?q?J=C3=B6rg?= <j@example.org>
---```
---@param address any
---@return string
function mime.address.format(address) end

mime.base64 = {}

---Encodes in base64; without wrap on one line.
---```lua
---conn:docmd(mime.base64.encode(user))
---```
---@param octets string
---@param options? { wrap?: integer }
---@return string
function mime.base64.encode(octets, options) end

---Decodes base64.
---```lua
---print(mime.base64.decode("aGk=")) --> hi
---```
---@param text string
---@return string
function mime.base64.decode(text) end

mime.quoted_printable = {}

---Encodes as quoted-printable, lines of at most 76. With binary, line breaks are octets like others, so that they come back as they were.
---```lua
---print(mime.quoted_printable.encode("Grüße")) --> Gr=C3=BC=C3=9Fe
---```
---@param octets string
---@param options? { binary?: boolean }
---@return string
function mime.quoted_printable.encode(octets, options) end

---Decodes quoted-printable.
---```lua
---print(mime.quoted_printable.decode("Gr=C3=BC=C3=9Fe")) --> Grüße
---```
---@param text string
---@return string
function mime.quoted_printable.decode(text) end

---Encodes text for a header field (RFC 2047) where it needs to be.
---```lua
---print(mime.encode_header("Grüße")) --> =?utf-8?q?Gr=C3=BC=C3=9Fe?=
---```
---@param text string
---@return string
function mime.encode_header(text) end

---Decodes the encoded words of a header field.
---```lua
---print(mime.decode_header("=?utf-8?q?Gr=C3=BC=C3=9Fe?=")) --> Grüße
---```
---@param text string
---@return string
function mime.decode_header(text) end

---Guesses a media type from a file name and the first bytes.
---```lua
---print(mime.guess_type("a.pdf")) --> application/pdf
---```
---@param filename string
---@param head? string
---@return string
function mime.guess_type(filename, head) end

---Makes plain text of HTML.
---```lua
---print(mime.html_to_text([[<p>See <a href="https://example.org/">us</a></p>]])) --> See us (https://example.org/)
---```
---@param html string
---@return string
function mime.html_to_text(html) end

---Makes a fresh Message-ID.
---```lua
---local id = mime.message_id("example.org")
---```
---@param domain string
---@return string
function mime.message_id(domain) end

---Makes HTML of CommonMark with tables, bare links, task lists and strikethrough. HTML in the source stays as it is.
---```lua
---print(mime.markdown("**Hi** Ann")) --> <p><strong>Hi</strong> Ann</p>
---```
---@param source string
---@return string
function mime.markdown(source) end

---Makes a signer, for the field dkim of mime.message and mime.template and for msg:sign. Messages are signed as they are sent, List-Unsubscribe and the like too.
---```lua
---local signer = mime.dkim{ domain = "example.org", selector = "2026", key_file = "dkim.pem" }
---```
---@param options mime.DKIMOptions
---@return mime.DKIM
function mime.dkim(options) end

---Makes what msg:sign and msg:encrypt need for S/MIME: your certificate and key, or the certificates of the recipients.
---```lua
---msg:sign(mime.smime{ cert_file = "me.crt", key_file = "me.key" })
---```
---@param options mime.SMIMEOptions
---@return mime.SMIME
function mime.smime(options) end

---Makes what msg:sign and msg:encrypt need for PGP/MIME: your private key, or the public keys of the recipients.
---```lua
---msg:encrypt(mime.pgp{ recipients = { "ann.asc" } })
---```
---@param options mime.PGPOptions
---@return mime.PGP
function mime.pgp(options) end

---Builds an answer from the fields of mime.message; what they leave open comes from the message: recipients (Mail-Reply-To, Reply-To or From; with `all` also To and Cc, or Mail-Followup-To), "Re: " and the subject, In-Reply-To and References. Who answers never gets a copy. Whether to answer automatic mail is yours to decide: see `is_automatic`.
---```lua
---local answer = mime.reply(msg, { from = "desk@example.org", text = "We are on it.\n", quote = true, auto_submitted = "auto-replied" })
---```
---@param message mime.Part
---@param options mime.ReplyOptions
---@return mime.Part
function mime.reply(message, options) end

---Builds a message that passes another one on, from the fields of mime.message: attached as it is, signatures intact, or with `inline` as text below yours, its attachments carried along. The subject is "Fwd: " and the message's unless given.
---```lua
---local copy = mime.forward(msg, { from = "desk@example.org", to = "boss@example.org", text = "See below.\n", inline = true })
---```
---@param message mime.Part
---@param options mime.ForwardOptions
---@return mime.Part
function mime.forward(message, options) end

---Makes a multipart/report (RFC 6522): a delivery status notification, a receipt or a complaint. Types that nearly all values have are put in where they are missing: "rfc822;" before addresses, "dns;" before servers, "smtp;" before a diagnosis. Send it with the null sender: `conn:send_message(report, { from = "" })`.
---```lua
---local r = mime.report{ type = "delivery-status", text = "Ann has moved.", original = msg, fields = {
---  { ["Reporting-MTA"] = "mx.example.org" },
---  { ["Final-Recipient"] = "ann@example.org", Action = "failed", Status = "5.1.6" },
---} }
---```
---@param options mime.ReportOptions
---@return mime.Part
function mime.report(options) end

return mime
