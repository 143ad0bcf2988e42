---@meta smtp
-- Made from moonpost's binding table by `moonpost types`.

---@class smtp.ConnectOptions
---@field url? string smtp://, smtps://, lmtp:// or lmtp+unix:// with user, password, host and port; options as query
---@field host? string the server; a path is a unix socket (default localhost)
---@field port? integer TCP port; 465 with tls="implicit", 24 with LMTP (default 25)
---@field socket? string path of a unix socket
---@field protocol? "smtp"|"lmtp" which protocol to speak (default smtp)
---@field tls? "auto"|"none"|"opportunistic"|"starttls"|"implicit" auto: implicit on 465, else STARTTLS when offered and required when a user is given (default auto)
---@field server_name? string the name that the certificate must bear, where it isn't host
---@field ca_file? string PEM file with the certificate authorities to trust instead of the system's
---@field client_cert? string PEM file with the client certificate
---@field client_key? string PEM file with the client certificate's key (default client_cert)
---@field pin? string|string[] public keys to accept, as sha256//BASE64, besides the verification
---@field insecure? boolean skip the verification of the certificate; logged
---@field user? string user name to log in with
---@field password? string password to log in with
---@field token? string|fun(): string OAuth2 access token, or a function that gives one: asked for each login, and again when the server refuses what it gave
---@field auth? string|string[] the mechanisms to use, in this order, such as SCRAM-SHA-256 or XOAUTH2; else all that we know, the safest first
---@field allow_insecure_auth? boolean send a password over clear text to a host that isn't loopback
---@field local_hostname? string the name given in EHLO
---@field source_address? string local address to connect from
---@field proxy? string go through socks5://user:password@host:port or an http://… proxy (CONNECT), which looks the host up; no host counts as loopback then
---@field xclient? smtp.XClient whom we speak for, sent by smtp.connect to servers that trust us with XCLIENT
---@field timeout? number|string longest wait of every operation, seconds or "30s" (default as timeouts says)
---@field timeouts? smtp.Timeouts longest wait by phase, in place of timeout
---@field pipelining? any "auto", true or false: send command groups (RFC 2920) (default auto)
---@field chunking? any "auto", true or false: send content as octets by BDAT (RFC 3030); auto: where it has to be, as for BODY=BINARYMIME and in_flight (default auto)
---@field in_flight? integer of a relay: messages whose content is on the way before a reply is awaited, on each connection; more than 1 is for servers of your own (default 1)
---@field disable? string|string[] extensions to ignore, for broken servers
---@field debug? any 1: transcript on stderr; 2: with times; a function(direction, line)
---@field debug_secrets? boolean show credentials in the transcript

---@class smtp.Timeouts
---@field connect? number|string establishing the connection (default 30s)
---@field greeting? number|string the server's greeting (default 5m)
---@field hello? number|string EHLO, HELO, LHLO (default 5m)
---@field starttls? number|string STARTTLS and the handshake (default 5m)
---@field auth? number|string each step of AUTH (default 3m)
---@field mail? number|string MAIL (default 5m)
---@field rcpt? number|string RCPT (default 5m)
---@field data? number|string DATA until 354 (default 2m)
---@field body? number|string each block of the content (default 3m)
---@field final? number|string the reply to the final dot; short here means duplicates (default 10m)
---@field quit? number|string QUIT (default 5s)

---@class smtp.XClient
---@field name? string the client's host name; "[UNAVAILABLE]" and "[TEMPUNAVAIL]" are allowed for every attribute
---@field addr? string its IP address
---@field port? integer|string its TCP port
---@field proto? string SMTP or ESMTP
---@field helo? string the name that it gave in EHLO
---@field login? string the user that it logged in as
---@field destaddr? string the address that it connected to
---@field destport? integer|string the port that it connected to

---@class smtp.StartTLSOptions
---@field server_name? string the name that the certificate must bear, where it isn't host
---@field ca_file? string PEM file with the certificate authorities to trust instead of the system's
---@field client_cert? string PEM file with the client certificate
---@field client_key? string PEM file with the client certificate's key (default client_cert)
---@field pin? string|string[] public keys to accept, as sha256//BASE64, besides the verification
---@field insecure? boolean skip the verification of the certificate; logged

