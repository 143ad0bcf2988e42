-- People and what they ordered.
local people = {
  { name = "Ann" },
  { name = "Bob" }
print(#people)
