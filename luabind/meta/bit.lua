---@meta bit
-- Made from moonpost's binding table by `moonpost types`.

---Operations on the bits of numbers, as in LuaJIT. Numbers are taken modulo 2^32; results are signed, from -2^31 to 2^31 - 1.
---@class bitlib
bit = {}

---Shifts right by n bits (modulo 32), and fills up with the highest bit.
---@param x number
---@param n integer
---@return integer
function bit.arshift(x, n) end

---Gives the bits that all have.
---@param x number
---@param ... number
---@return integer
function bit.band(x, ...) end

---Turns all bits over.
---@param x number
---@return integer
function bit.bnot(x) end

---Gives the bits that any has.
---@param x number
---@param ... number
---@return integer
function bit.bor(x, ...) end

---Turns the order of the four bytes over.
---@param x number
---@return integer
function bit.bswap(x) end

---Gives the bits that an odd number of them has.
---@param x number
---@param ... number
---@return integer
function bit.bxor(x, ...) end

---Shifts left by n bits (modulo 32).
---@param x number
---@param n integer
---@return integer
function bit.lshift(x, n) end

---Rotates left by n bits.
---@param x number
---@param n integer
---@return integer
function bit.rol(x, n) end

---Rotates right by n bits.
---@param x number
---@param n integer
---@return integer
function bit.ror(x, n) end

---Shifts right by n bits (modulo 32), and fills up with zeros.
---@param x number
---@param n integer
---@return integer
function bit.rshift(x, n) end

---Gives the number as all others give theirs.
---@param x number
---@return integer
function bit.tobit(x) end

---Gives the lowest n hexadecimal digits (8); with a negative n in capitals.
---@param x number
---@param n? integer
---@return string
function bit.tohex(x, n) end

return bit
