-- What other programs have written, made fit for a mail.
local text = {}

-- Valid UTF-8 without control characters: what is neither stands as U+FFFD.
function text.clean(s)
  s = s:gsub("\r\n", "\n"):gsub("\27%[[%d;]*%a", "") -- colours of terminals
  local parts, from = {}, 1
  while true do
    local length, bad = utf8.len(s, from)
    if length then break end
    parts[#parts + 1] = s:sub(from, bad - 1)
    parts[#parts + 1] = "\239\191\189"
    from = bad + 1
  end
  parts[#parts + 1] = s:sub(from)
  return (table.concat(parts):gsub("[%z\1-\8\11-\31\127]", "\239\191\189"))
end

function text.lines(s)
  local lines = {}
  for line in (s:gsub("\n+$", "") .. "\n"):gmatch("(.-)\n") do
    lines[#lines + 1] = line
  end
  return lines
end

-- The first lines, so many and so large at most, and how many were left out.
function text.head(s, most, size)
  local lines, kept = text.lines(s), {}
  for i = 1, math.min(most, #lines) do
    size = size - #lines[i] - 1
    if size < 0 then break end
    kept[i] = lines[i]
  end
  return table.concat(kept, "\n"), #lines - #kept
end

local function counted(lines)
  local counts = {}
  for _, line in ipairs(lines) do
    counts[line] = (counts[line] or 0) + 1
  end
  return counts
end

local function missing(lines, others, mark, out)
  local left = counted(others)
  for _, line in ipairs(lines) do
    if (left[line] or 0) > 0 then
      left[line] = left[line] - 1
    else
      out[#out + 1] = mark .. line
    end
  end
end

-- The lines that only one of the two texts has, marked as in a diff.
function text.changes(old, new)
  local out, a, b = {}, text.lines(old), text.lines(new)
  missing(a, b, "- ", out)
  missing(b, a, "+ ", out)
  return table.concat(out, "\n")
end

return text
