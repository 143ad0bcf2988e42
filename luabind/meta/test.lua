---@meta test
-- Made from moonpost's binding table by `moonpost types`.

---@class test.RunOptions
---@field sink? sink.Server where all its mail goes; without one, and unless dry, nothing can be connected
---@field args? string[] its arguments, flags of moonpost run among them
---@field env? table<string, string> its environment, besides PATH, HOME and TMPDIR
---@field files? table<string, string> files in its working directory: contents by path
---@field now? number|string where its wall clock stands (default 2026-01-01T12:00:00Z)
---@field kill_after? integer kill it when the sink has taken so many messages, before the last one's reply
---@field stdin? string what it reads from standard input
---@field timeout? number|string kill it after this time (default that of the case)
---@field dry? boolean run it with --dry-run (default false)
---@field work? boolean run it as moonpost work --once does: it delivers what was put (default false)
---@field dir? string its working directory (default t.dir)

---A running case. What is checked comes first, what is expected second; a last text, where one is given, stands before the failure.
---@class test.T
---@field name string the case's name
---@field dir string the folder in which the case's scripts run, empty at its beginning; it goes with the case
local test_T = {}

---Fails when the value is nil or false; gives the value.
---```lua
---t:ok(#list > 0, "the list is empty")
---```
---@param value any
---@param text? string
---@return any
function test_T:ok(value, text) end

---Fails when the two differ. Tables are compared by what they hold; the failure shows where they differ, for long texts by lines.
---```lua
---t:equal({ 1, { a = "x" } }, { 1, { a = "x" } })
---```
---@param got any
---@param want any
---@param text? string
function test_T:equal(got, want, text) end

---Fails when no Lua pattern is found in the text; gives the captures as string.match does.
---```lua
---local id = t:match("order 4711", "order (%d+)")
---```
---@param text string
---@param pattern string
---@return string
function test_T:match(text, pattern) end

---Calls a function, which must raise: anything, or an error of the kind or with a text that fits the Lua pattern given before it. What follows the function are its arguments. Gives what was raised.
---```lua
---local e = t:raises("argument", smtp.connect, { prot = 25 })
---```
---@param what string|function
---@param ... any
---@return any
function test_T:raises(what, ...) end

---Compares a message or a text with the file of that name in the folder testdata beside the test. What differs from run to run (Date, Message-ID, boundaries, made identifiers, DKIM signatures) is masked. `moonpost test --update` writes the file.
---```lua
---t:golden("hello.txt", "Hello\n")
---```
---@param name string
---@param content string|mime.Part
function test_T:golden(name, content) end

---Fails.
---```lua
---if #arg > 9 then t:fail("too many") end
---```
---@param text string
function test_T:fail(text) end

---Ends the case as one that cannot be checked here.
---```lua
---if env.get("NETWORK") == "none" then t:skip("no network") end
---```
---@param reason string
function test_T:skip(reason) end

---Writes a line that is shown with a failure and with --verbose, as print does.
---```lua
---t:log("so far") --> so far
---```
---@param ... any
function test_T:log(...) end

---Runs at the end of the case, however it ends; the last one first.
---```lua
---t:defer(function() os.remove("x") end)
---```
---@param body fun()
function test_T:defer(body) end

---Gives a new empty folder, which goes with the case.
---```lua
---local folder = t:tempdir()
---```
---@return string
function test_T:tempdir() end

---Runs a script as `moonpost run` would, in a process of its own: all its mail goes to the sink, its wall clock stands still but for its waits, its identifiers are always the same, and its environment holds little but `env`. The script is named relative to the test; it runs in the folder `t.dir`.
---```lua
---local r = t:run("news.lua", { sink = sink.start(), args = { "--issue", "t1" }, files = { ["people.csv"] = "email\nann@x.test\n" } })
---```
---@param script string
---@param options? test.RunOptions
---@return test.Run
function test_T:run(script, options) end

---How a script ended that t:run ran.
---@class test.Run
---@field exit integer its exit status; 137 when it was killed
---@field stdout string what it printed
---@field stderr string what it wrote to standard error
---@field error string? the uncaught error, with file and line
---@field seconds number how long it ran
---@field killed boolean whether kill_after ended it
---@field timed_out boolean whether timeout ended it
---@field stopped string? why a batch stopped before its end, such as stop_if or hours
---@field sent integer? mails that its batches sent; nil when it ran none or did not come to its end, as the numbers below
---@field already integer? mails that were sent before
---@field failed integer? mails that stand failed at its end
---@field refused integer? recipients refused for good, of mails that went to others
---@field deferred integer? mails that are due later
---@field in_doubt integer? mails of which nobody knows whether they arrived
---@field suppressed integer? mails whose recipients are on the suppression list
---@field skipped integer? mails for which the script gave nothing to send
---@field duplicate integer? rows with the key of another
---@field changed integer? rows that were others when they were read before
---@field gone integer? mails of earlier runs that are not in the source any more
---@field bad_rows integer? rows without a key
---@field left integer? mails that are still to be sent
local test_Run = {}

---Tests of scripts, in files named *_test.lua that `moonpost test` runs.
---@class testlib
local test = {}

---Declares a case. Cases run in the order in which they are declared. A check that fails ends its case.
---```lua
---test.case("adds", function(t)
---  t:equal(1 + 1, 2)
---end)
---```
---@param name string
---@param body fun(t: test.T)
function test.case(name, body) end

---Runs before each case of the file.
---```lua
---test.before(function(t) t:log("begins") end)
---```
---@param body fun(t: test.T)
function test.before(body) end

return test