---@class smtp.RelayOptions
---@field url? string smtp://, smtps://, lmtp:// or lmtp+unix:// with user, password, host and port; options as query
---@field host? string the server; a path is a unix socket (default localhost)
---@field port? integer TCP port; 465 with tls="implicit", 24 with LMTP (default 25)
---@field socket? string path of a unix socket
---@field protocol? "smtp"|"lmtp" which protocol to speak (default smtp)
---@field tls? "auto"|"none"|"opportunistic"|"starttls"|"implicit" auto: implicit on 465, else STARTTLS when offered and required when a user is given (default auto)
---@field server_name? string the name that the certificate must bear, where it isn't host
---@field ca_file? string PEM file with the certificate authorities to trust instead of the system's
---@field client_cert? string PEM file with the client certificate
---@field client_key? string PEM file with the client certificate's key (default client_cert)
---@field pin? string|string[] public keys to accept, as sha256//BASE64, besides the verification
---@field insecure? boolean skip the verification of the certificate; logged
---@field user? string user name to log in with
---@field password? string password to log in with
---@field token? string|fun(): string OAuth2 access token, or a function that gives one: asked for each login, and again when the server refuses what it gave
---@field auth? string|string[] the mechanisms to use, in this order, such as SCRAM-SHA-256 or XOAUTH2; else all that we know, the safest first
---@field allow_insecure_auth? boolean send a password over clear text to a host that isn't loopback
---@field local_hostname? string the name given in EHLO
---@field source_address? string local address to connect from
---@field proxy? string go through socks5://user:password@host:port or an http://… proxy (CONNECT), which looks the host up; no host counts as loopback then
---@field xclient? smtp.XClient whom we speak for, sent by smtp.connect to servers that trust us with XCLIENT
---@field timeout? number|string longest wait of every operation, seconds or "30s" (default as timeouts says)
---@field timeouts? smtp.Timeouts longest wait by phase, in place of timeout
---@field pipelining? any "auto", true or false: send command groups (RFC 2920) (default auto)
---@field chunking? any "auto", true or false: send content as octets by BDAT (RFC 3030); auto: where it has to be, as for BODY=BINARYMIME and in_flight (default auto)
---@field in_flight? integer of a relay: messages whose content is on the way before a reply is awaited, on each connection; more than 1 is for servers of your own (default 1)
---@field disable? string|string[] extensions to ignore, for broken servers
---@field debug? any 1: transcript on stderr; 2: with times; a function(direction, line)
---@field debug_secrets? boolean show credentials in the transcript
---@field name? string the relay's identity (default user@host:port, or mx)
---@field fallback? string|(string|smtp.ConnectOptions)[] further servers, each a URL or a table, tried in this order when one can't be had or says 4xx before anybody got the message
---@field mx? boolean|table<string, boolean|string|string[]> straight to the mail hosts of the recipients' domains; a table gives fixed hosts to some domains, ["*"] to the others, and true stands for a look-up
---@field mta_sts? boolean with mx: heed the domains' MTA-STS policies (RFC 8461) (default true)
---@field connections? integer connections at most; with mx, to each domain (default 4; with mx 2)
---@field total_connections? integer with mx: connections at most to all domains, beside as many to servers that have said nothing for two seconds (default 64)
---@field messages_per_connection? integer messages after which a connection is replaced (default no limit)
---@field idle? number|string how long an unused connection is kept (default 30s)
---@field lifetime? number|string age at which a connection is replaced (default no limit)
---@field queue? integer messages that may wait for a connection before submit does (default 64; with per_domain or mx 4096)
---@field rate? string|string[] messages at most, such as "14/s" or { "14/s", "50000/d" }; evenly spaced, counted within this process
---@field recipient_rate? string|string[] recipients at most, written as rate
---@field burst? integer|integer[] messages or recipients that may go at once before the rates hold; a list gives each rate its own (default 1)
---@field per_domain? table<string, smtp.DomainLimits> limits by domain of the recipients; ["*"] is for each domain that isn't named. Mail that waits for them holds up no other
---@field slow_down_on? string a Lua pattern: replies that it matches ("454 4.7.0 Throttling …", from the code or from the enhanced status on) ask for less mail, as 421 and 454 always do. The relay halves its rate then, and climbs back slowly
---@field failover_on? string a Lua pattern: a refusal for good that it matches is tried with the next server or relay too
---@field on_result? function called with each result during later calls, in place of results()

