local function main()
  greet("Ann")
end

main()

local function greet(name)
  print("Hello " .. name)
end
