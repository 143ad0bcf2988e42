---@meta http
-- Made from moonpost's binding table by `moonpost types`.

---@class http.Options
---@field headers? table<string, string|number|string[]> header fields; a list sends one field for each element
---@field query? table<string, string|number|boolean|string[]>|string added to the query of the address; a table is escaped, a text stays as it is
---@field body? string what is sent
---@field json? any a value that is sent as JSON, with its Content-Type
---@field form? table<string, string|number|boolean|string[]> fields that are sent as a web form is, with its Content-Type
---@field files? table<string, string|http.File|(string|http.File)[]> files that are sent as a web form with files is (multipart/form-data), by the form's fields: a path, a table of path or data with filename and type, or a list of these; the fields of form go along
---@field timeout? number|string longest wait for the whole answer, redirects included (default 30s)
---@field retry? integer how often the request is made again, after 1s, 2s, 4s … or as Retry-After asks, up to a minute, when nobody answers or the status is 408, 425, 429, 500, 502, 503 or 504; POST and PATCH only when they were not begun with: no connection, 429, 503 (default 0)
---@field max_size? integer|string octets of the answer's body, decompressed; more is an error (default 10MB, 1GB with save)
---@field redirects? integer how many redirects are followed; 0 gives the redirect itself (default 10)
---@field save? string file that takes the body of an answer with a status of 200 to 299, as a whole or not at all; body is empty then
---@field user? string user name to log in with (Basic)
---@field password? string password to log in with
---@field token? string token to log in with (Bearer)
---@field allow_insecure_auth? boolean send a password or token over clear text to a host that isn't loopback
---@field server_name? string the name that the certificate must bear, where it isn't host
---@field ca_file? string PEM file with the certificate authorities to trust instead of the system's
---@field client_cert? string PEM file with the client certificate
---@field client_key? string PEM file with the client certificate's key (default client_cert)
---@field pin? string|string[] public keys to accept, as sha256//BASE64, besides the verification
---@field insecure? boolean skip the verification of the certificate; logged
---@field proxy? string go through socks5://user:password@host:port or an http://… proxy; the environment's proxies are not asked (default none)

