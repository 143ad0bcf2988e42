---@meta fs
-- Made from moonpost's binding table by `moonpost types`.

---@class fs.RemoveOptions
---@field recursive? boolean remove a folder with all that is in it

---Files and folders, named relative to the working directory; `script.path` names what lies beside the script. What fails raises an error of kind "io" that gives the full path.
---@class fslib
local fs = {}

---The content of a file.
---@param path string
---@return string
function fs.read(path) end

---Writes a file as a whole: who reads it meanwhile sees the old content or the new, and so does who finds it after a crash. An existing file keeps its mode; a link's target and a device are written in place.
---@param path string
---@param content string
function fs.write(path, content) end

---Writes at the end of a file, which is made where there is none.
---@param path string
---@param content string
function fs.append(path, content) end

---Whether there is a file or folder of that name.
---@param path string
---@return boolean
function fs.exists(path) end

---What is known of a file or folder; nil where there is none. A link is what it leads to.
---@param path string
---@return { size: integer, modified: time.Time, type: "file"|"folder"|"other", mode: string }?
function fs.stat(path) end

---The names that fit a pattern, sorted: `*`, `?` and `[a-z]` within a name, `{pdf,png}` for one of several, `**` for folders within folders. Names that begin with a dot need a pattern that does.
---@param pattern string
---@return string[]
function fs.glob(pattern) end

---The names in a folder, sorted; without a path those in the working directory.
---@param path? string
---@return string[]
function fs.list(path) end

---Makes a folder and those that lead to it; one that exists is no error.
---@param path string
function fs.mkdir(path) end

---Renames a file or folder; where `to` is a folder, moves into it. A file of that name is replaced.
---@param from string
---@param to string
function fs.move(from, to) end

---Copies a file, as a whole like write; where `to` is a folder, into it. The copy has the mode of the original.
---@param from string
---@param to string
function fs.copy(from, to) end

---Removes a file or an empty folder, with `recursive = true` also what is in it. Gives false where there was nothing.
---@param path string
---@param options? fs.RemoveOptions
---@return boolean
function fs.remove(path, options) end

---Puts names together with one separator between them; an absolute name begins anew.
---@param first string
---@param ... string
---@return string
function fs.join(first, ...) end

---The last name of a path.
---@param path string
---@return string
function fs.basename(path) end

---A path without its last name.
---@param path string
---@return string
function fs.dirname(path) end

---The ending of a name, with its dot; empty where there is none.
---@param path string
---@return string
function fs.ext(path) end

return fs
