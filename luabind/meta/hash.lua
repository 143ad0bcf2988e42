---@meta hash
-- Made from moonpost's binding table by `moonpost types`.

---@class hash.Options
---@field raw? boolean give octets instead of hexadecimal digits

---Sums, signatures and random tokens, in hexadecimal digits unless `raw = true` asks for octets. Base64 is in `mime.base64`.
---@class hashlib
local hash = {}

---Signs a text with a secret key (RFC 2104): only who has the key can make or check the signature. For links that nobody shall guess, such as those to unsubscribe.
---```lua
---print(hash.hmac("sha256", "key", "ann"):sub(1, 16)) --> 9d77c3180ff81edf
---```
---@param algorithm "md5"|"sha1"|"sha256"|"sha512"
---@param key string
---@param text string
---@param options? hash.Options
---@return string
function hash.hmac(algorithm, key, text, options) end

---Compares two secrets in a time that does not tell where they differ.
---```lua
---print(hash.equal(hash.md5("a"), hash.md5("a"))) --> true
---```
---@param a string
---@param b string
---@return boolean
function hash.equal(a, b) end

---Random octets that nobody can guess, as twice as many hexadecimal digits; 16 make a good token.
---```lua
---print(#hash.random(16)) --> 32
---```
---@param octets integer
---@param options? hash.Options
---@return string
function hash.random(octets, options) end

---A random UUID (RFC 9562 version 4).
---```lua
---print(#hash.uuid()) --> 36
---```
---@return string
function hash.uuid() end

---The sum of a file, which is not held in memory.
---```lua
---print(hash.file("crc32", "report.pdf")) --> ff61c21e
---```
---@param algorithm "md5"|"sha1"|"sha256"|"sha512"|"crc32"
---@param path string
---@param options? hash.Options
---@return string
function hash.file(algorithm, path, options) end

---The MD5 sum, for systems that ask for it; it protects from nobody.
---```lua
---print(hash.md5("moonpost"):sub(1, 8)) --> bd3feb92
---```
---@param text string
---@param options? hash.Options
---@return string
function hash.md5(text, options) end

---The SHA-1 sum, for systems that ask for it; it protects from nobody.
---```lua
---print(hash.sha1("moonpost"):sub(1, 8)) --> e450e8ea
---```
---@param text string
---@param options? hash.Options
---@return string
function hash.sha1(text, options) end

---The SHA-256 sum.
---```lua
---print(hash.sha256("moonpost"):sub(1, 8)) --> 7cdbb926
---```
---@param text string
---@param options? hash.Options
---@return string
function hash.sha256(text, options) end

---The SHA-512 sum.
---```lua
---print(hash.sha512("moonpost"):sub(1, 8)) --> 81bceb8e
---```
---@param text string
---@param options? hash.Options
---@return string
function hash.sha512(text, options) end

---The CRC-32 sum as in zip and gzip, against accidents only.
---```lua
---print(hash.crc32("moonpost"):sub(1, 8)) --> f75c913d
---```
---@param text string
---@param options? hash.Options
---@return string
function hash.crc32(text, options) end

return hash
