---@meta bit
-- Made from moonpost's binding table by `moonpost types`.

---Operations on the bits of numbers, as in LuaJIT. Numbers are taken modulo 2^32; results are signed, from -2^31 to 2^31 - 1.
---@class bitlib
bit = {}

---Shifts right by n bits (modulo 32), and fills up with the highest bit.
---```lua
---print(bit.arshift(-256, 8)) --> -1
---```
---@param x number
---@param n integer
---@return integer
function bit.arshift(x, n) end

---Gives the bits that all have.
---```lua
---print(bit.band(12, 10)) --> 8
---```
---@param x number
---@param ... number
---@return integer
function bit.band(x, ...) end

---Turns all bits over.
---```lua
---print(bit.bnot(0)) --> -1
---```
---@param x number
---@return integer
function bit.bnot(x) end

---Gives the bits that any has.
---```lua
---print(bit.bor(1, 2, 8)) --> 11
---```
---@param x number
---@param ... number
---@return integer
function bit.bor(x, ...) end

---Turns the order of the four bytes over.
---```lua
---print(bit.tohex(bit.bswap(0x12345678))) --> 78563412
---```
---@param x number
---@return integer
function bit.bswap(x) end

---Gives the bits that an odd number of them has.
---```lua
---print(bit.bxor(12, 10)) --> 6
---```
---@param x number
---@param ... number
---@return integer
function bit.bxor(x, ...) end

---Shifts left by n bits (modulo 32).
---```lua
---print(bit.lshift(1, 4)) --> 16
---```
---@param x number
---@param n integer
---@return integer
function bit.lshift(x, n) end

---Rotates left by n bits.
---```lua
---print(bit.tohex(bit.rol(0x12345678, 12))) --> 45678123
---```
---@param x number
---@param n integer
---@return integer
function bit.rol(x, n) end

---Rotates right by n bits.
---```lua
---print(bit.tohex(bit.ror(0x12345678, 12))) --> 67812345
---```
---@param x number
---@param n integer
---@return integer
function bit.ror(x, n) end

---Shifts right by n bits (modulo 32), and fills up with zeros.
---```lua
---print(bit.rshift(256, 4)) --> 16
---```
---@param x number
---@param n integer
---@return integer
function bit.rshift(x, n) end

---Gives the number as all others give theirs.
---```lua
---print(bit.tobit(0xffffffff)) --> -1
---```
---@param x number
---@return integer
function bit.tobit(x) end

---Gives the lowest n hexadecimal digits (8); with a negative n in capitals.
---```lua
---print(bit.tohex(255, 4), bit.tohex(-1, -2)) --> 00ff	FF
---```
---@param x number
---@param n? integer
---@return string
function bit.tohex(x, n) end

return bit