---@class smtp.LoginOptions
---@field token? string|fun(): string OAuth2 access token, or a function that gives one
---@field auth? string|string[] the mechanisms to use, in this order, such as SCRAM-SHA-256 or XOAUTH2; else all that we know, the safest first
---@field initial_response_ok? boolean false: let the server ask for what could stand on the AUTH line (default true)

---@class smtp.AuthOptions
---@field initial_response_ok? boolean false: don't ask the function for an initial response (default true)

---@class smtp.DomainLimits
---@field connections? integer messages on their way to the domain at once; with mx, connections
---@field messages_per_connection? integer messages to the domain after which a connection is replaced
---@field rate? string|string[] messages at most
---@field recipient_rate? string|string[] recipients at most
---@field burst? integer|integer[] messages or recipients that may go at once before the rates hold (default 1)

---@class smtp.RelayStats
---@field submitted integer messages taken
---@field sent integer messages of which somebody was accepted
---@field failed integer messages that ended with an error
---@field cancelled integer messages that were not sent because the script was ended
---@field refused integer recipients that were refused
---@field in_flight integer messages that have a connection or wait for a rate
---@field queued integer messages that wait
---@field connections integer open connections
---@field rate? number messages a second to which the server has slowed the relay down
---@field sites? table<string, table<string, number>> with mx, by domain: sent, failed, queued, connections, window (connections that its answers allow) and rate

---@class smtp.SendOptions
---@field from? string envelope sender instead of the message's; "" is the null sender
---@field to? string|string[] envelope recipients instead of the message's
---@field mail_options? string|string[] parameters of MAIL
---@field rcpt_options? string|string[] parameters of every RCPT
---@field dsn? smtp.DSN delivery status notifications to ask for (RFC 3461); left out where the server has none
---@field require_tls? boolean only over verified TLS, from here to the recipient (RFC 8689)
---@field priority? integer of the message, 9 is the highest; left out where the server knows none (RFC 6710)
---@field deliver_by? smtp.DeliverBy deliver within a time (RFC 2852)
---@field all_or_nothing? boolean send to nobody when one recipient is refused
---@field max_recipients? integer recipients in one transaction; more take several (default what the server says)
---@field allow_long_lines? boolean let lines over 998 octets pass
---@field tag? any comes back with the result of relay:submit

---@class smtp.DSN
---@field notify? string|string[] never, or some of success, failure, delay
---@field ret? "full"|"headers"|"hdrs" what of the message comes back
---@field envid? string a name for the envelope, given back in the report
---@field required? boolean raise not_supported where the server has no DSN
---@field orcpt? string the original recipient to name in the report, instead of each recipient's own address
---@field recipients? table<string, smtp.RecipientDSN> notify and orcpt for single recipients, by address

---@class smtp.RecipientDSN
---@field notify? string|string[] never, or some of success, failure, delay
---@field orcpt? string the original recipient to name in the report

---@class smtp.DeliverBy
---@field seconds number|string the time limit
---@field mode? "return"|"notify" what happens when it is over: the message comes back, or a report does and the server goes on trying (default notify)
---@field trace? boolean have servers on the way that know no limit reported

---@class smtp.Refusal
---@field code integer the server's reply code
---@field enhanced? string the enhanced status code
---@field message string the server's words, or why there were none
---@field delivered? "unknown" when the connection was lost before the server told whether it took the message

---@class smtp.RecipientResult
---@field address string the recipient
---@field code integer the code of the server's last reply to it, 0 if there was none
---@field enhanced? string the enhanced status code
---@field message string the server's words, or why there were none
---@field delivered? "unknown" when the connection was lost before the server told whether it took the message

---@class smtp.Attempt
---@field mechanism string the mechanism
---@field code integer the server's reply code
---@field enhanced? string the enhanced status code
---@field message string the server's words
---@field detail? string what the server said within the mechanism, such as OAuth's JSON

---@class smtp.Address
---@field address string the address alone
---@field name? string the display name, which is not part of the envelope

