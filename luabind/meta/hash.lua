---@meta hash
-- Made from moonpost's binding table by `moonpost types`.

---@class hash.Options
---@field raw? boolean give octets instead of hexadecimal digits

---Sums, signatures and random tokens, in hexadecimal digits unless `raw = true` asks for octets. Base64 is in `mime.base64`.
---@class hashlib
local hash = {}

---Signs a text with a secret key (RFC 2104): only who has the key can make or check the signature. For links that nobody shall guess, such as those to unsubscribe.
---@param algorithm "md5"|"sha1"|"sha256"|"sha512"
---@param key string
---@param text string
---@param options? hash.Options
---@return string
function hash.hmac(algorithm, key, text, options) end

---Compares two secrets in a time that does not tell where they differ.
---@param a string
---@param b string
---@return boolean
function hash.equal(a, b) end

---Random octets that nobody can guess, as twice as many hexadecimal digits; 16 make a good token.
---@param octets integer
---@param options? hash.Options
---@return string
function hash.random(octets, options) end

---A random UUID (RFC 9562 version 4).
---@return string
function hash.uuid() end

---The sum of a file, which is not held in memory.
---@param algorithm "md5"|"sha1"|"sha256"|"sha512"|"crc32"
---@param path string
---@param options? hash.Options
---@return string
function hash.file(algorithm, path, options) end

---The MD5 sum, for systems that ask for it; it protects from nobody.
---@param text string
---@param options? hash.Options
---@return string
function hash.md5(text, options) end

---The SHA-1 sum, for systems that ask for it; it protects from nobody.
---@param text string
---@param options? hash.Options
---@return string
function hash.sha1(text, options) end

---The SHA-256 sum.
---@param text string
---@param options? hash.Options
---@return string
function hash.sha256(text, options) end

---The SHA-512 sum.
---@param text string
---@param options? hash.Options
---@return string
function hash.sha512(text, options) end

---The CRC-32 sum as in zip and gzip, against accidents only.
---@param text string
---@param options? hash.Options
---@return string
function hash.crc32(text, options) end

return hash
