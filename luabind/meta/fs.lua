---@meta fs
-- Made from moonpost's binding table by `moonpost types`.

---@class fs.RemoveOptions
---@field recursive? boolean remove a folder with all that is in it

---Files and folders, named relative to the working directory; `script.path` names what lies beside the script. What fails raises an error of kind "io" that gives the full path.
---@class fslib
local fs = {}

---The content of a file.
---```lua
---print(#fs.read("report.pdf") > 0) --> true
---```
---@param path string
---@return string
function fs.read(path) end

---Writes a file as a whole: who reads it meanwhile sees the old content or the new, and so does who finds it after a crash. An existing file keeps its mode and owner; a link's target and a device are written in place.
---```lua
---fs.write("total.txt", "42\n")
---print(fs.read("total.txt")) --> 42
---```
---@param path string
---@param content string
function fs.write(path, content) end

---Writes at the end of a file, which is made where there is none.
---```lua
---fs.append("sent.log", "ann\n")
---print(fs.read("sent.log")) --> ann
---```
---@param path string
---@param content string
function fs.append(path, content) end

---Whether there is a file or folder of that name.
---```lua
---print(fs.exists("no such file")) --> false
---```
---@param path string
---@return boolean
function fs.exists(path) end

---What is known of a file or folder; nil where there is none. A link is what it leads to.
---```lua
---print(fs.stat("report.pdf").type, fs.stat("no such file")) --> file	nil
---```
---@param path string
---@return { size: integer, modified: time.Time, type: "file"|"folder"|"other", mode: string }?
function fs.stat(path) end

---The names that fit a pattern, sorted: `*`, `?`, `[a-z]` and `[!a-z]` within a name, `{pdf,png}` for one of several, `**` for folders within folders; a `/` at the end finds folders alone, and a backslash takes the meaning from what follows it. Names that begin with a dot need a pattern that does.
---```lua
---print(table.concat(fs.glob("*.{pdf,png}"), " ")) --> logo.png report.pdf
---```
---@param pattern string
---@return string[]
function fs.glob(pattern) end

---The names in a folder, sorted; without a path those in the working directory.
---```lua
---fs.mkdir("out/a")
---print(table.concat(fs.list("out"), " ")) --> a
---```
---@param path? string
---@return string[]
function fs.list(path) end

---Makes a folder and those that lead to it; one that exists is no error.
---```lua
---fs.mkdir("reports/2026/10")
---```
---@param path string
function fs.mkdir(path) end

---Renames a file or folder; where `to` is a folder, moves into it. A file of that name is replaced.
---```lua
---fs.write("new.txt", "x")
---fs.move("new.txt", "done.txt")
---print(fs.exists("new.txt"), fs.read("done.txt")) --> false	x
---```
---@param from string
---@param to string
function fs.move(from, to) end

---Copies a file, as a whole like write; where `to` is a folder, into it. The copy has the mode of the original.
---```lua
---fs.mkdir("kept")
---fs.copy("report.pdf", "kept")
---print(fs.stat("kept/report.pdf").size == fs.stat("report.pdf").size) --> true
---```
---@param from string
---@param to string
function fs.copy(from, to) end

---Removes a file or an empty folder, with `recursive = true` also what is in it. Gives false where there was nothing.
---```lua
---fs.write("old.txt", "x")
---print(fs.remove("old.txt"), fs.remove("old.txt")) --> true	false
---```
---@param path string
---@param options? fs.RemoveOptions
---@return boolean
function fs.remove(path, options) end

---Puts names together with one separator between them; an absolute name begins anew.
---```lua
---print(fs.join("out", "2026", "a.pdf")) --> out/2026/a.pdf
---```
---@param first string
---@param ... string
---@return string
function fs.join(first, ...) end

---The whole path of a file, from the root, which means the same wherever the script is started. Nothing need be there.
---```lua
---print(fs.absolute("out/a.pdf") == fs.absolute("./out//a.pdf"), fs.absolute("/tmp/a.pdf")) --> true	/tmp/a.pdf
---```
---@param path string
---@return string
function fs.absolute(path) end

---The last name of a path.
---```lua
---print(fs.basename("out/a.pdf")) --> a.pdf
---```
---@param path string
---@return string
function fs.basename(path) end

---A path without its last name.
---```lua
---print(fs.dirname("out/a.pdf")) --> out
---```
---@param path string
---@return string
function fs.dirname(path) end

---The ending of a name, with its dot; empty where there is none.
---```lua
---print(fs.ext("out/a.tar.gz")) --> .gz
---```
---@param path string
---@return string
function fs.ext(path) end

return fs