---One connection. Verbs give the reply's code and text whatever they are; what cannot do its job raises an error object.
---@class smtp.Conn
---@field helo_resp string? the text of the reply to HELO
---@field ehlo_resp string? the text of the reply to EHLO or LHLO
---@field does_esmtp boolean true when EHLO was answered
---@field esmtp_features table<string, string> the extensions offered: lower-case name and parameters
---@field tls table? nil, or version, cipher, server_name, peer of the encryption in force
---@field local_hostname string the name given in EHLO
---@field host string the server's name, or the path of its socket
---@field port integer? the server's port; nil with a socket
---@field timeout number? the option timeout in seconds
---@field source_address string? the option source_address
---@field debuglevel integer|boolean|function what the transcript was set to
---@field connected boolean true as long as the connection is known to stand
local smtp_Conn = {}

---Dials and reads the greeting, nothing else; also again after close or quit, and to another server.
---```lua
---local conn = smtp.new()
---local code, text = conn:connect("localhost", 2525)
---print(code) --> 220
---```
---@param host? string
---@param port? integer
---@param source_address? string
---@return integer
---@return string
function smtp_Conn:connect(host, port, source_address) end

---Sends HELO.
---```lua
---local code, text = conn:helo("client.example.org")
---print(code, conn.does_esmtp) --> 250 false
---```
---@param name? string
---@return integer
---@return string
function smtp_Conn:helo(name) end

---Sends EHLO and learns the extensions.
---```lua
---conn:ehlo("client.example.org")
---for name, parameters in pairs(conn.esmtp_features) do
---  if name == "pipelining" then print(name) end --> pipelining
---end
---```
---@param name? string
---@return integer
---@return string
function smtp_Conn:ehlo(name) end

---Sends LHLO, LMTP's EHLO.
---```lua
---local conn = smtp.new{ host = "localhost", port = 24, protocol = "lmtp" }
---conn:connect()
---local code, text = conn:lhlo()
---print(code) --> 250
---```
---@param name? string
---@return integer
---@return string
function smtp_Conn:lhlo(name) end

---Says hello unless that was done.
---```lua
---conn:connect("localhost", 2525)
---conn:ehlo_or_helo_if_needed()
---print(conn.does_esmtp) --> true
---```
function smtp_Conn:ehlo_or_helo_if_needed() end

---Tells whether the server offered the extension.
---```lua
---print(conn:has_extn("8bitmime"), conn:has_extn("x-none")) --> true false
---```
---@param name string
---@return boolean
function smtp_Conn:has_extn(name) end

---Sends a command line and reads the reply.
---```lua
---local code, text = conn:docmd("RCPT", "TO:<ann@example.org>")
---print(code) --> 502
---```
---@param command string
---@param args? string
---@return integer
---@return string
function smtp_Conn:docmd(command, args) end

---Sends a command line; getreply reads the answer.
---```lua
---conn:putcmd("NOOP")
---local code, text = conn:getreply()
---print(code) --> 250
---```
---@param command string
---@param args? string
function smtp_Conn:putcmd(command, args) end

---Reads one reply: code, text, list of lines.
---```lua
---conn:putcmd("EHLO", "client.example.org")
---local code, text, lines = conn:getreply()
---print(code, #lines > 1) --> 250 true
---```
---@return integer
---@return string
---@return string[]
function smtp_Conn:getreply() end

---Sends raw octets; nothing is added.
---```lua
---conn:mail("me@example.org")
---conn:rcpt("ann@example.org")
---conn:docmd("DATA")
---conn:send("Subject: hi\r\n\r\nHello\r\n.\r\n")
---print((conn:getreply())) --> 250
---```
---@param octets string
function smtp_Conn:send(octets) end

---Sends NOOP.
---```lua
---local code, text = conn:noop()
---print(code) --> 250
---```
---@return integer
---@return string
function smtp_Conn:noop() end

---Sends RSET: forgets the transaction.
---```lua
---conn:mail("me@example.org")
---conn:rset()
---print((conn:mail("other@example.org"))) --> 250
---```
---@return integer
---@return string
function smtp_Conn:rset() end

---Sends HELP and gives the text.
---```lua
---local text = conn:help("MAIL")
---print(type(text)) --> string
---```
---@param topic? string
---@return string
function smtp_Conn:help(topic) end

