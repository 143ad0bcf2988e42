---@meta utf8
-- Made from moonpost's binding table by `moonpost types`.

---Characters of UTF-8 text, as in Lua 5.3. The library `string` counts bytes and knows ASCII letters only; positions are in bytes here, too.
---@class utf8lib
---@field charpattern string The pattern that matches one character, for `string.gmatch` and the like.
utf8 = {}

---Gives the characters with these code points.
---```lua
---print(utf8.char(0x20AC, 33)) --> €!
---```
---@param ... integer
---@return string
function utf8.char(...) end

---Gives the code points of the characters that begin between the bytes i (1) and j (i).
---```lua
---print(utf8.codepoint("€!", 1, -1)) --> 8364	33
---```
---@param s string
---@param i? integer
---@param j? integer
---@return integer ...
function utf8.codepoint(s, i, j) end

---Iterates over the characters: the byte where each begins, and its code point. Bytes that are no UTF-8 raise.
---```lua
---for p, c in utf8.codes("ä!") do io.write(p, ":", c, " ") end --> 1:228 3:33
---```
---@param s string
---@return fun(): integer
---@return integer
function utf8.codes(s) end

---Counts the characters that begin between the bytes i (1) and j (-1), or gives nil and the byte where the text is no UTF-8.
---```lua
---print(utf8.len("Grüße"), #"Grüße") --> 5	7
---```
---@param s string
---@param i? integer
---@param j? integer
---@return integer?
---@return integer?
function utf8.len(s, i, j) end

---Gives the text in small letters, of all scripts. Bytes that are no UTF-8 stay as they are.
---```lua
---print(utf8.lower("ÄRGER")) --> ärger
---```
---@param s string
---@return string
function utf8.lower(s) end

---Gives the byte where the n-th character from byte i on begins; n counts back from the end when it is negative, and 0 asks for the character that byte i lies in.
---```lua
---print(("Grüße"):sub(1, utf8.offset("Grüße", 4) - 1)) --> Grü
---```
---@param s string
---@param n integer
---@param i? integer
---@return integer?
function utf8.offset(s, n, i) end

---Gives the text in capitals, of all scripts. Bytes that are no UTF-8 stay as they are.
---```lua
---print(utf8.upper("ärger")) --> ÄRGER
---```
---@param s string
---@return string
function utf8.upper(s) end

---Tells whether the text is UTF-8.
---```lua
---print(utf8.valid("ä"), utf8.valid("\228")) --> true	false
---```
---@param s string
---@return boolean
function utf8.valid(s) end

return utf8
