package luabind

import (
	"fmt"
	"strings"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// quoteFunctions are smtplib's helpers for those who compose commands and
// content themselves.
func quoteFunctions() []Function {
	return []Function{
		{"quoteaddr", "(address: string): string",
			"Gives one address as it goes into MAIL and RCPT by hand: in angle brackets, without its display name. Raises `argument` for what is not one address.",
			`print(smtp.quoteaddr("Ann <ann@example.org>")) --> <ann@example.org>`, smtpQuoteAddress},
		{"quotedata", "(text: string): string",
			"Gives a text as it goes on the wire after a 354: line ends made CRLF, dots at line starts doubled. The final dot isn't added.",
			"local octets = smtp.quotedata(\"Hello\\n.\\n\")\nprint((octets:gsub(\"\\r\\n\", \" CRLF \"))) --> Hello CRLF .. CRLF", smtpQuoteData},
	}
}

func smtpQuoteAddress(L *lua.LState) int {
	path, err := smtp.QuoteAddress(argString(L, "smtp.quoteaddr", 1, "address"))
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LString(path))
	return 1
}

func smtpQuoteData(L *lua.LState) int {
	L.Push(lua.LString(smtp.QuoteData([]byte(argString(L, "smtp.quotedata", 1, "text")))))
	return 1
}

// smtplibName answers for names of Python's module that a port may still use.
func smtplibName(L *lua.LState, name string) lua.LValue {
	hint := map[string]string{
		"SMTP": "smtp.connect, or smtp.new for the bare object", "SMTP_SSL": "smtp.ssl", "LMTP": "smtp.lmtp",
	}[name]
	if strings.HasPrefix(name, "SMTP") && hint == "" {
		hint = "smtp.is_error(e, kind)"
	}
	if hint == "" {
		return nil
	}
	raise(L, &argumentError{text: fmt.Sprintf("smtp has no %q", name), hint: "here it is " + hint})
	return nil
}