---Sends VRFY.
---```lua
---local code, text = conn:verify("ann@example.org")
---if code == 252 then print("will not tell, but takes mail for her") end --> will not tell, but takes mail for her
---```
---@param address string
---@return integer
---@return string
function smtp_Conn:verify(address) end

---Another name of verify.
---```lua
---local code, text = conn:vrfy("ann@example.org")
---print(code) --> 252
---```
---@param address string
---@return integer
---@return string
function smtp_Conn:vrfy(address) end

---Sends EXPN.
---```lua
---local code, text = conn:expn("staff")
---if code ~= 250 then print("members are not told") end --> members are not told
---```
---@param list string
---@return integer
---@return string
function smtp_Conn:expn(list) end

---Encrypts the connection and forgets what EHLO said. On an encrypted one it sends nothing and gives 220. Options take the place of the connection's.
---```lua
---local code, text = conn:starttls{ server_name = "mail.example.org" }
---print(code, conn.tls.version) --> 220 TLS 1.3
---```
---@param options? smtp.StartTLSOptions
---@return integer
---@return string
function smtp_Conn:starttls(options) end

---Sends QUIT and closes.
---```lua
---local code, text = conn:quit()
---print(code, conn.connected) --> 221 false
---```
---@return integer
---@return string
function smtp_Conn:quit() end

---Closes at once.
---```lua
---conn:close()
---print(conn.connected) --> false
---```
function smtp_Conn:close() end

---0: no transcript; 1: on stderr; 2: with times and the connection's name; or a function that gets every line.
---```lua
---conn:set_debuglevel(function(direction, line) print(direction, line) end)
---conn:rset()
-----> C RSET
-----> S 250 2.0.0 Session reset
---```
---@param level integer|boolean|fun(direction: string, line: string)
function smtp_Conn:set_debuglevel(level) end

---Logs in by the best mechanism that both sides have, and the next one when the server refuses. Without arguments: as the connection's options say. A refusal raises `auth`.
---```lua
---local code, text = conn:login("ann", env.SMTP_PASSWORD)
---print(code) --> 235
---```
---@param user? string
---@param password? string
---@param options? smtp.LoginOptions
---@return integer
---@return string
function smtp_Conn:login(user, password, options) end

---Logs in by a mechanism of one's own. The function is called with nil for the initial response, which may be nil, then with each challenge, decoded. A refusal raises `auth`.
---```lua
---local code, text = conn:auth("PLAIN", function(challenge) return "\0ann\0" .. env.SMTP_PASSWORD end)
---print(code) --> 235
---```
---@param mechanism string
---@param respond (fun(challenge?: string): string?)
---@param options? smtp.AuthOptions
---@return integer
---@return string
function smtp_Conn:auth(mechanism, respond, options) end

---Sends MAIL FROM. The empty string is the null sender.
---```lua
---local code, text = conn:mail("me@example.org", { "BODY=8BITMIME" })
---print(code) --> 250
---```
---@param from string|smtp.Address
---@param options? string|string[]
---@return integer
---@return string
function smtp_Conn:mail(from, options) end

---Sends RCPT TO.
---```lua
---conn:mail("me@example.org")
---local code, text = conn:rcpt("550@example.org")
---print(code) --> 550
---```
---@param to string|smtp.Address
---@param options? string|string[]
---@return integer
---@return string
function smtp_Conn:rcpt(to, options) end

---Sends DATA, the content and the final dot. Raises `data` on anything but 354. With LMTP code and text are the first refusal's, else the last reply's, and a list has all replies.
---```lua
---conn:mail("me@example.org")
---conn:rcpt("ann@example.org")
---local code, text = conn:data(msg)
---print(code) --> 250
---```
---@param message string|string[]|mime.Part|fun(): string?
---@return integer
---@return string
---@return table[]?
function smtp_Conn:data(message) end

---Sends one message to the recipients. A partial refusal is no failure: see the result. A string, a list of pieces or a function that gives pieces is sent as it is, with line ends made CRLF.
---```lua
---local r = conn:sendmail("me@example.org", { "ann@example.org", "550@example.org" }, "Subject: hi\n\nHello\n")
---print(r.accepted[1]) --> ann@example.org
---for address, refusal in pairs(r.refused) do print(address, refusal.code) end --> 550@example.org 550
---```
---@param from string|smtp.Address
---@param to string|smtp.Address|string[]|smtp.Address[]
---@param message string|string[]|mime.Part|fun(): string?
---@param options? smtp.SendOptions
---@return smtp.Result
function smtp_Conn:sendmail(from, to, message, options) end

