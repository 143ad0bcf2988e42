local function check(n)
  if n > 2 then
    error{ code = 550, reason = "too many", password = "hunter2" }
  end
end

check(3)
