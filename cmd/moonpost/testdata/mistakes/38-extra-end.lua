local function f()
  print("x")
end
end
