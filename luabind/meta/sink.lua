---@meta sink
-- Made from moonpost's binding table by `moonpost types`.

---@class sink.Options
---@field fail? sink.Rule[] when to fail
---@field extensions? string[] what EHLO offers besides SIZE, AUTH and STARTTLS (default all that it knows)
---@field auth? boolean|table<string, string> users and their passwords; false offers no AUTH (default anybody may log in)
---@field size? integer|string largest message (default 64MiB)
---@field tls? boolean offer STARTTLS, with a certificate made for this run (default false)

---@class sink.Rule
---@field stage? "connect"|"greeting"|"ehlo"|"starttls"|"auth"|"mail"|"rcpt"|"data"|"body"|"after_dot"|"quit" where; else it follows from rcpt, from, nth or relay, in this order
---@field rcpt? string recipients, with * and ?; then nth, first and every count for each of them
---@field from? string senders, with * and ?
---@field relay? string names of relays of a script that t:run runs
---@field host? string host:port that such a script meant to reach
---@field nth? integer only the n-th time
---@field first? integer only so many times
---@field every? integer only each n-th time
---@field action? "reply"|"drop"|"stall" answer with code, close the connection, or never answer
---@field code? integer the reply; 421 also closes
---@field enhanced? string its enhanced status code (default one that fits)
---@field text? string its text
---@field delay? number|string wait first; without an action only that

---@class sink.Query
---@field to? string a recipient of the envelope, with * and ?
---@field from? string its sender, with * and ?
---@field subject? string the subject, with * and ?
---@field relay? string the relay by which it left, with * and ?
---@field nth? integer which of those that fit (default 1)

---A server for trials. What it caught are parsed messages whose `envelope` is that of the session: from, to, and also relay and host (which way the script meant it to go), user (who logged in), tls.
---@class sink.Server
---@field address string host:port of SMTP
---@field host string its host
---@field port integer its port
---@field url string for smtp.connect and smtp.relay
---@field lmtp_url string the same with LMTP
local sink_Server = {}

---Tells how many messages were taken.
---```lua
---print(s:count()) --> 1
---```
---@return integer
function sink_Server:count() end

---Iterates over what was taken, oldest first.
---```lua
---for m in s:messages() do print(m.Subject, m.envelope.to[1]) end --> Hello Ann ann@x.test
---```
---@return fun(): mime.Part?
function sink_Server:messages() end

---Gives the first message that fits, or with nth a later one; nil when there is none.
---```lua
---local m = s:find{ to = "ann@x.test" }
---print(m.Subject) --> Hello Ann
---```
---@param query? sink.Query
---@return mime.Part?
function sink_Server:find(query) end

---Lists the messages that fit.
---```lua
---print(#s:all{ subject = "Hello*" }) --> 1
---```
---@param query? sink.Query
---@return mime.Part[]
function sink_Server:all(query) end

---Waits until that many messages were taken; raises `timeout` when they don't come (default 10s).
---```lua
---s:wait(1, "5s")
---```
---@param count integer
---@param timeout? number|string
function sink_Server:wait(count, timeout) end

---Gives what was said, session by session, without contents and secrets.
---```lua
---print(s:transcript():match("RCPT[^\r\n]*")) --> RCPT TO:<ann@x.test>
---```
---@return string
function sink_Server:transcript() end

---Forgets messages and transcript. Rules go on counting.
---```lua
---s:clear()
---print(s:count()) --> 0
---```
function sink_Server:clear() end

---Closes the server. What it took stays readable.
---```lua
---s:close()
---```
function sink_Server:close() end

---Servers on loopback that catch all mail and fail by rule, for tests.
---@class sinklib
local sink = {}

---Starts a server that takes every message and keeps it in memory, until the test case or the script ends. Each rule of `fail` makes it fail at a stage; the first that applies counts. Recipients that ask for a failure, as 550@ or drop-after-dot@, get it too.
---```lua
---local s = sink.start{ fail = { { rcpt = "*@slow.test", code = 451, first = 2 }, { nth = 7, stage = "after_dot", action = "drop" } } }
---local conn = smtp.connect(s.url)
---conn:mail("me@x.test")
---print((conn:rcpt("ann@slow.test"))) --> 451
---```
---@param options? sink.Options
---@return sink.Server
function sink.start(options) end

return sink