---Sends a message; the envelope is taken from Sender or From and To, Cc and Bcc. Bcc is never on the wire.
---```lua
---local r = conn:send_message(msg)
---print(r.code, r.accepted[1]) --> 250 bob@example.org
---```
---@param message mime.Part
---@param options? smtp.SendOptions
---@return smtp.Result
function smtp_Conn:send_message(message, options) end

---A bounded pool of connections to one server and those that stand in for it, or to the mail hosts of the recipients' domains. `send` waits for the reply, `submit` sends in the background.
---@class smtp.Relay
---@field name string the relay's identity
local smtp_Relay = {}

---Sends one message and waits; tries once.
---```lua
---local r = relay:send(msg)
---print(r.code, #r.accepted) --> 250 1
---```
---@param message mime.Part
---@param options? smtp.SendOptions
---@return smtp.Result
function smtp_Relay:send(message, options) end

---Sends in the background, as the message is at this moment; waits only while all connections are busy and the queue is full.
---```lua
---for _, row in ipairs(rows) do
---  relay:submit(mime.message{ from = "me@example.org", to = row.email, subject = "Hi", text = "Hello" }, { tag = row.id })
---end
---```
---@param message mime.Part
---@param options? smtp.SendOptions
function smtp_Relay:submit(message, options) end

---Iterates over the results of what was submitted, as they come; ends when all is done. Where results for more than a thousand recipients were left unread, the later ones of messages that all recipients were accepted for have tag, ok and code only.
---```lua
---relay:submit(msg, { tag = "first" })
---for r in relay:results() do
---  print(r.tag, r.ok, r.error) --> first true nil
---end
---```
---@return fun(): smtp.Outcome?
function smtp_Relay:results() end

---Counts: submitted, sent, failed, cancelled, refused (recipients), in_flight, queued, connections; with mx also by domain, as sites. Where a server has asked for less mail, rate is what is let through.
---```lua
---relay:send(msg)
---local counts = relay:stats()
---print(counts.sent, counts.failed) --> 1 0
---```
---@return smtp.RelayStats
function smtp_Relay:stats() end

---Waits for all that was submitted, then closes the connections.
---```lua
---relay:submit(msg)
---relay:close() -- waits for it
---print(relay:stats().sent) --> 1
---```
function smtp_Relay:close() end

---What became of one message: who was accepted, who was refused, and the server's final reply.
---@class smtp.Result
---@field accepted string[] the recipients that were accepted
---@field refused table<string, smtp.Refusal> the refused ones with code, enhanced and message; empty when all were accepted
---@field results smtp.RecipientResult[] address, code, enhanced and message for each recipient in the order given
---@field code integer the code of the final reply
---@field message string the text of the final reply
---@field queue_id string? the server's name for the message, where its reply tells
---@field bytes integer octets of content sent
---@field seconds number how long it took
---@field dsn boolean true when delivery status notifications were asked for
---@field dry boolean true in a dry run: nothing was sent
local smtp_Result = {}

---Raises `recipients_refused` when anyone was refused; gives the result otherwise.
---```lua
---local r = conn:send_message(msg):check() -- raises when anyone was refused
---print(r.code, r.accepted[1]) --> 250 bob@example.org
---```
---@return smtp.Result
function smtp_Result:check() end

---The result of one submitted message: all of smtp.Result, and how it went.
---@class smtp.Outcome
---@field tag any what was given as tag
---@field ok boolean true when at least one recipient was accepted
---@field error moonpost.Error? why it failed
---@field accepted string[] the recipients that were accepted
---@field refused table<string, smtp.Refusal> the refused ones with code, enhanced and message; empty when all were accepted
---@field results smtp.RecipientResult[] address, code, enhanced and message for each recipient in the order given
---@field code integer the code of the final reply
---@field message string the text of the final reply
---@field queue_id string? the server's name for the message, where its reply tells
---@field bytes integer octets of content sent
---@field seconds number how long it took
---@field dsn boolean true when delivery status notifications were asked for
---@field dry boolean true in a dry run: nothing was sent
local smtp_Outcome = {}

