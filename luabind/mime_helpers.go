package luabind

import (
	"fmt"

	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// mimeHelpers are the encodings and small tools of the module.
func mimeHelpers(rt *Runtime) []Function {
	return []Function{
		{"address.parse", "(text: string): { name: string, address: string }[]", "Reads an address list.", `print(mime.address.parse("Ann <ann@example.org>, bob@example.org")[1].name) --> Ann`, addressParse},
		{"address.format", "(address: any): string", "Writes addresses as they stand in a header field.", `print(mime.address.format{ name = "Jörg", address = "j@example.org" }) --> =?utf-8?q?J=C3=B6rg?= <j@example.org>`, addressFormat},
		{"base64.encode", "(octets: string, options?: { wrap?: integer }): string", "Encodes in base64; without wrap on one line.", `conn:docmd(mime.base64.encode(user))`, base64Encode},
		{"base64.decode", "(text: string): string", "Decodes base64.", `print(mime.base64.decode("aGk=")) --> hi`, decoder("mime.base64.decode", mime.DecodeBase64)},
		{"quoted_printable.encode", "(octets: string, options?: { binary?: boolean }): string", "Encodes as quoted-printable, lines of at most 76. With binary, line breaks are octets like others, so that they come back as they were.", `print(mime.quoted_printable.encode("Grüße")) --> Gr=C3=BC=C3=9Fe`, quotedPrintableEncode},
		{"quoted_printable.decode", "(text: string): string", "Decodes quoted-printable.", `print(mime.quoted_printable.decode("Gr=C3=BC=C3=9Fe")) --> Grüße`, decoder("mime.quoted_printable.decode", mime.DecodeQuotedPrintable)},
		{"encode_header", "(text: string): string", "Encodes text for a header field (RFC 2047) where it needs to be.", `print(mime.encode_header("Grüße")) --> =?utf-8?q?Gr=C3=BC=C3=9Fe?=`, encodeHeader},
		{"decode_header", "(text: string): string", "Decodes the encoded words of a header field.", `print(mime.decode_header("=?utf-8?q?Gr=C3=BC=C3=9Fe?=")) --> Grüße`, decodeHeader},
		{"guess_type", "(filename: string, head?: string): string", "Guesses a media type from a file name and the first bytes.", `print(mime.guess_type("a.pdf")) --> application/pdf`, guessType},
		{"html_to_text", "(html: string): string", "Makes plain text of HTML.", `print(mime.html_to_text([[<p>See <a href="https://example.org/">us</a></p>]])) --> See us (https://example.org/)`, htmlToText},
		{"message_id", "(domain: string): string", "Makes a fresh Message-ID.", `local id = mime.message_id("example.org")`, rt.messageID},
	}
}

func addressParse(L *lua.LState) int {
	list, err := mime.ParseAddressList(argString(L, "mime.address.parse", 1, "text"))
	if err != nil {
		raise(L, err)
	}
	t := L.CreateTable(len(list), 0)
	for i, a := range list {
		row := L.NewTable()
		row.RawSetString("name", lua.LString(a.Name))
		row.RawSetString("address", lua.LString(a.Address))
		t.RawSetInt(i+1, row)
	}
	L.Push(t)
	return 1
}

func addressFormat(L *lua.LState) int {
	const call = "mime.address.format"
	if L.Get(1) == lua.LNil {
		raiseArgument(L, call+": address must be an address or a list of addresses, got nothing")
	}
	list, err := addressList(call, "address", L.Get(1))
	if err != nil {
		raise(L, err)
	}
	text := ""
	for i, a := range list {
		if i > 0 {
			text += ", "
		}
		text += a.String()
	}
	L.Push(lua.LString(text))
	return 1
}

func base64Encode(L *lua.LState) int {
	const call = "mime.base64.encode"
	var o struct {
		Wrap int `lua:"wrap" min:"4"`
	}
	checkOptions(L, call, 2, &o)
	L.Push(lua.LString(mime.EncodeBase64([]byte(argString(L, call, 1, "octets")), o.Wrap)))
	return 1
}

func quotedPrintableEncode(L *lua.LState) int {
	const call = "mime.quoted_printable.encode"
	var o struct {
		Binary bool `lua:"binary"`
	}
	checkOptions(L, call, 2, &o)
	encode := mime.EncodeQuotedPrintable
	if o.Binary {
		encode = mime.EncodeQuotedPrintableBinary
	}
	L.Push(lua.LString(encode([]byte(argString(L, call, 1, "octets")))))
	return 1
}

// decoder makes a binding of a decoding function.
func decoder(call string, decode func(string) ([]byte, error)) lua.LGFunction {
	return func(L *lua.LState) int {
		octets, err := decode(argString(L, call, 1, "text"))
		if err != nil {
			raise(L, err)
		}
		L.Push(lua.LString(octets))
		return 1
	}
}

func encodeHeader(L *lua.LState) int {
	text, err := mime.EncodeHeader(argString(L, "mime.encode_header", 1, "text"))
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LString(text))
	return 1
}

func decodeHeader(L *lua.LState) int {
	L.Push(lua.LString(mime.DecodeHeader(argString(L, "mime.decode_header", 1, "text"))))
	return 1
}

func guessType(L *lua.LState) int {
	name := argString(L, "mime.guess_type", 1, "filename")
	head := optString(L, "mime.guess_type", 2, "head")
	L.Push(lua.LString(mime.GuessType(name, []byte(head))))
	return 1
}

func htmlToText(L *lua.LState) int {
	L.Push(lua.LString(mime.HTMLToText(argString(L, "mime.html_to_text", 1, "html"))))
	return 1
}

func (rt *Runtime) messageID(L *lua.LState) int {
	const call = "mime.message_id"
	domain := argString(L, call, 1, "domain")
	if !mime.IsDomain(domain) {
		raiseArgument(L, fmt.Sprintf("%s: %s is no domain", call, optQuote(domain)))
	}
	L.Push(lua.LString(mime.NewMessageID(rt.host.mimeEnv(), domain)))
	return 1
}
