local ready = true
if ready
  print("go")
end
