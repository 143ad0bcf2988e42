package luatext

import "testing"

// TestMask leaves out what may be a secret, and moves the caret along.
func TestMask(t *testing.T) {
	for line, want := range map[string]string{
		`smtp.connect{ user = "u", password = "hunter2", prot = 1 }`:     `smtp.connect{ user = "u", password = "****", prot = 1 }`,
		`smtp.connect{ password = 'hunter2' .. "more", user = "u" }`:     `smtp.connect{ password = '****' .. "****", user = "u" }`,
		`local o = { ["api_key"] = "k", name = "n" }`:                    `local o = { ["api_key"] = "****", name = "n" }`,
		`conn:login("user", "hunter2")`:                                  `conn:login("****", "****")`,
		`smtp.connect("smtps://u:hunter2@mail.example.org")`:             `smtp.connect("smtps://u:****@mail.example.org")`,
		`sql.open("mysql://u:hun/ter@2@db.example.org/x")`:               `sql.open("mysql://u:****@db.example.org/x")`,
		`proxy = "http://me:wrong-one@" .. env.PROXY_ADDR`:               `proxy = "http://me:****@" .. env.PROXY_ADDR`,
		`smtp.connect{ password = "hunter2`:                              `smtp.connect{ password = "****"`,
		`smtp.connect{ password = [[hunter2]] }`:                         `smtp.connect{ password = "****" }`,
		`smtp.connect{ password = { "hunter2" } }`:                       `smtp.connect{ password = { "****" } }`,
		`smtp.connect{ password = env.PASS, host = "mail.example.org" }`: `smtp.connect{ password = env.PASS, host = "mail.example.org" }`,
		`mime.text("a", "b")`:                                            `mime.text("a", "b")`,
		`get("https://a.example.org/x?day=1&api-key=hunter2#top")`:       `get("https://a.example.org/x?day=1&api-key=****#top")`,
		`get("https://a.example.org/x?Sig=hunter2&keys=3")`:              `get("https://a.example.org/x?Sig=****&keys=3")`,
		`if token == "hunter2" then`:                                     `if token == "****" then`,
		`set_password("hunter2")`:                                        `set_password("****")`,
		`# a comment`:                                                    `# a comment`,
	} {
		if got, _ := Mask(line, Span{}); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", line, got, want)
		}
	}
	line, s := Mask(`f{ password = "hunter2", prot = 1 }`, Span{Column: 26, EndColumn: 30})
	if got := line[s.Column-1 : s.EndColumn-1]; got != "prot" {
		t.Errorf("the caret stands at %q", got)
	}
}
