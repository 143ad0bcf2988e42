---@meta mailbox
-- Made from moonpost's binding table by `moonpost types`.

---@class mailbox.ReadOptions
---@field format? "mboxrd"|"mboxo"|"mboxcl"|"mboxcl2" how an mbox hides "From " in texts; mboxcl and mboxcl2 believe Content-Length (default mboxrd)
---@field max_size? integer|string a larger message raises (default 256MiB)

---@class mailbox.AppendOptions
---@field flags? string letters of Maildir; in an mbox they become Status fields, and P is lost
---@field date? any when the message was delivered (default now)
---@field sender? string envelope sender for the "From " line of an mbox (default the message's Return-Path, else its From)
---@field lock_timeout? number|string how long to wait for others' locks on an mbox (default 30s)

---@class mailbox.Meta
---@field flags string letters of Maildir: D draft, F flagged, P passed on, R replied, S seen, T trashed
---@field date? number when it was delivered, as os.time()
---@field sender? string of an mbox: the envelope sender
---@field path? string of a Maildir: the file
---@field new? boolean of a Maildir: not seen by any mail reader yet


---Mail at rest: mbox files and Maildir folders, read message by message and added to safely.
---@class mailboxlib
local mailbox = {}

---Reads a mailbox, which is a Maildir if it is a folder, else an mbox ("-" is one on standard input), and gives an iterator over its messages, parsed as by mime.parse, and what the mailbox says about each. Only one message is in memory at a time. Nothing is changed or locked: a message that another program is appending meanwhile may be read half.
---```lua
---for msg, meta in mailbox.read("inbox.mbox") do
---  if msg.Subject:find("Lunch") then print(msg.Subject) end
---end
-----> AW: Lunch?
-----> Out of office: Lunch?
---```
---@param path string
---@param options? mailbox.ReadOptions
---@return fun(): mime.Part?
---@return mailbox.Meta?
function mailbox.read(path, options) end

---Adds a message, whole or not at all, and returns when it is on the disk; gives the path of the file that holds it now. A folder is a Maildir, and so is a path with "/" at its end, which is made if it doesn't exist; any other path is an mbox; a file that holds anything else is left alone. An mbox is locked by a lock file beside it (path.lock) and, except on Windows, by a record lock (fcntl): what Postfix, Dovecot, procmail and mutt agree on. A lock of others is waited for, never broken.
---```lua
---local file = mailbox.append("Maildir/", msg, { flags = "S" })
---```
---@param path string
---@param message mime.Part|string
---@param options? mailbox.AppendOptions
---@return string
function mailbox.append(path, message, options) end

return mailbox
