package luabind

import "testing"

func TestURL(t *testing.T) {
	checkModule(t, map[string]string{
		`print(url.encode("a b/ü"), url.encode(5), url.encode(true), url.decode("a%20b%2Fc+d"))`:                                                                                           "a%20b%2F%C3%BC\t5\ttrue\ta b/c+d",
		`local u = url.parse("https://ann:pw@example.org:8443/a%20b?x=1&x=2&y=z+z#top"); print(u.scheme, u.user, u.password, u.host, u.port, u.path, u.query.x[2], u.query.y, u.fragment)`: "https\tann\tpw\texample.org\t8443\t/a%20b\t2\tz z\ttop",
		`local u = url.parse("/a"); print(u.scheme, u.host, u.port, u.path, next(u.query))`:                                                                                                "nil\tnil\tnil\t/a\tnil",
		`local s = "https://ann:p%40w@example.org:8443/a%2Fb?x=1&x=2#top"; print(url.build(url.parse(s)) == s)`:                                                                            "true",
		`print(url.build{ scheme = "https", host = "bücher.example", path = "über", query = { b = true, a = { 1, "x y" }, id = 12345678 } })`:                                              "https://xn--bcher-kva.example/%C3%BCber?a=1&a=x%20y&b=true&id=12345678",
		`print(url.build{ scheme = "https", host = "h.example", query = "?a=b+c" })`:                                                                                                       "https://h.example?a=b%20c",
		`print(url.query{ x = 1e6, list = {} }, url.query{})`:                                                                                                                              "x=1000000\t",
		`print(url.parse_query("a=1&a=2&b").a[1], url.parse_query("").a)`:                                                                                                                  "1\tnil",
		`print(url.join("https://example.org/a/b", "../c"))`:                                                                                                                               "https://example.org/c",
	})
}

func TestURLErrors(t *testing.T) {
	checkModule(t, map[string]string{
		`url.encode()`:                       "error: url.encode: text must be a string, a number or a boolean, got nothing",
		`url.encode({})`:                     "error: url.encode: text must be a string, a number or a boolean, got a table",
		`url.decode("%zz")`:                  `error: url.decode: "%zz" is not %XX`,
		`url.parse("https://u:s3cret@h:x/")`: `error: url.parse: "https://u:****@h:x/" is no URL: invalid port`,
		`url.parse("http://h/\r\nX: y")`:     `error: url.parse: "http://h/\r\nX: y" holds a line break or another control character`,
		`url.parse("http://h/?a=%zz")`:       `error: url.parse: the query has a percent sign without two hexadecimal digits in "a"`,
		`url.parse()`:                        "error: url.parse: text must be a string, got nothing",
		`url.build()`:                        "error: url.build: parts must be a table, got nothing",
		`url.build{ hots = "x" }`:            `error: url.build: unknown option "hots"; did you mean "host"?`,
		`url.build{ host = "a\r\nb" }`:       `error: url.build: host "a\r\nb" is no name and no address`,
		`url.build{ scheme = "https", host = "h", path = "/a\r\nX: y" }`: "error: url.build: path and fragment must not hold line breaks or other control characters",
		`url.build{ host = "h", port = 99999 }`:                          `error: url.build: option "port" must be between 0 and 65535, got 99999`,
		`url.build{ host = "h", password = "s3cret" }`:                   "error: url.build: a password needs a user",
		`url.build{ host = "h", user = "u", password = { "s3cret" } }`:   `error: url.build: option "password" must be a string, got a table`,
		`url.build{ host = "h", query = 5 }`:                             `error: url.build: option "query" must be a table or a string, got a number`,
		`url.query{ 1 }`:                                                 "error: url.query: the names of a query are strings, got a number",
		`url.query{ a = { b = 1 } }`:                                     `error: url.query: the query's "a" must be a value or a list, got a table with the key "b"`,
		`url.query{ a = { {} } }`:                                        `error: url.query: the query's "a[1]" must be a string, a number or a boolean, got a table`,
		`url.query{ a = 0/0 }`:                                           `error: url.query: the query's "a" must be a string, a number or a boolean, got a number`,
		`url.join("/x", "y")`:                                            `error: url.join: the base "/x" must begin with a scheme, such as https://`,
	})
}
