package luabind

import (
	"strings"
	"testing"
)

func TestLog(t *testing.T) {
	code := `local log = require "log"
		log.debug("starting")
		log.info("row", { line = 7, email = "a@b.example", share = 0.5, ok = true, big = 1e6 })
		log.warn("nested", { row = { tags = { "a", "b" } } })
		local ok, e = pcall(function() return env.UNSET end)
		log.error(e, { cause = e })
		log.info(5, { msg = "m", level = require("json").null })`
	_, logged, err := runBinding(t, code, "")
	want := `level=DEBUG msg=starting
level=INFO msg=row line=7 email=a@b.example share=0.5 ok=true big=1000000
level=WARN msg=nested row="{\"tags\":[\"a\",\"b\"]}"
level=ERROR msg="test.lua:5: env.UNSET is not set" cause="test.lua:5: env.UNSET is not set"
level=INFO msg=5 msg_=m level_=<nil>
`
	if err != nil || logged != want {
		t.Errorf("%v\ngot\n%swant\n%s", err, logged, want)
	}
}

func TestLogErrors(t *testing.T) {
	checkBinding(t, map[string]string{
		`require("log").info()`:                                      "error: log.info: the text is missing",
		`require("log").info("x", "y")`:                              "error: log.info: fields must be a table, got a string",
		`require("log").info("x", { "y" })`:                          "error: log.info: fields must have names",
		`require("log").warn("x", { a = print })`:                    `error: log.warn: field "a" must be plain data, got a function`,
		`local a = {}; a.a = a; require("log").warn("x", { r = a })`: `error: log.warn: field "r".a holds itself`,
	})
	_, _, err := runBinding(t, `require("log").fatal("x")`, "")
	if err == nil || !strings.Contains(err.Error(), `log has no function "fatal"`) {
		t.Errorf("got %v", err)
	}
}