---SMTP and LMTP: one connection with smtplib's methods, or a relay with a pool of them.
---@class smtplib
smtp = {}

---Connects and says hello: dial, greeting, EHLO or HELO, TLS as `tls` says, login if credentials are given. Takes a table, a URL, or a host and a port.
---```lua
---local conn = smtp.connect{ host = "mail.example.org", port = 587, user = "ann", password = env.SMTP_PASSWORD }
---conn:send_message(msg)
---conn:quit()
---```
---@param target smtp.ConnectOptions|string
---@param port? integer
---@return smtp.Conn
function smtp.connect(target, port) end

---Like smtp.connect with tls="implicit": smtplib's SMTP_SSL.
---```lua
---local conn = smtp.ssl{ host = "mail.example.org", user = "ann", password = env.SMTP_PASSWORD }
---conn:send_message(msg)
---```
---@param target smtp.ConnectOptions|string
---@param port? integer
---@return smtp.Conn
function smtp.ssl(target, port) end

---Like smtp.connect with protocol="lmtp": smtplib's LMTP.
---```lua
---local conn = smtp.lmtp("/run/dovecot/lmtp")
---for _, one in ipairs(conn:send_message(msg).results) do print(one.address, one.code) end --> bob@example.org 250
---```
---@param target smtp.ConnectOptions|string
---@param port? integer
---@return smtp.Conn
function smtp.lmtp(target, port) end

---Makes a connection object that is not connected; `conn:connect()` dials and reads the greeting only.
---```lua
---local conn = smtp.new{ host = "localhost", port = 2525 }
---local code, text = conn:connect()
---print(code) --> 220
---```
---@param target? smtp.ConnectOptions|string
---@param port? integer
---@return smtp.Conn
function smtp.new(target, port) end

---Connects, calls the function with the connection, and always quits. An error of the function wins over one of QUIT. Gives what the function returns.
---```lua
---local r = smtp.with("smtp://localhost:2525", function(conn)
---  return conn:send_message(msg)
---end)
---print(r.code) --> 250
---```
---@param options smtp.ConnectOptions|string
---@param body fun(conn: smtp.Conn): ...
---@return ...
function smtp.with(options, body) end

---Makes a relay: a bounded pool of connections to one place, or straight to the recipients' mail hosts, with limits. Nothing is dialled before the first message. Its identity is its name, else user@host:port: a second call with the same identity and limits gives the same relay, with other limits it is an error.
---```lua
---local relay = smtp.relay{ url = env.SMTP_URL, connections = 10, rate = "14/s" }
---relay:submit(msg)
---relay:close()
---print(relay:stats().sent) --> 1
---```
---@param options smtp.RelayOptions
---@return smtp.Relay
function smtp.relay(options) end

---Tells whether a caught value is an error object, of that kind if one is named.
---```lua
---local ok, e = pcall(conn.sendmail, conn, "me@example.org", "550@example.org", msg)
---if smtp.is_error(e, "recipients_refused") then print(e.code, e.temporary) end --> 550 false
---```
---@param value any
---@param kind? string
---@return boolean
function smtp.is_error(value, kind) end

---Makes an error object of any caught value; Lua's own errors get kind "script".
---```lua
---local ok, caught = pcall(error, "no such row")
---local e = smtp.error(caught)
---print(e.kind, e.message) --> script no such row
---```
---@param value any
---@return moonpost.Error
function smtp.error(value) end

---Gives one address as it goes into MAIL and RCPT by hand: in angle brackets, without its display name. Raises `argument` for what is not one address.
---```lua
---print(smtp.quoteaddr("Ann <ann@example.org>")) --> <ann@example.org>
---```
---@param address string
---@return string
function smtp.quoteaddr(address) end

---Gives a text as it goes on the wire after a 354: line ends made CRLF, dots at line starts doubled. The final dot isn't added.
---```lua
---local octets = smtp.quotedata("Hello\n.\n")
---print((octets:gsub("\r\n", " CRLF "))) --> Hello CRLF .. CRLF
---```
---@param text string
---@return string
function smtp.quotedata(text) end

return smtp
