local function load()
  local settings
  return settings.relay
end

local ok, err = pcall(load)
if not ok then
  print("cannot load the settings")
  error(err, 0)
end
