local Letter = { to = "ann@example.org" }
function Letter:greeting() return "Dear " .. self.to end
print(Letter.greeting())