---@class http.File
---@field path? string the file
---@field data? string what is in it, instead of a path
---@field filename? string its name for the server (default that of the path, else the field's)
---@field type? string its media type, such as text/csv (default found out by name and content)

---@class http.Request
---@field method? string GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS or one of the server's own (default GET, with a body POST)
---@field url string the address
---@field headers? table<string, string|number|string[]> header fields; a list sends one field for each element
---@field query? table<string, string|number|boolean|string[]>|string added to the query of the address; a table is escaped, a text stays as it is
---@field body? string what is sent
---@field json? any a value that is sent as JSON, with its Content-Type
---@field form? table<string, string|number|boolean|string[]> fields that are sent as a web form is, with its Content-Type
---@field files? table<string, string|http.File|(string|http.File)[]> files that are sent as a web form with files is (multipart/form-data), by the form's fields: a path, a table of path or data with filename and type, or a list of these; the fields of form go along
---@field timeout? number|string longest wait for the whole answer, redirects included (default 30s)
---@field retry? integer how often the request is made again, after 1s, 2s, 4s … or as Retry-After asks, up to a minute, when nobody answers or the status is 408, 425, 429, 500, 502, 503 or 504; POST and PATCH only when they were not begun with: no connection, 429, 503 (default 0)
---@field max_size? integer|string octets of the answer's body, decompressed; more is an error (default 10MB, 1GB with save)
---@field redirects? integer how many redirects are followed; 0 gives the redirect itself (default 10)
---@field save? string file that takes the body of an answer with a status of 200 to 299, as a whole or not at all; body is empty then
---@field user? string user name to log in with (Basic)
---@field password? string password to log in with
---@field token? string token to log in with (Bearer)
---@field allow_insecure_auth? boolean send a password or token over clear text to a host that isn't loopback
---@field server_name? string the name that the certificate must bear, where it isn't host
---@field ca_file? string PEM file with the certificate authorities to trust instead of the system's
---@field client_cert? string PEM file with the client certificate
---@field client_key? string PEM file with the client certificate's key (default client_cert)
---@field pin? string|string[] public keys to accept, as sha256//BASE64, besides the verification
---@field insecure? boolean skip the verification of the certificate; logged
---@field proxy? string go through socks5://user:password@host:port or an http://… proxy; the environment's proxies are not asked (default none)

---The answer of a web server.
---@class http.Response
---@field status integer the status, such as 200 or 404
---@field reason string the word for it, such as "Not Found"
---@field ok boolean whether the status is below 400
---@field headers table<string, string> the header fields; names are found in any case, several values of one are joined by ", "
---@field body string the octets of the body, decompressed; empty where they went into a file
---@field size integer octets of the body
---@field saved boolean whether the body went into the file of `save`
---@field url string the address that answered, after redirects
---@field certificate_ends time.Time? until when the certificate of that server is good; nil without TLS
local http_Response = {}

---Reads the body as json.decode does; an answer that is no JSON raises.
---```lua
---print(http.get("https://api.example.com/orders"):json()[1].total) --> 12.5
---```
---@param options? json.DecodeOptions
---@return any
function http_Response:json(options) end

---The body in UTF-8, from the charset that the answer names; without a name UTF-8 or else windows-1252.
---```lua
---print(http.get("https://www.example.com/"):text()) --> Grüße
---```
---@return string
function http_Response:text() end

---All values of a header field, in their order.
---```lua
---print(#http.get("https://www.example.com/"):get_all("Set-Cookie")) --> 2
---```
---@param name string
---@return string[]
function http_Response:get_all(name) end

---Raises an error of kind "http", with the status in `code`, for a status of 400 and above; else gives the answer back.
---```lua
---print(http.get("https://www.example.com/"):raise_for_status().status) --> 200
---```
---@return http.Response
function http_Response:raise_for_status() end

---Requests to web servers. An answer is a value whatever its status; no answer, or one beyond the limits, raises an error of kind "http" whose `stage` is dns, connect, proxy, tls, timeout, size, redirect, response or, by raise_for_status, status. Certificates are verified. Redirects are followed, but passwords, tokens and other header fields go to the origin that the script names alone, and never from https to http. Errors show neither query nor user nor what looks like a token in the address.
---@class httplib
local http = {}

---Asks for what is at an address.
---```lua
---local r = http.get("https://api.example.com/orders", { query = { since = "2026-10-01" }, token = "t0ken" })
---print(r.status, r.headers["content-type"], r:json()[1].total) --> 200 application/json 12.5
---```
---@param url string
---@param options? http.Options
---@return http.Response
function http.get(url, options) end

---Sends a body to an address. Options may stand in the body's place: `json` and `form` make a body of a table, `files` one of files.
---```lua
---local r = http.post("https://hooks.example.com/notify", { json = { text = "6 sent" } })
---print(r.status) --> 200
---```
---@param url string
---@param body? string|http.Options
---@param options? http.Options
---@return http.Response
function http.post(url, body, options) end

---Puts a body to an address; arguments are those of http.post.
---```lua
---print(http.put("https://api.example.com/orders/7", { json = { total = 12.5 } }).status) --> 200
---```
---@param url string
---@param body? string|http.Options
---@param options? http.Options
---@return http.Response
function http.put(url, body, options) end

---Changes what is at an address; arguments are those of http.post.
---```lua
---print(http.patch("https://api.example.com/orders/7", { json = { paid = true } }).ok) --> true
---```
---@param url string
---@param body? string|http.Options
---@param options? http.Options
---@return http.Response
function http.patch(url, body, options) end

---Removes what is at an address.
---```lua
---print(http.delete("https://api.example.com/orders/7", { user = "ann", password = "secret" }).status) --> 200
---```
---@param url string
---@param options? http.Options
---@return http.Response
function http.delete(url, options) end

---Asks for the header fields alone.
---```lua
---print(http.head("https://api.example.com/orders").headers["content-type"]) --> application/json
---```
---@param url string
---@param options? http.Options
---@return http.Response
function http.head(url, options) end

---Makes a request of any method.
---```lua
---local r = http.request{ method = "DELETE", url = "https://api.example.com/orders/7", user = "ann", password = "secret" }
---print(r.status, r.ok) --> 200 true
---```
---@param request http.Request
---@return http.Response
function http.request(request) end

return http
