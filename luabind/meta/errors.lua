---@meta
-- Made from moonpost's binding table by `moonpost types`.

---An error object: what pcall gives when a moonpost call fails. tostring(e) is one line.
---@class moonpost.Error
---@field kind string family of the error, such as "auth", "recipients_refused", "timeout", "argument" or "script"
---@field code integer? the server's reply code
---@field enhanced string? the enhanced status code (RFC 3463), such as "5.1.1"
---@field message string the server's words verbatim, else the error's text
---@field stage string? the stage of the session in which it happened
---@field temporary boolean? true when trying again later may help
---@field delivered boolean|string|nil false, true, or "unknown" when the final reply was lost
---@field sender string? the envelope sender
---@field recipients table<string, smtp.Refusal>? refused recipients with code, enhanced and message
---@field mechanism string? the authentication mechanism tried last
---@field attempts smtp.Attempt[]? every mechanism tried, with code, enhanced and message
---@field host string? the server as host:port, or the path of its socket
---@field path string? the file
---@field hint string? what to do about it
---@field traceback string? where in the script it was raised

---The script's arguments; arg[0] is its name.
---@type table<integer, string>
arg = {}
